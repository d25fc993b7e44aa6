import { quote } from './quote.ts';

/** `; did you mean "tier"?` for the nearest candidate, or '' when none is near. */
export type DidYouMean = (word: string, candidates: Iterable<string>) => string;

/**
 * Letters compared in one run before no more suggestions are made. Each suggestion compares with every name there is, so
 * that thousands of wrong names beside thousands of right ones would take hours; the first hundreds of hints help as much.
 */
const MOST_STEPS = 10_000_000;

/** `; did you mean "tier"?` for the nearest candidate, or '' when none is near. Ties go to the first by name. */
export const didYouMean: DidYouMean = (word, candidates) => suggestions()(word, candidates);

/** One `didYouMean` for a whole run: it says '' once it has compared too much. */
export function suggestions(most: number = MOST_STEPS): DidYouMean {
  const steps = { left: most };
  return (word, candidates) => {
    const found = search(word, candidates, steps);
    return found === null ? '' : `; did you mean ${quote(found)}?`;
  };
}

/** The candidate that differs from the word in at most a third of its letters (case aside), or null. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  return search(word, candidates, { left: MOST_STEPS });
}

function search(word: string, candidates: Iterable<string>, steps: { left: number }): string | null {
  const folded = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (steps.left <= 0) return best;
    steps.left -= 1;
    if (Math.abs(candidate.length - word.length) > least) continue;
    steps.left -= word.length * candidate.length;
    const edits = distance(folded, candidate.toLowerCase());
    if (edits < least || (edits === least && best !== null && candidate < best)) [best, least] = [candidate, edits];
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, replacements, and swaps of two neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
