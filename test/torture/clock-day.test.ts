import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  addMonths,
  dayOf,
  daysInMonth,
  daysLeft,
  firstOfNextMonth,
  isDay,
  monthOf,
  startOf,
  windowOpens,
} from '../../src/model/day.ts';
import type { Plan } from '../../src/model/plan.ts';
import { live, planOf, type World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SEED = 20_261_123;
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2036, 11, 31) });

/** Calendar facts by `Date` alone, beside those of `model/day.ts`. */
const firstAfter = (at: number): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 1, 1);
const opensIn = (at: number): number => firstAfter(at) - 2 * DAY;

const assignment = (more: string) => `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana@example.com, bob@example.com]
${more}reason: Test
`;
const MONTH_END = `kind: Profile
name: late
account: "777788889999"
region: us-west-2
application: KiroProfile-us-east-1
seats:
  pro: { group: kiro-late-pro, confirmed: 2026-01-05, removals: month-end }
  power: { group: kiro-late-power, confirmed: 2026-01-05, removals: month-end }
`;
const KEEPS = `---
kind: Assignment
name: keeps
profile: late
tier: pro
users: [ana@example.com]
reason: Test
`;
const lateApplication = {
  arn: 'arn:aws:sso::777788889999:application/ssoins-0123456789abcdef/apl-3333333333333333',
  name: 'KiroProfile-us-east-1',
  account: '777788889999',
  principals: ['kiro-late-pro', 'kiro-late-power'].map((name) => ({ id: `g-${name}`, type: 'GROUP' as const })),
};
const access = {
  'kiro-late-pro': { applications: [lateApplication.arn] },
  'kiro-late-power': { applications: [lateApplication.arn] },
};

function at(now: number, policy: string, world: World): Plan {
  const applications = [...live({ groups: {} }).applications, lateApplication];
  const given: World = { access, applications, ...world };
  return planOf(policy, given, { now: new Date(now), live: live(given, new Date(now)) });
}

