/** Replaces the text from `start` to `end`, both offsets of the text before any edit. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string };

/** The text after all edits, which must not overlap. Insertions at one place keep their order and stand before a removal that begins there. */
export function edited(text: string, edits: readonly Edit[]): string {
  let [result, at] = ['', 0];
  const sorted = edits.map((edit, i) => ({ ...edit, i })).sort((a, b) => a.start - b.start || order(a) - order(b) || a.i - b.i);
  for (const { start, end, text: inserted } of sorted) {
    result += text.slice(at, start) + inserted;
    at = end;
  }
  return result + text.slice(at);
}

function order({ start, end }: Edit): number {
  return start === end ? 0 : 1;
}

/** The line break that a file uses: that of its first line. */
export function lineBreak(text: string): '\r\n' | '\n' {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset behind the line break that ends the line; the text must end with one. */
export function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found === -1 ? text.length : found + 1;
}
