/** A phrase to look for, and what to write in its place (for a word that must stay: itself). */
export type Phrase = { readonly text: string; readonly instead: string };

const WORD = /[\p{L}\p{N}]/u;
const RUN = /[\p{L}\p{N}]+/uy;

function runAt(text: string, at: number): string {
  RUN.lastIndex = at;
  return RUN.exec(text)?.[0] ?? text.charAt(at);
}

function isWord(character: string): boolean {
  return WORD.test(character);
}

/**
 * A function that replaces every phrase in a text, whatever its case, where it stands by itself: not inside a longer
 * word. The longest phrase at a place wins, then the one given first. One pass whatever the number of phrases, since an
 * organisation has tens of thousands of names.
 */
export function scrubber(phrases: readonly Phrase[]): (text: string) => string {
  const byRun = new Map<string, { readonly lower: string; readonly length: number; readonly instead: string }[]>();
  for (const { text, instead } of phrases) {
    const normal = text.normalize('NFC');
    if (normal.trim() === '') continue;
    const run = runAt(normal, 0).toLowerCase();
    const entry = { lower: normal.toLowerCase(), length: normal.length, instead };
    const others = byRun.get(run);
    if (others === undefined) byRun.set(run, [entry]);
    else others.push(entry);
  }
  for (const entries of byRun.values()) entries.sort((a, b) => b.length - a.length);
  return (given) => {
    const text = given.normalize('NFC');
    let made = '';
    for (let at = 0; at < text.length; ) {
      const run = runAt(text, at);
      const found = byRun.get(run.toLowerCase())?.find(({ lower, length }) => {
        const last = text.charAt(at + length - 1);
        const ends = !isWord(last) || !isWord(text.charAt(at + length));
        return ends && text.slice(at, at + length).toLowerCase() === lower;
      });
      made += found?.instead ?? run;
      at += found?.length ?? run.length;
    }
    return made;
  };
}
