import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RejectedRow } from '../model/credits.ts';
import type { Month } from '../model/day.ts';
import { type Discovery, discover, type ReportFile } from './discover.ts';
import { type Facts, PAST_MONTHS } from './facts.ts';
import { bind, type Header } from './header.ts';
import { type Ledger, ledger } from './ledger.ts';
import { plainReader } from './plain.ts';
import { contentOf, prepare, type Ready, type Refused } from './prepare.ts';
import { cells } from './record.ts';
import { recall, remember, stateOf } from './remember.ts';
import { SAMPLES } from './sample.ts';
import { isNeeded, lastDayOf, spanOf } from './span.ts';
import { tally } from './tally.ts';

type UsageOptions = {
  /** How many months before the one asked for are read as well: PAST_MONTHS unless given. */
  readonly past?: number;
  /** The last month that is read, for who is active by then; the month asked for unless given. */
  readonly through?: Month;
  /**
   * A folder of this user's own in which what was concluded is kept for the next time: it is taken from there as long as
   * no file changed. Without it nothing is kept.
   */
  readonly cache?: string;
};

const LF = 0x0a;
const CR = 0x0d;

/** Longest first line of a plain file: Kiro's has a kilobyte, and no more columns fit into this than a report may have. */
const LONGEST_HEADER = 16_384;

/** The header of a file whose first line needs no care, with where its rows begin; null for any other. Few files have one of their own. */
function headerReader(): (bytes: Buffer) => { readonly header: Extract<Header, { ok: true }>; readonly from: number } | null {
  const known = new Map<string, Header>();
  return (bytes) => {
    const end = bytes.subarray(0, LONGEST_HEADER).indexOf(LF);
    if (end < 1 || bytes[end - 1] === CR || bytes[0] === 0xef) return null;
    const line = bytes.toString('latin1', 0, end);
    const header = known.get(line) ?? (/^[\w ",.-]+$/.test(line) && !line.includes('""') ? bind(cells(line)) : null);
    if (header === null || !header.ok) return null;
    known.set(line, header);
    return { header, from: end + 1 };
  };
}

/** The files in the order of exports: by the time in the name, then by label. */
function ranking(reports: readonly ReportFile[]): { readonly stamps: readonly string[]; readonly rankOf: (path: string) => number } {
  const order = (a: ReportFile, b: ReportFile): number =>
    a.stamp === b.stamp ? (a.label < b.label ? -1 : 1) : (a.stamp ?? '') < (b.stamp ?? '') ? -1 : 1;
  const ordered = [...reports].sort(order);
  const ranks = new Map(ordered.map((file, rank) => [file.path, rank]));
  return { stamps: ordered.map((file) => file.stamp ?? ''), rankOf: (path) => ranks.get(path) ?? -1 };
}

/** Enters the rows of plain files into the ledger; the others come back, prepared for the careful reader. */
function readPlain(reports: readonly ReportFile[], to: Ledger, rankOf: (path: string) => number, mend: () => string) {
  const headerOf = headerReader();
  const read = plainReader(to);
  const prepared: (Ready | Refused)[] = [];
  for (const file of reports) {
    const bytes = contentOf(file.path);
    if (typeof bytes === 'string') {
      prepared.push({ file, rows: 1, reason: bytes });
      continue;
    }
    const { stamp, account, region } = file;
    const head = stamp === null || account === null || region === null ? null : headerOf(bytes);
    const rows =
      head === null || stamp === null ? null : read(bytes, { ...head, lastDay: lastDayOf(stamp), place: `${account}/${region}` });
    if (rows === null) {
      prepared.push(prepare(file, bytes, mend));
      continue;
    }
    const rank = rankOf(file.path);
    for (let row = 0; row < rows.count; row += 1) to.put(rows, row, rank);
  }
  return prepared;
}

const order = (a: RejectedRow, b: RejectedRow): number => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1);

async function factsOf(found: Discovery, month: Month, past: number, copies: string): Promise<Facts> {
  const { stamps, rankOf } = ranking(found.reports);
  const entered = ledger();
  let number = 0;
  const prepared = readPlain(found.reports, entered, rankOf, () => join(copies, `${++number}.csv`));
  // The SQL engine is a large native library: it is loaded only for files that need it.
  const careful =
    prepared.length === 0
      ? { rejected: 0, samples: [], empty: [] }
      : await (await import('./careful.ts')).readCarefully({ prepared, rankOf, directories: [...found.directories, copies] }, entered);
  const { inMonth, ...sums } = tally(entered, stamps, month, past);
  const [used, superseded, rejected] = [entered.rows().count, entered.superseded(), careful.rejected];
  return {
    month,
    ...sums,
    rows: { read: used + superseded + rejected, used, superseded, rejected, inMonth },
    files: found.counts,
    // Files that took no row away are named where rows that are missing leave room.
    rejected: [...careful.samples.toSorted(order).slice(0, SAMPLES), ...careful.empty.toSorted(order)].slice(0, SAMPLES).sort(order),
  };
}

/**
 * What Kiro's per-client reports in these local directories (or files) say of a month. Of files whose path has an
 * activity day only those of the months needed are read: the month, those before it that `past` says, and up to
 * `through`. Each data row of a file read counts once as used, superseded or rejected.
 * @throws UserError when a place does not exist or cannot be listed.
 */
export async function readUsage(places: readonly string[], month: Month, cwd: string, options: UsageOptions = {}): Promise<Facts> {
  const { past = PAST_MONTHS, through = month, cache } = options;
  const span = spanOf(month, past, through);
  const found = discover(places, cwd, (file) => isNeeded(file.date, span));
  const question = JSON.stringify([places, month, cwd, past, through]);
  const state = cache === undefined ? null : stateOf(resolve(cwd, cache), question, found, new Date());
  const known = state === null ? null : recall(state);
  if (known !== null) return known;
  const copies = realpathSync(mkdtempSync(join(tmpdir(), 'kirosync-usage-')));
  try {
    const facts = await factsOf(found, month, past, copies);
    // Only when nothing changed while it was read.
    if (state !== null && cache !== undefined && stateOf(resolve(cwd, cache), question, found, new Date())?.key === state.key)
      remember(state, facts);
    return facts;
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}
