import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreditsRow } from '../../src/model/credits.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { credits } from '../../src/usage/credits.ts';
import { readUsage } from '../../src/usage/read.ts';
import { put, usagePath, usageText } from '../support/usage-tree.ts';
import { BASE, configuration, OPERATOR } from '../support/world.ts';
import { choose, exact, type Granted, lines, type Seated, table, type Written } from './obvious.ts';
import { idOf, uuidWorld } from './scenario.ts';

const NOW = new Date('2026-11-26T12:00:00.000Z');
const PEOPLE = ['ana', 'bo', 'cy', 'di', 'ed'] as const;

const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo]
costCenter: RND
---
kind: Assignment
name: dev
profile: eng
tier: pro-plus
users: [bo, cy]
costCenter: OPS
---
kind: Assignment
name: alpha
profile: eng
tier: pro
users: [ana, di]
---
kind: Assignment
name: lab
profile: lab
tier: pro
users: [ana, ed]
costCenter: RND
`;

/** The same by hand: bo's higher tier wins in eng, of ana's two assignments there the smaller name. */
const GRANTS: readonly Granted[] = (
  [
    ['eng', 'ana', 'pro', 'alpha', '(none)'],
    ['eng', 'bo', 'pro-plus', 'dev', 'OPS'],
    ['eng', 'cy', 'pro-plus', 'dev', 'OPS'],
    ['eng', 'di', 'pro', 'alpha', '(none)'],
    ['lab', 'ana', 'pro', 'lab', 'RND'],
    ['lab', 'ed', 'pro', 'lab', 'RND'],
  ] as const
).map(([profile, name, tier, assignment, costCenter]) => ({ profile, user: idOf(name), tier, assignment, costCenter }));

/** Seat groups from the lowest tier to the highest: somebody in two of a profile holds the last one here. */
const GROUPS = [
  ['kiro-eng-pro', 'eng', 'pro'],
  ['kiro-eng-pro-plus', 'eng', 'pro-plus'],
  ['kiro-eng-power', 'eng', 'power'],
  ['kiro-lab-pro', 'lab', 'pro'],
  ['data-platform', 'lab', 'pro-max'],
] as const;

const PLACES = [
  { account: '111122223333', region: 'us-east-1' },
  { account: '444455556666', region: 'eu-central-1' },
  { account: '777788889999', region: 'us-east-1' },
] as const;
const profileOf = (place: string): string =>
  new Map([
    ['111122223333/us-east-1', 'eng'],
    ['444455556666/eu-central-1', 'lab'],
  ]).get(place) ?? place;

const number = fc.oneof(
  { weight: 6, arbitrary: fc.nat(2_000_000).map((n) => `${Math.trunc(n / 1000)}.${String(n % 1000).padStart(3, '0')}`) },
  { weight: 1, arbitrary: fc.constantFrom('0', '+3', '.5', '7.', '1.25e2', '0.000000000000000001', '19.999999999999999999', '1e-3') },
);
/** Overage is a part of what was used; sometimes more than there is. */
const little = fc.oneof({ weight: 8, arbitrary: fc.nat(200_000).map((n) => `${n / 1000}`) }, { weight: 1, arbitrary: number });
const row = fc.record({
  date: fc.constantFrom('2026-09-30', '2026-10-31', '2026-11-01', '2026-11-02', '2026-11-24', '2026-11-25', '2026-11-27', '2026-11-31'),
  name: fc.constantFrom(...PEOPLE),
  prefix: fc.constantFrom('', '', 'd-0123456789.', 'd-0123456789.9876543210-'),
  client: fc.constantFrom('KIRO_IDE', 'KIRO_CLI', 'PLUGIN'),
  credits: fc.oneof({ weight: 9, arbitrary: number }, { weight: 1, arbitrary: fc.constantFrom('NaN', '-1', '', '1,5') }),
  overage: fc.oneof({ weight: 9, arbitrary: little }, { weight: 1, arbitrary: fc.constantFrom('', 'x') }),
  tier: fc.constantFrom('PRO', 'PRO_PLUS', 'PROPLUS', 'Kiro Pro+', 'PRO_MAX', 'POWER', 'ENTERPRISE', ''),
});
const report = fc.record({
  place: fc.constantFrom(...PLACES),
  era: fc.constantFrom('feb' as const, 'apr' as const, 'jul' as const, 'sep' as const),
  stamp: fc.constantFrom('202611260200', '202611260230', '202611261200'),
  rows: fc.array(row, { minLength: 5, maxLength: 25 }),
});
const members = fc.record(Object.fromEntries(GROUPS.map(([group]) => [group, fc.subarray([...PEOPLE])])));

/** A real day of 2020 or later, by counting. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year >= 2020 && day >= 1 && day <= (lengths[month - 1] ?? 0);
}

function seatsOf(given: Readonly<Record<string, readonly string[]>>): readonly Seated[] {
  const best = new Map<string, Seated>();
  for (const [group, profile, tier] of GROUPS)
    for (const name of given[group] ?? []) best.set(`${profile}|${name}`, { profile, user: idOf(name), tier });
  return [...best.values()];
}

const said = (rows: readonly CreditsRow[]): readonly string[] =>
  rows
    .filter((one) => one.people > 0)
    .map(
      (one) =>
        `${one.name} seats ${one.seats} people ${one.people} plan ${exact(one.planCredits)} used ${exact(one.used)} overage ${exact(one.overageCredits)} ${one.overage} cost ${one.cost}`,
    )
    .sort();

async function read(files: readonly { readonly path: string; readonly text: string }[]) {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'usage-obvious-')));
  try {
    for (const { path, text } of files) put(root, path, text);
    return await readUsage([root], '2026-11', root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test('from rows to sums by person, tier, profile, assignment, cost center and day: equal to the last digit', async () => {
  const config = configuration(BASE, POLICY);
  await fc.assert(
    fc.asyncProperty(fc.array(report, { minLength: 1, maxLength: 6 }), members, async (reports, groups) => {
      const files = reports.map((one, i) => {
        const rows = one.rows.map((each) => ({ ...each, userId: `${each.prefix}${idOf(each.name)}`, credits: `"${each.credits}"` }));
        const file = { ...one.place, era: one.era, day: `2026-11-${10 + i}`, stamp: one.stamp, rows };
        return { one, path: usagePath(file), text: usageText(file) };
      });
      const written: readonly Written[] = files.flatMap(({ one, path }) =>
        one.rows.map((each) => ({
          ...each,
          place: `${one.place.account}/${one.place.region}`,
          stamp: one.stamp,
          path,
          user: `${each.prefix}${idOf(each.name)}`,
        })),
      );
      const { kept, rejected } = choose(written, isDay);
      const inMonth = kept.filter((each) => each.date.startsWith('2026-11'));
      const expected = lines(kept, { month: '2026-11', seats: seatsOf(groups), grants: GRANTS, profileOf });

      const facts = await read(files);
      const live = uuidWorld({ users: [...PEOPLE], groups });
      const resolution = resolve(config, live, NOW, OPERATOR);
      const made = credits({ configuration: config, facts, live, resolution, month: '2026-11', now: NOW });

      expect(facts.rows).toEqual({
        read: written.length,
        used: kept.length,
        superseded: written.length - kept.length - rejected,
        rejected,
        inMonth: inMonth.length,
      });
      expect(said([{ ...made.totals, name: 'all' }])).toEqual(table(expected, () => 'all'));
      expect(said(made.tiers)).toEqual(table(expected, (line) => line.tier));
      expect(said(made.profiles)).toEqual(table(expected, (line) => line.profile));
      expect(said(made.assignments)).toEqual(table(expected, (line) => line.assignment));
      expect(said(made.costCenters)).toEqual(table(expected, (line) => line.costCenter));
      expect(made.people.map((one) => `${one.profile} ${one.userId} ${exact(one.used)} ${exact(one.overageCredits)}`).sort()).toEqual(
        expected.map((one) => `${one.profile} ${one.userId} ${exact(one.used)} ${exact(one.over)}`).sort(),
      );
      const days = [...new Set(inMonth.map((each) => each.date))].sort().map((date) => {
        const mine = inMonth.filter((each) => each.date === date);
        const people = new Set(mine.map((each) => `${each.place} ${each.userId}`)).size;
        return `${date} ${people} ${exact(mine.reduce((sum, each) => sum + each.used, 0n))} ${exact(mine.reduce((sum, each) => sum + each.over, 0n))}`;
      });
      const shown = made.days.filter((day) => day.people > 0);
      expect(shown.map((day) => `${day.date} ${day.people} ${exact(day.used)} ${exact(day.overageCredits)}`)).toEqual(days);
    }),
    { numRuns: 8, seed: 20261126 },
  );
}, 60_000);
