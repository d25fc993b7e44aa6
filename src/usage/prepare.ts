import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RejectedRow } from '../model/credits.ts';
import type { ReportFile } from './discover.ts';
import { bind, type Header } from './header.ts';
import { type CsvRecord, cells, LONGEST, MOST_RECORDS, scan } from './record.ts';

/** Most bytes of one report. A file of 1,000 users, which is Kiro's own limit, has about 0.2 MB. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** Most columns of one report: every model has one, and there are dozens of models. */
const MOST_COLUMNS = 20_000;

/** A file ready to be read: `open` is the path that DuckDB opens (a mended copy where the file is damaged). */
export type Ready = {
  readonly file: ReportFile;
  readonly open: string;
  readonly stamp: string;
  readonly header: Extract<Header, { ok: true }>;
  /** Data rows, broken ones included. */
  readonly rows: number;
  /** Rows that the CSV reader must not see: not in the copy. */
  readonly broken: readonly CsvRecord[];
};

/** A file that is refused whole: all its rows are rejected. */
export type Refused = { readonly file: ReportFile; readonly rows: number; readonly reason: string };

/** Characters that `read_csv` takes for wildcards, and cannot be told not to within its allowed directories. */
const WILD = /[*?[\]{}!]/;

/**
 * The file with one kind of line end and without its broken rows, a header in line one, every other record on its own
 * line. DuckDB stops at mixed line ends, a stray quote swallows every row after it, and bytes that are no UTF-8
 * crash it (1.5.5: a rejected encoding in a column that is not selected).
 */
function mended(bytes: Buffer, data: readonly CsvRecord[], width: number): string {
  const parts = [`${Array.from({ length: width }, (_, i) => `c${i}`).join(',')}\n`];
  let line = 2;
  for (const record of data) {
    if (record.line > line) parts.push('\n'.repeat(record.line - line));
    line = Math.max(line, record.line);
    if (record.broken !== null) continue;
    const text = bytes.toString('latin1', record.start, record.end).replace(/\r\n?/g, '\n');
    parts.push(`${text}\n`);
    line += text.split('\n').length;
  }
  return parts.join('');
}

/** The content of a file; why there is none when it cannot be read, or is more than a report can be. */
export function contentOf(path: string): Buffer | string {
  try {
    const { size } = statSync(path);
    return size > MOST_BYTES
      ? `the file has ${size} bytes, more than the ${MOST_BYTES} that a report may have; it counts as one row`
      : readFileSync(path);
  } catch (cause) {
    // Gone since it was listed, not for this user, or its name is no UTF-8: the other files are reports all the same.
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    return `the file cannot be read (${why}); it counts as one row`;
  }
}

/** Reads line one, binds its columns, counts the rows. `mend` names a new file for a mended copy. */
export function prepare(file: ReportFile, bytes: Buffer, mend: () => string): Ready | Refused {
  const { records, count, mixed } = scan(bytes);
  const [first, ...data] = records;
  if (first === undefined) return { file, rows: 0, reason: 'the file is empty' };
  const refused = (reason: string): Refused => ({ file, rows: count - 1, reason });
  if (count > MOST_RECORDS) return refused(`the file has ${count} lines, more than the ${MOST_RECORDS} that a report may have`);
  if (first.end - first.start > LONGEST) return refused(`the header has ${first.end - first.start} bytes`);
  const header = bind(cells(bytes.subarray(first.start, first.end).toString('utf8')));
  if (!header.ok) return { file, rows: header.hasHeader ? data.length : records.length, reason: header.reason };
  if (header.width > MOST_COLUMNS)
    return refused(`the header has ${header.width} columns, more than the ${MOST_COLUMNS} that a report may have`);
  if (file.stamp === null) return refused('the file name does not say when it was exported, so it cannot be told from a re-export');
  const broken = data.filter((record) => record.broken !== null);
  let open = file.path;
  if (mixed || broken.length > 0 || first.broken !== null || first.line > 1 || WILD.test(file.path)) {
    open = mend();
    writeFileSync(open, mended(bytes, data, header.width), 'latin1');
  }
  return { file, open, stamp: file.stamp, header, rows: data.length, broken };
}

/** Lines of the data rows of a file that DuckDB accepted, in order: what `ordinal` counts. */
export function acceptedLines(ready: Ready, refused: ReadonlySet<number>): readonly number[] {
  const [, ...data] = scan(readFileSync(ready.file.path)).records;
  return data.filter((record) => record.broken === null && !refused.has(record.line)).map((record) => record.line);
}

/** One sample for a refused file. */
export function refusal(refused: Refused): RejectedRow {
  if (refused.rows === 0) return { file: refused.file.label, line: null, reason: `${refused.reason}; it has no rows` };
  const rows = refused.rows === 1 ? 'its one row is' : `all ${refused.rows} of its rows are`;
  return { file: refused.file.label, line: null, reason: `${refused.reason}; ${rows} rejected` };
}
