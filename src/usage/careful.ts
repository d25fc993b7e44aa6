import type { RejectedRow } from '../model/credits.ts';
import { parseCredit } from './amount.ts';
import { putAmount } from './amount-column.ts';
import { type Engine, openEngine, type Row } from './engine.ts';
import { columns, type Ledger } from './ledger.ts';
import { type Ready, type Refused, refusal } from './prepare.ts';
import { ACCEPTED_ROWS } from './queries/accepted-rows.ts';
import { COUNT_ROWS } from './queries/count-rows.ts';
import { PARSE_ROWS } from './queries/parse-rows.ts';
import { readFiles } from './queries/read-files.ts';
import { CREATE_TABLES, insertFiles } from './queries/tables.ts';
import { sampleRejected } from './sample.ts';
import { dayNumber } from './span.ts';

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

/** Rows that cannot be used. What the reader did not give of the rows that the scan counted, it refused. */
async function countRejected(engine: Engine, ready: readonly Ready[], refused: readonly Refused[]): Promise<number> {
  const byPath = new Map((await engine.rows(COUNT_ROWS)).map((row) => [text(row, 'path'), row]));
  const refusedFiles = new Set(refused.map((r) => r.file.path));
  return ready
    .filter((f) => !refusedFiles.has(f.file.path))
    .reduce(
      (sum, f) => {
        const row = byPath.get(f.open);
        const [given, accepted] = row === undefined ? [0, 0] : [Number(text(row, 'given')), Number(text(row, 'accepted'))];
        return sum + Math.max(f.rows, given) - accepted;
      },
      refused.reduce((sum, r) => sum + r.rows, 0),
    );
}

async function enter(engine: Engine, ledger: Ledger): Promise<void> {
  const one = columns(1);
  await engine.each(ACCEPTED_ROWS, ([rank, person, day, client, tier, credits, overage]) => {
    one.day[0] = dayNumber(day ?? '');
    one.person[0] = ledger.people.numberOf(person ?? '');
    one.client[0] = ledger.clients.numberOf(client ?? '');
    one.tier[0] = ledger.tiers.numberOf(tier ?? '');
    putAmount(parseCredit(credits ?? ''), one.credits, 0);
    putAmount(parseCredit(overage ?? ''), one.overage, 0);
    ledger.put(one, 0, Number(rank));
  });
}

/** Files as `prepare` left them, with their place in the order of exports. */
type CarefulInput = {
  readonly prepared: readonly (Ready | Refused)[];
  readonly rankOf: (path: string) => number;
  /** Real directories that the reader may open files of. */
  readonly directories: readonly string[];
};

/**
 * Reads files that are not plain with the SQL engine, row by row judged, into the ledger. How many rows were rejected,
 * with samples of them; `empty` are refused files that had none.
 */
export async function readCarefully(
  { prepared, rankOf, directories }: CarefulInput,
  ledger: Ledger,
): Promise<{ readonly rejected: number; readonly samples: readonly RejectedRow[]; readonly empty: readonly RejectedRow[] }> {
  const ready = prepared.filter((p): p is Ready => 'open' in p);
  const refused = prepared.filter((p): p is Refused => !('open' in p));
  const engine = await openEngine(directories);
  try {
    let loaded = false;
    await engine.run(CREATE_TABLES);
    for (const batch of groups(ready)) {
      await engine.run(insertFiles(batch.map((f) => ({ ...f.file, path: f.open, stamp: f.stamp, rank: rankOf(f.file.path) }))));
      const failed = await load(engine, batch);
      loaded = loaded || failed.length < batch.length;
      refused.push(...failed);
    }
    await engine.run(PARSE_ROWS);
    await enter(engine, ledger);
    const rejected = await countRejected(engine, ready, refused);
    const samples: RejectedRow[] = refused.filter((r) => r.rows > 0).map(refusal);
    if (rejected > 0 && loaded) samples.push(...(await sampleRejected(engine, ready)));
    return { rejected, samples, empty: refused.filter((r) => r.rows === 0).map(refusal) };
  } finally {
    engine.close();
  }
}
