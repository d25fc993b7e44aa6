import type { JournalEntry } from '../model/journal.ts';
import { isJournalEntry } from '../model/journal-form.ts';

/** What a journal file says: its entries, what was wrong with it, and how many of its bytes are whole lines. */
export type JournalText = { readonly entries: readonly JournalEntry[]; readonly problems: readonly string[]; readonly whole: number };

const NEWLINE = 0x0a;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Lines named one by one; of a file that is no journal at all the number says enough. */
const NAMED = 10;

/**
 * Reads journal bytes. A last line without its newline was torn by a crash: it is left out of `whole` and reported,
 * unless it is a complete entry. A line in the middle that is no entry is reported and passed over.
 */
export function readJournalText(bytes: Uint8Array): JournalText {
  const entries: JournalEntry[] = [];
  const problems: string[] = [];
  let start = 0;
  let bad = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    const entry = parse(bytes.subarray(start, end === -1 ? bytes.length : end));
    if (end === -1 && entry === null) {
      problems.push(`The last line (${line}) of the journal was cut off, as by a crash; it was removed.`);
      if (bad > NAMED) problems.push(more(bad));
      return { entries, problems, whole: start };
    }
    if (entry !== null) entries.push(entry);
    else if (++bad <= NAMED) problems.push(`Line ${line} of the journal is not a journal entry; it was passed over.`);
    if (end === -1) break;
    start = end + 1;
  }
  if (bad > NAMED) problems.push(more(bad));
  return { entries, problems, whole: bytes.length };
}

function more(bad: number): string {
  return `${bad - NAMED} more lines of the journal are no journal entries; they were passed over.`;
}

/** One line for each entry, each ended by a newline. */
export function journalLines(entries: readonly JournalEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parse(line: Uint8Array): JournalEntry | null {
  try {
    const value: unknown = JSON.parse(UTF8.decode(line));
    return isJournalEntry(value) ? value : null;
  } catch {
    return null;
  }
}
