import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demoSeats } from '../../src/demo/seat.ts';
import { demoReports } from '../../src/demo/usage.ts';
import { demoSeed } from '../../src/emulator/seed-demo.ts';

const seats = demoSeats(demoSeed(new Date('2026-11-23T12:00:00Z')));
const today = fc
  .date({ min: new Date('2026-01-01'), max: new Date('2031-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));

const rowsOf = (text: string): readonly (readonly string[])[] =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));

describe('the demo’s seats', () => {
  // docs/emulator.md: 30 + 7 + 3 in the engineering profile, 6 + 2 + 12 in the research one.
  test('are the members of every group that is subscribed', () => {
    expect(seats).toHaveLength(60);
    expect(seats.filter((seat) => seat.account === '111122223333' && seat.region === 'us-east-1')).toHaveLength(40);
    expect(seats.every((seat) => /^[0-9a-f-]{36}$/.test(seat.userId))).toBe(true);
  });
});

describe('the demo’s reports', () => {
  test('speak of three whole months and this one up to yesterday, whatever the day', () => {
    fc.assert(
      fc.property(today, (day) => {
        const dates = demoReports(seats, day).flatMap(({ text }) => rowsOf(text).map(([date = '']) => date));
        const months = new Set(dates.map((date) => date.slice(0, 7)));
        expect([3, 4]).toContain(months.size);
        expect(dates.every((date) => date < day)).toBe(true);
        expect(Math.max(...dates.map((date) => Date.parse(date)))).toBeGreaterThan(Date.parse(day) - 4 * 86_400_000);
      }),
      { numRuns: 5, seed: 8 },
    );
  });

  test('are the same bytes for the same day, and others for another', () => {
    const again = demoSeats(demoSeed(new Date('2027-04-01T00:00:00Z')));
    expect(demoReports(again, '2026-11-23')).toEqual(demoReports(seats, '2026-11-23'));
    expect(demoReports(seats, '2026-11-24')).not.toEqual(demoReports(seats, '2026-11-23'));
  });

  test('lie where Kiro puts them, a file a profile, client and day, with every cell its header names', () => {
    const reports = demoReports(seats, '2026-11-23');
    const clients = new Set<string>();
    for (const { path, text } of reports) {
      const named =
        /^AWSLogs\/(\d{12})\/KiroLogs\/user_report\/[a-z0-9-]+\/(\d{4})\/(\d\d)\/(\d\d)\/00\/(KIRO_IDE|KIRO_CLI|PLUGIN)_(\d{12})_user_report_\d{8}0200\.csv$/.exec(
          path,
        );
      if (named === null) throw new Error(path);
      const [, account, year, month, day, client = '', again] = named;
      clients.add(client);
      expect(again).toBe(account);
      const width = (text.split('\n')[0] ?? '').split(',').length;
      for (const row of rowsOf(text)) expect([row.length, row[0], row[2]]).toEqual([width, `${year}-${month}-${day}`, client]);
    }
    expect([...clients].sort()).toEqual(['KIRO_CLI', 'KIRO_IDE', 'PLUGIN']);
  });

  // Overage begins where the allowance ends: over a month it is what was used beyond the plan.
  test('have the overage that the use makes', () => {
    const included: Record<string, number> = { PRO: 1000, PRO_PLUS: 2000, PRO_MAX: 5000, POWER: 10_000 };
    const sums = new Map<string, { used: number; over: number; plan: number }>();
    for (const row of demoReports(seats, '2026-11-23').flatMap(({ text }) => rowsOf(text))) {
      const [date = '', user = '', , , credits, , overage, , , tier = ''] = row;
      const key = `${date.slice(0, 7)} ${user} ${row[8]}`;
      const sum = sums.get(key) ?? { used: 0, over: 0, plan: included[tier] ?? 0 };
      sums.set(key, { ...sum, used: sum.used + Math.round(Number(credits) * 100), over: sum.over + Math.round(Number(overage) * 100) });
    }
    const all = [...sums.values()];
    expect(all.filter(({ over }) => over > 0).length).toBeGreaterThan(5);
    for (const { used, over, plan } of all) expect(over).toBe(Math.max(0, used - plan * 100));
  });
});
