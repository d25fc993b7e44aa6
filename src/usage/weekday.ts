/** What a day of the week usually holds, as a multiple of the average day, before anything is known of a person (0 is Sunday). */
const USUAL: readonly number[] = [0.12, 1.34, 1.36, 1.36, 1.36, 1.3, 0.16];

/** So many weeks of evidence the usual week counts for. */
const PRIOR_WEEKS = 2.5;

/** A weekday below this part of an average day is a day of rest: silence on it says nothing. */
export const REST_BELOW = 0.3;

/**
 * What each weekday holds for this person, averaging 1 over the week. `firstWeekday` is that of `daily[0]`; days before
 * `first` (before anybody saw this person) do not count.
 */
export function weekOf(daily: ArrayLike<number>, first: number, end: number, firstWeekday: number): readonly number[] {
  const sums = [0, 0, 0, 0, 0, 0, 0];
  const counts = [0, 0, 0, 0, 0, 0, 0];
  let [total, usedDays] = [0, 0];
  for (let day = first; day < end; day += 1) {
    const weekday = (firstWeekday + day) % 7;
    const value = Math.sqrt(daily[day] ?? 0);
    sums[weekday] = (sums[weekday] ?? 0) + value;
    counts[weekday] = (counts[weekday] ?? 0) + 1;
    total += value;
    if (value > 0) usedDays += 1;
  }
  // Few days with use tell little of weekdays: the usual week then counts for more.
  const active = Math.min(1, (1.4 * usedDays) / Math.max(1, end - first));
  const prior = PRIOR_WEEKS / Math.max(0.05, active * active);
  const mean = end > first ? total / (end - first) : 0;
  if (mean === 0) return USUAL;
  // Means of square roots: one heavy day must not make its weekday heavy. Squared again they are the profile.
  const week = USUAL.map((usual, i) => {
    const root = ((sums[i] ?? 0) + prior * mean * Math.sqrt(usual) * 1.06) / ((counts[i] ?? 0) + prior);
    return (root / mean) ** 2;
  });
  const average = week.reduce((sum, part) => sum + part, 0) / 7;
  return week.map((part) => part / average);
}
