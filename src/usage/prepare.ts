import { readFileSync, statSync, writeFileSync } from 'node:fs';
import type { RejectedRow } from '../model/credits.ts';
import type { ReportFile } from './discover.ts';
import { bind, type Header } from './header.ts';
import { type CsvRecord, cells, scan } from './record.ts';

/** Most bytes of one report. A file of 1,000 users, which is Kiro's own limit, has about 0.2 MB. */
const MOST_BYTES = 256 * 1024 * 1024;

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
  const lines = [Array.from({ length: width }, (_, i) => `c${i}`).join(',')];
  for (const record of data) {
    while (lines.length < record.line - 1) lines.push('');
    if (record.broken === null) lines.push(...bytes.toString('latin1', record.start, record.end).split(/\r\n|\r|\n/));
  }
  return `${lines.join('\n')}\n`;
}

/** Reads line one, binds its columns, counts the rows. `mend` names a new file for a mended copy. */
export function prepare(file: ReportFile, mend: () => string): Ready | Refused {
  const size = statSync(file.path).size;
  if (size > MOST_BYTES)
    return {
      file,
      rows: 1,
      reason: `the file has ${size} bytes, more than the ${MOST_BYTES} that a report may have; it counts as one row`,
    };
  const bytes = readFileSync(file.path);
  const { records, mixed } = scan(bytes);
  const [first, ...data] = records;
  if (first === undefined) return { file, rows: 0, reason: '' };
  const header = bind(cells(bytes.subarray(first.start, first.end).toString('utf8')));
  if (!header.ok) return { file, rows: header.hasHeader ? data.length : records.length, reason: header.reason };
  if (file.stamp === null)
    return { file, rows: data.length, reason: 'the file name does not say when it was exported, so it cannot be told from a re-export' };
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
  const rows = refused.rows === 1 ? 'its one row is' : `all ${refused.rows} of its rows are`;
  return { file: refused.file.label, line: null, reason: `${refused.reason}; ${rows} rejected` };
}
