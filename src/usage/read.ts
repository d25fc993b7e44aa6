import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RejectedRow } from '../model/credits.ts';
import type { Month } from '../model/day.ts';
import { parseCredit } from './amount.ts';
import { discover } from './discover.ts';
import { type Engine, openEngine, type Row } from './engine.ts';
import type { Facts, UsageDay, UsagePerson } from './facts.ts';
import { prepare, type Ready, type Refused, refusal } from './prepare.ts';
import { CHOOSE_ROWS } from './queries/choose-rows.ts';
import { COUNT_BY_FILE, countRows } from './queries/count-rows.ts';
import { dayUsage } from './queries/day-usage.ts';
import { PARSE_ROWS } from './queries/parse-rows.ts';
import { personUsage } from './queries/person-usage.ts';
import { readFiles } from './queries/read-files.ts';
import { CREATE_TABLES, insertFiles } from './queries/tables.ts';
import { SAMPLES, sampleRejected } from './sample.ts';

/** Files read by one statement: bounds the SQL text. */
const BATCH = 500;

function text(row: Row, name: string): string {
  const value = row[name];
  if (value === null || value === undefined) throw new Error(`the query gave no ${name}`);
  return value;
}

function groups(ready: readonly Ready[]): readonly (readonly Ready[])[] {
  const byHeader = new Map<string, Ready[]>();
  for (const file of ready) {
    const key = JSON.stringify(file.header);
    const group = byHeader.get(key) ?? [];
    if (group.length === 0) byHeader.set(key, group);
    group.push(file);
  }
  return [...byHeader.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / BATCH) }, (_, i) => group.slice(i * BATCH, (i + 1) * BATCH)),
  );
}

/** Reads a batch; when the engine stops at one of its files, reads them one by one and names those that stop it. */
async function load(engine: Engine, batch: readonly Ready[]): Promise<readonly Refused[]> {
  const [first] = batch;
  if (first === undefined) return [];
  try {
    await engine.run(
      readFiles(
        batch.map((f) => f.open),
        first.header,
      ),
    );
    return [];
  } catch (cause) {
    if (batch.length === 1) {
      const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
      return [{ file: first.file, rows: first.rows, reason: `the CSV reader stopped: ${reason}` }];
    }
    const refused: Refused[] = [];
    for (const one of batch) refused.push(...(await load(engine, [one])));
    return refused;
  }
}

const person = (row: Row): UsagePerson => ({
  account: text(row, 'account'),
  region: text(row, 'region'),
  userId: text(row, 'user_id'),
  used: parseCredit(text(row, 'used')),
  overageCredits: parseCredit(text(row, 'overage')),
  activeDays: Number(text(row, 'active_days')),
  lastActive: text(row, 'last_active'),
  monthTier: row['month_tier'] ?? null,
  latestTier: text(row, 'latest_tier'),
});

const day = (row: Row): UsageDay => ({
  account: text(row, 'account'),
  region: text(row, 'region'),
  date: text(row, 'date'),
  people: Number(text(row, 'people')),
  used: parseCredit(text(row, 'used')),
  overageCredits: parseCredit(text(row, 'overage')),
});

async function rowCounts(engine: Engine, ready: readonly Ready[], refused: readonly Refused[], month: Month) {
  const byFile = new Map((await engine.rows(COUNT_BY_FILE)).map((row) => [text(row, 'path'), Number(text(row, 'n'))]));
  const [counts = {}] = await engine.rows(countRows(month));
  const number = (name: string): number => Number(counts[name] ?? 0);
  const refusedFiles = new Set(refused.map((r) => r.file.path));
  // The reader must account for every row that the scan counted: what it did not give, it refused.
  const lost = ready
    .filter((f) => !refusedFiles.has(f.file.path))
    .reduce((sum, f) => sum + Math.max(0, f.rows - (byFile.get(f.open) ?? 0)), 0);
  const rejected = number('refused') + lost + refused.reduce((sum, r) => sum + r.rows, 0);
  const superseded = number('parsed') - number('refused') - number('used');
  const rows = { read: number('used') + superseded + rejected, used: number('used'), superseded, rejected, inMonth: number('in_month') };
  return { rows, from: counts['first'] ?? null, through: counts['last'] ?? null };
}

async function query(engine: Engine, prepared: readonly (Ready | Refused)[], month: Month): Promise<Omit<Facts, 'files'>> {
  const ready = prepared.filter((p): p is Ready => 'open' in p);
  const refused = prepared.filter((p): p is Refused => !('open' in p));
  let loaded = false;
  await engine.run(CREATE_TABLES);
  for (const batch of groups(ready)) {
    await engine.run(insertFiles(batch.map((f) => ({ ...f.file, path: f.open, stamp: f.stamp }))));
    const failed = await load(engine, batch);
    loaded = loaded || failed.length < batch.length;
    refused.push(...failed);
  }
  await engine.run(PARSE_ROWS);
  await engine.run(CHOOSE_ROWS);
  const counted = await rowCounts(engine, ready, refused, month);
  const samples: RejectedRow[] = refused.filter((r) => r.rows > 0).map(refusal);
  if (counted.rows.rejected > 0 && loaded) samples.push(...(await sampleRejected(engine, ready)));
  const order = (a: RejectedRow, b: RejectedRow): number => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1);
  return {
    month,
    ...counted,
    rejected: samples.sort(order).slice(0, SAMPLES),
    people: (await engine.rows(personUsage(month))).map(person),
    days: (await engine.rows(dayUsage(month))).map(day),
  };
}

/**
 * What Kiro's per-client reports in these local directories (or files) say of a month. Everything there is read,
 * because "never active" reaches as far as the reports do; each data row counts once as used, superseded or rejected.
 * @throws UserError when a place does not exist or cannot be listed.
 */
export async function readUsage(places: readonly string[], month: Month, cwd: string): Promise<Facts> {
  const found = discover(places, cwd);
  const copies = realpathSync(mkdtempSync(join(tmpdir(), 'kirosync-usage-')));
  try {
    let number = 0;
    const prepared = found.reports.map((file) => prepare(file, () => join(copies, `${++number}.csv`)));
    const engine = await openEngine([...found.directories, copies]);
    try {
      return { ...(await query(engine, prepared, month)), files: found.counts };
    } finally {
      engine.close();
    }
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}
