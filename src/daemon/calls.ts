/** API calls by operation that were made between two counts; what was not called is left out. */
export function callsSince(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const old = new Map(Object.entries(before));
  return Object.fromEntries(
    Object.entries(after).flatMap(([operation, count]) => {
      const more = count - (old.get(operation) ?? 0);
      return more > 0 ? [[operation, more]] : [];
    }),
  );
}
