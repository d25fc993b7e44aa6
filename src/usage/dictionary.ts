/** Texts with numbers in the order of their first appearance: columns of a million rows hold few different texts. */
export type Dictionary = { readonly texts: readonly string[]; readonly numberOf: (text: string) => number };

export function dictionary(): Dictionary {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, texts.length);
    return texts.push(text) - 1;
  };
  return { texts, numberOf };
}

/** Reads cells as numbers; -1 for a cell that it does not take. */
export type CellReader = (bytes: Buffer, start: number, end: number) => number;

function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i += 1) if (bytes[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * A reader of one column. `accept` gives the number of a text that was not seen before, -1 to refuse it. Dates and clients
 * repeat from row to row, people come in the same order in file after file: so the text that followed the last one before
 * is looked at first, and a text is only made and looked up where that guess is wrong.
 */
export function cellReader(accept: (text: string) => number): CellReader {
  const texts: string[] = [];
  const numbers: number[] = [];
  const indexes = new Map<string, number>();
  /** By index: which index followed it last. */
  const followers: number[] = [];
  let last = -1;
  return (bytes, start, end) => {
    const guess = last === -1 ? -1 : (followers[last] ?? -1);
    if (guess !== -1 && isText(bytes, start, end, texts[guess] ?? '')) {
      last = guess;
      return numbers[guess] ?? -1;
    }
    const text = bytes.toString('latin1', start, end);
    let index = indexes.get(text);
    if (index === undefined) {
      const number = accept(text);
      if (number === -1) return -1;
      index = texts.push(text) - 1;
      numbers.push(number);
      followers.push(index);
      indexes.set(text, index);
    }
    if (last !== -1) followers[last] = index;
    last = index;
    return numbers[index] ?? -1;
  };
}
