import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimal, parseCredit } from '../../src/usage/amount.ts';
import { readUsage } from '../../src/usage/read.ts';
import { scan } from '../../src/usage/record.ts';
import { HEADERS, put, usagePath, usageText } from '../support/usage-tree.ts';

const USERS = ['a0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000003'];
const PLACES = [
  { account: '111122223333', region: 'us-east-1' },
  { account: '111122223333', region: 'eu-central-1' },
  { account: '444455556666', region: 'us-east-1' },
] as const;
const TIERS = ['PRO', 'PRO_PLUS', 'POWER'];

const cents = fc.nat(99_999).map((n) => `${Math.trunc(n / 1000)}.${String(n % 1000).padStart(3, '0')}`);
const row = fc.record({
  date: fc.constantFrom('2026-10-31', '2026-11-01', '2026-11-02', '2026-11-30', '2026-12-01', '2026-12-11', '2019-12-31'),
  userId: fc.constantFrom(...USERS),
  client: fc.constantFrom('KIRO_IDE', 'KIRO_CLI', 'PLUGIN'),
  credits: fc.oneof({ weight: 9, arbitrary: cents }, { weight: 1, arbitrary: fc.constantFrom('NaN', '-1', '1e400', '') }),
  overage: fc.oneof({ weight: 4, arbitrary: fc.constant('0.000') }, { weight: 1, arbitrary: cents }),
  tier: fc.constantFrom(...TIERS),
});
const report = fc.record({
  place: fc.constantFrom(...PLACES),
  /** Position in time of the export: larger is later. */
  stamp: fc.integer({ min: 0, max: 3 }),
  rows: fc.array(row, { maxLength: 8 }),
  columns: fc.shuffledSubarray(HEADERS.sep.split(','), { minLength: 20 }),
});

type Report = typeof report extends fc.Arbitrary<infer T> ? T : never;

/** The text with its columns in another order. */
function reordered(text: string, columns: readonly string[]): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const order = columns.map((name) => lines[0]?.indexOf(name) ?? 0);
  return `${lines.map((cells) => order.map((i) => cells[i]).join(',')).join('\n')}\n`;
}

/** The slow and obvious way: walk every row in the order of exports, let later ones replace, then add up. */
function slowly(reports: readonly (Report & { readonly path: string })[]) {
  const kept = new Map<string, Report['rows'][number] & { readonly place: string }>();
  let [read, rejected] = [0, 0];
  const ordered = [...reports].sort((a, b) => a.stamp - b.stamp || (a.path < b.path ? -1 : 1));
  for (const { place, rows } of ordered) {
    for (const one of rows) {
      read += 1;
      if (
        !/^\d+\.\d+$/.test(one.credits) ||
        one.date > '2026-12-10' ||
        one.date < '2020' ||
        parseCredit(one.overage) > parseCredit(one.credits)
      )
        rejected += 1;
      else
        kept.set([place.account, place.region, one.date, one.userId, one.client].join(), {
          ...one,
          place: `${place.account}/${place.region}`,
        });
    }
  }
  const people = new Map<string, bigint>();
  const days = new Map<string, bigint>();
  for (const one of kept.values()) {
    const inMonth = one.date.startsWith('2026-11');
    const person = `${one.place} ${one.userId}`;
    people.set(person, (people.get(person) ?? 0n) + (inMonth ? parseCredit(one.credits) : 0n));
    if (inMonth) days.set(one.date, (days.get(one.date) ?? 0n) + parseCredit(one.credits));
  }
  const texts = (sums: ReadonlyMap<string, bigint>): readonly string[] => [...sums].map(([name, sum]) => `${name} ${decimal(sum)}`).sort();
  return { read, rejected, used: kept.size, superseded: read - rejected - kept.size, people: texts(people), days: texts(days) };
}

async function inDirectory<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'usage-law-')));
  try {
    return await work(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test('sums and counts are those of the slow and obvious way', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(report, { maxLength: 7 }), (reports) =>
      inDirectory(async (root) => {
        const placed = reports.map((one, i) => {
          // The folder day and the client in the name are decoration: rows speak for themselves.
          const file = { ...one.place, day: `2026-11-${10 + i}`, stamp: `20261210020${one.stamp}`, rows: one.rows };
          return { ...one, path: usagePath(file), text: reordered(usageText(file), one.columns) };
        });
        for (const { path, text } of placed) put(root, path, text);
        const expected = slowly(placed);
        const facts = await readUsage([root], '2026-11', root);
        const { read, used, superseded, rejected } = facts.rows;
        const days = new Map<string, bigint>();
        for (const day of facts.days) days.set(day.date, (days.get(day.date) ?? 0n) + day.used);
        expect({
          read,
          used,
          superseded,
          rejected,
          people: facts.people.map((p) => `${p.account}/${p.region} ${p.userId} ${decimal(p.used)}`).sort(),
          days: [...days].map(([day, sum]) => `${day} ${decimal(sum)}`).sort(),
        }).toEqual(expected);
      }),
    ),
    { numRuns: 10 },
  );
}, 60_000);

test('whatever bytes follow a header, every record is counted once and the reader survives', async () => {
  const unit = fc.constantFrom(
    '"',
    ',',
    '\n',
    '\r',
    'a',
    ' ',
    '2026-11-01',
    'KIRO_IDE',
    '1',
    'PRO',
    '2026-11-01,u,KIRO_IDE,1,0,PRO',
    '\u0000',
    '\u00e9',
    '\\',
  );
  const junk = fc.array(
    fc.oneof(
      { weight: 5, arbitrary: fc.string({ unit }).map((t) => Buffer.from(t)) },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }).map((b) => Buffer.from(b)) },
    ),
  );
  await fc.assert(
    fc.asyncProperty(junk, junk, (one, two) =>
      inDirectory(async (root) => {
        const header = Buffer.from('Date,UserId,Client_Type,Credits_Used,Overage_Credits_Used,Subscription_Tier\n');
        let rows = 0;
        for (const [i, chunks] of [one, two].entries()) {
          const bytes = Buffer.concat([header, ...chunks]);
          rows += scan(bytes).records.length - 1;
          put(root, usagePath({ day: `2026-11-0${i + 1}`, rows: [] }), bytes);
        }
        // Without ProfileId the folders alone say whose rows these are.
        const facts = await readUsage([root], '2026-11', root);
        expect(facts.rows.read).toBe(rows);
        expect(facts.rows.used + facts.rows.superseded + facts.rows.rejected).toBe(rows);
        expect(facts.rejected.length).toBeGreaterThanOrEqual(Math.min(1, facts.rows.rejected));
      }),
    ),
    { numRuns: 15 },
  );
}, 60_000);
