import { isUtf8 } from 'node:buffer';

/** One record of a CSV file, by byte positions without its line end. `broken` says why it cannot be read, null mostly. */
export type CsvRecord = { readonly start: number; readonly end: number; readonly line: number; readonly broken: string | null };

/** `mixed`: the file uses more than one kind of line end. Blank lines are no records. `count` also tells those beyond `MOST_RECORDS`. */
type Scan = { readonly records: readonly CsvRecord[]; readonly count: number; readonly mixed: boolean };

/** Most records of one file that are kept: each takes memory, and 256 MB can hold more of them than there is memory for. */
export const MOST_RECORDS = 2_000_000;

/** Longest record in bytes: a hundred times what a row of Kiro's has. */
export const LONGEST = 1_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** Index of the end of the physical line (of its line end, or of the file). */
function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at += 1;
  return at;
}

/** Index after the closing quote of a cell whose opening quote is at `from`; -1 when the file ends first. */
function closeQuote(bytes: Uint8Array, from: number): number {
  let at = bytes.indexOf(QUOTE, from + 1);
  while (at !== -1 && bytes[at + 1] === QUOTE) at = bytes.indexOf(QUOTE, at + 2);
  return at === -1 ? -1 : at + 1;
}

/**
 * End of the record that starts at `from`. A quoted cell may span lines only if a comma or a line end follows its
 * closing quote: anything else is a stray quote, and must cost its own line only, not the rows after it.
 */
function recordEnd(bytes: Uint8Array, from: number): { readonly end: number; readonly stray: boolean } {
  let at = from;
  for (;;) {
    if (bytes[at] === QUOTE) {
      const close = closeQuote(bytes, at);
      const next = bytes[close];
      const proper = close !== -1 && (close >= bytes.length || next === COMMA || next === LF || next === CR);
      if (!proper) return { end: lineEnd(bytes, from), stray: true };
      at = close;
    }
    while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LF && bytes[at] !== CR) {
      if (bytes[at] === QUOTE) return { end: lineEnd(bytes, from), stray: true };
      at += 1;
    }
    if (bytes[at] !== COMMA) return { end: at, stray: false };
    at += 1;
  }
}

/** Why a record cannot be given to the CSV reader; null when it can. */
function brokenBy(bytes: Uint8Array, stray: boolean, wellEncoded: boolean): string | null {
  if (stray) return 'a quote is opened and not closed properly';
  if (bytes.length > LONGEST) return `the row has ${bytes.length} bytes`;
  return wellEncoded || isUtf8(bytes) ? null : 'the row is not UTF-8';
}

/** Lines between two positions: line ends of any kind. */
function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines += 1;
  return lines;
}

/** Every record of a CSV file with its line, the header included. It decides how many rows a file has; DuckDB reads them. */
export function scan(bytes: Uint8Array): Scan {
  const records: CsvRecord[] = [];
  let count = 0;
  const ends = new Set<string>();
  const wellEncoded = isUtf8(bytes);
  let line = 1;
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length) {
    const { end, stray } = recordEnd(bytes, at);
    if (end > at && ++count <= MOST_RECORDS)
      records.push({ start: at, end, line, broken: brokenBy(bytes.subarray(at, end), stray, wellEncoded) });
    const windows = bytes[end] === CR && bytes[end + 1] === LF;
    if (end < bytes.length) ends.add(windows ? 'crlf' : String(bytes[end]));
    line += countLines(bytes, at, end) + 1;
    at = end + (windows ? 2 : 1);
  }
  return { records, count, mixed: ends.size > 1 };
}

/** The cells of one record, unquoted and trimmed. */
export function cells(record: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at <= record.length; ) {
    const { text, end } = cellAt(record, at);
    found.push(text.trim());
    at = end + 1;
  }
  return found;
}

/** One cell with where it ends. Looked for by hand: a regular expression runs out of stack in a cell of megabytes. */
function cellAt(record: string, from: number): { readonly text: string; readonly end: number } {
  const endAfter = (at: number): number => {
    const comma = record.indexOf(',', at);
    return comma === -1 ? record.length : comma;
  };
  let open = from;
  while (/\s/.test(record.charAt(open))) open += 1;
  if (record.charAt(open) === '"') {
    let close = record.indexOf('"', open + 1);
    while (close !== -1 && record.charAt(close + 1) === '"') close = record.indexOf('"', close + 2);
    if (close !== -1) return { text: record.slice(open + 1, close).replaceAll('""', '"'), end: endAfter(close + 1) };
  }
  return { text: record.slice(from, endAfter(from)), end: endAfter(from) };
}