describe('the calendar', () => {
  test('every month of a century: length, window and turn agree with Date', () => {
    for (let month = '2000-01'; month < '2101-01'; month = addMonths(month, 1)) {
      const first = Date.parse(`${month}-01T00:00:00Z`);
      expect(daysInMonth(month)).toBe((firstAfter(first) - first) / DAY);
      expect(startOf(windowOpens(`${month}-01`)).getTime()).toBe(opensIn(first));
      expect(startOf(firstOfNextMonth(`${month}-28`)).getTime()).toBe(firstAfter(first));
      expect(addMonths(addMonths(month, 1), -1)).toBe(month);
    }
  });

  test('leap days are days, and others are not', () => {
    expect(['2028-02-29', '2000-02-29', '2100-02-29', '2027-02-29', '2028-02-30', '2028-13-01'].map(isDay)).toEqual([
      ...[true, true, false, false, false, false],
    ]);
    expect(windowOpens('2028-02-01')).toBe('2028-02-28');
    expect(windowOpens('2027-02-01')).toBe('2027-02-27');
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2028-02-29', 366)).toBe('2029-03-01');
  });

  test('an instant belongs to one day, whose days left and month follow', () => {
    fc.assert(
      fc.property(instant, (now) => {
        const day = dayOf(new Date(now));
        expect(startOf(day).getTime()).toBe(Math.floor(now / DAY) * DAY);
        expect(daysLeft(day)).toBe(Math.ceil((firstAfter(now) - now) / DAY) || 1);
        expect(monthOf(day)).toBe(day.slice(0, 7));
        expect(addDays(addDays(day, 40), -40)).toBe(day);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('from and until', () => {
  test.each([
    ['the millisecond before from', 'from', -1, false],
    ['00:00 UTC of from', 'from', 0, true],
    ['the last millisecond of until', 'until', DAY - 1, true],
    ['00:00 UTC of the day after until', 'until', DAY, false],
  ])('%s', (_name, field, offset, isActive) => {
    fc.assert(
      fc.property(instant, (some) => {
        const day = dayOf(new Date(some));
        const made = at(startOf(day).getTime() + offset, assignment(`${field}: ${day}\n`), {
          users: ['ana@example.com', 'bob@example.com'],
          groups: { 'kiro-eng-pro': [] },
        });
        expect(made.stages.flatMap((stage) => stage.changes)).toHaveLength(isActive ? 2 : 0);
      }),
      { seed: SEED, numRuns: 6, examples: [[Date.UTC(2028, 1, 29)], [Date.UTC(2026, 11, 31)], [Date.UTC(2027, 1, 28)]] },
    );
  });
});

describe('month-end', () => {
  test('a removal waits until 00:00 UTC of the second-last day of its month, and says from when on the seat is free', () => {
    fc.assert(
      fc.property(instant, (now) => {
        const made = at(now, `${MONTH_END}${KEEPS}`, { groups: { 'kiro-late-pro': ['ana@example.com', 'bob@example.com'] } });
        const key = 'membership/kiro-late-pro/bob@example.com';
        const isOpen = now >= opensIn(now);
        expect(made.stages.flatMap((stage) => stage.changes).map((change) => change.key)).toEqual(isOpen ? [key] : []);
        expect(made.held.map((held) => [held.key, held.until])).toEqual(isOpen ? [] : [[key, new Date(opensIn(now)).toISOString()]]);
        const ends = Math.max(now, opensIn(now)) + DAY; // Kiro may take a day to notice
        expect(made.people.map((person) => person.effective)).toEqual([dayOf(new Date(firstAfter(ends)))]);
      }),
      {
        seed: SEED,
        numRuns: 25,
        examples: [[Date.UTC(2028, 1, 28) - 1], [Date.UTC(2028, 1, 28)], [Date.UTC(2028, 1, 29, 23, 59)], [Date.UTC(2026, 11, 31, 12)]],
      },
    );
  });

  test('a seat removed on the first day of the window is never paid again; one removed on the last day may be, and the plan says so', () => {
    const first = at(opensIn(Date.UTC(2028, 1, 1)), `${MONTH_END}${KEEPS}`, {
      groups: { 'kiro-late-pro': ['ana@example.com', 'bob@example.com'] },
    });
    expect(first.people.map((person) => person.effective)).toEqual(['2028-03-01']);
    const last = at(Date.UTC(2028, 1, 29, 0, 1), `${MONTH_END}${KEEPS}`, {
      groups: { 'kiro-late-pro': ['ana@example.com', 'bob@example.com'] },
    });
    expect(last.people.map((person) => person.effective)).toEqual(['2028-04-01']);
  });

  test('a move ends its old seat in a window and never before the new one is a day old', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 72 }), (now, age) => {
        const made = new Date(now - age * HOUR).toISOString();
        const moved = `${MONTH_END}---\nkind: Assignment\nname: up\nprofile: late\ntier: power\nusers: [bob@example.com]\nreason: Test\n`;
        const plan = at(now, moved, { groups: { 'kiro-late-pro': ['bob@example.com'], 'kiro-late-power': [`bob@example.com@${made}`] } });
        const settles = now - age * HOUR + DAY;
        const earliest = Math.max(now, settles);
        const goes = earliest >= opensIn(earliest) ? earliest : opensIn(earliest);
        const deleted = plan.stages.flatMap((stage) => stage.changes).some((change) => change.action === 'delete');
        expect(deleted).toBe(goes <= now);
        expect(plan.held.map((held) => held.until)).toEqual(goes <= now ? [] : [new Date(goes).toISOString()]);
      }),
      {
        seed: SEED,
        numRuns: 25,
        examples: [
          [Date.UTC(2028, 1, 29, 12), 3],
          [Date.UTC(2026, 10, 30, 23), 20],
          [Date.UTC(2026, 10, 29), 23],
        ],
      },
    );
  });
});
