function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const current = [i + 1];
    for (const [j, other] of [...b].entries())
      current.push(Math.min((previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1, (previous[j] ?? 0) + (letter === other ? 0 : 1)));
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** `; did you mean "x"?` for the nearest candidate within a third of the name's length, else nothing. */
export function closest(name: string, candidates: readonly string[]): string {
  const near = candidates
    .map((candidate) => ({ candidate, away: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ away }) => away <= Math.max(2, name.length / 3))
    .sort((a, b) => a.away - b.away || (a.candidate < b.candidate ? -1 : 1))[0];
  return near === undefined ? '' : `; did you mean "${near.candidate}"?`;
}
