import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Ask } from '../../src/daemon/loop.ts';
import { type Schedule, schedule } from '../../src/daemon/schedule.ts';
import { statusDocument, unready } from '../../src/daemon/status.ts';
import { UserError } from '../../src/errors.ts';
import type { LiveMembership } from '../../src/model/live.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import type { World } from '../support/world.ts';

const HOUR = 3_600_000;

describe('the schedule', () => {
  const zoneOfTests = process.env['TZ'];
  let running: Schedule;
  let asks: Ask[];
  const start = (reconcile: string, at: string, reports: string | null = null) => {
    vi.setSystemTime(new Date(at));
    asks = [];
    running = schedule({ reconcile, reports }, (ask) => asks.push(ask), 0);
  };
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }));
  afterEach(async () => {
    await running.stop();
    vi.useRealTimers();
    process.env['TZ'] = zoneOfTests;
  });

  test('fires in UTC, a quarter of an hour apart, also over a change of daylight saving', async () => {
    start('*/15 * * * *', '2026-11-01T05:00:01Z');
    await vi.advanceTimersByTimeAsync(2 * HOUR);
    expect(asks.map((ask) => ask.by)).toEqual(Array.from({ length: 8 }, () => 'schedule'));
    expect(running.next()?.toISOString()).toBe('2026-11-01T07:15:00.000Z');
  });

  test('asks for reports apart, and for nothing once it is stopped', async () => {
    start('0 * * * *', '2026-11-01T00:59:00Z', '30 1 * * *');
    await vi.advanceTimersByTimeAsync(1.1 * HOUR);
    expect(asks.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'reconcile 0 * * * *',
      'report 30 1 * * *',
      'reconcile 0 * * * *',
    ]);
    await running.stop();
    await vi.advanceTimersByTimeAsync(24 * HOUR);
    expect(asks).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a clock that goes back by a year asks at once, and the next quarter of an hour is not a year away', async () => {
    start('*/15 * * * *', '2027-11-10T12:00:01Z');
    await vi.advanceTimersByTimeAsync(60_000);
    vi.setSystemTime(new Date('2026-11-10T12:01:01Z'));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asks.map((ask) => ask.reason)).toEqual(["the machine's clock went back by 31536000 s"]);
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(asks).toHaveLength(5);
    expect(running.next()?.toISOString()).toBe('2026-11-10T13:15:00.000Z');
  });

  test('a machine that slept through a daily time asks when it wakes', async () => {
    start('0 3 * * *', '2026-11-29T20:00:00Z');
    await vi.advanceTimersByTimeAsync(60_000);
    vi.setSystemTime(new Date('2026-11-30T09:00:00Z')); // its monotonic clock stood still
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asks.map((ask) => ask.reason)).toEqual(["the machine's clock went forth by 46740 s", '0 3 * * *']);
    expect(running.next()?.toISOString()).toBe('2026-12-01T03:00:00.000Z');
  });

  test('a time that came while the process was busy is asked for late, not never', async () => {
    start('0 3 * * *', '2026-11-30T02:59:50Z');
    vi.setSystemTime(new Date('2026-11-30T03:00:05Z')); // 15 s in which no timer ran: too little to be a jump
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asks.map((ask) => ask.reason)).toEqual(['0 3 * * *']);
  });

  test.each([
    ['America/New_York', '2026-11-01T06:00:00Z'],
    ['America/St_Johns', '2026-11-01T04:30:00Z'],
    ['Australia/Lord_Howe', '2027-04-03T15:00:00Z'],
    ['Europe/Dublin', '2027-03-28T01:00:00Z'],
  ])('in the hour that %s repeats or leaves out, it neither spins nor sleeps', async (zone, at) => {
    process.env['TZ'] = zone;
    start('*/15 * * * *', new Date(Date.parse(at) - 10_000).toISOString());
    for (let quarter = 0; quarter < 5; quarter += 1) {
      await vi.advanceTimersByTimeAsync(11_000);
      expect(asks).toHaveLength(quarter + 1);
      vi.setSystemTime(Date.now() + 15 * 60_000 - 11_000 - 20_000);
      await vi.advanceTimersByTimeAsync(20_000);
      asks = asks.filter((ask) => !ask.reason.includes('clock'));
      expect(vi.getTimerCount()).toBeLessThan(3);
    }
  });

  test('really fires: a schedule of seconds, without a fake clock', async () => {
    vi.useRealTimers();
    const ask = await new Promise<Ask>((resolve) => {
      running = schedule({ reconcile: '* * * * * *', reports: null }, resolve, 0);
    });
    expect(ask).toEqual({ kind: 'reconcile', reason: '* * * * * *', by: 'schedule' });
  });

  test('an expression that is none, or never comes, is the operator’s to mend', () => {
    start('0 0 1 1 *', '2026-11-30T12:00:00Z');
    expect(() => schedule({ reconcile: 'now and then', reports: null }, () => {})).toThrow(UserError);
    expect(() => schedule({ reconcile: '0 0 1 1 *', reports: '0 0 31 2 *' }, () => {})).toThrow(UserError);
  });

  test('a clock that is corrected by seconds asks for nothing', async () => {
    start('0 3 * * *', '2026-11-30T12:00:00Z');
    for (let i = 0; i < 10; i += 1) {
      vi.setSystemTime(Date.now() + (i % 2 === 0 ? 5_000 : -5_000));
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(asks).toEqual([]);
  });
});

const assignment = (users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;
const ANA = 'ana@example.com';
const BOB = 'bob@example.com';
const WORLD: World = {
  users: [ANA, BOB],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const members = ({ directory }: TestDaemon) =>
  directory.live.memberships.filter((row) => row.groupId === 'g-kiro-eng-pro').map((row) => row.userId.replace('id-', ''));
function edit({ directory, clock }: TestDaemon, user: string, action: 'add' | 'remove') {
  const row: LiveMembership = {
    ...{ id: `by-hand-${clock.now.getTime()}`, groupId: 'g-kiro-eng-pro', userId: `id-${user}` },
    ...{ createdAt: clock.now.toISOString(), createdBy: 'arn:aws:iam::111122223333:role/desk' },
  };
  const rest = directory.live.memberships.filter((each) => each.groupId !== row.groupId || each.userId !== row.userId);
  directory.live = { ...directory.live, memberships: action === 'add' ? [...rest, row] : rest };
}
const hours = (count: number, { clock }: TestDaemon) => {
  clock.now = new Date(clock.now.getTime() + count * HOUR);
};

describe('a daemon whose clock goes back', () => {
  let run: TestDaemon;
  const runs: TestDaemon[] = [];
  const start = (...given: Parameters<typeof testDaemon>) => {
    run = testDaemon(...given);
    runs.push(run);
    return run;
  };
  afterEach(async () => void (await Promise.all(runs.splice(0).map((each) => each.stop()))));

  test('its removals of the last 24 hours still count, so the limit cannot be walked round', async () => {
    const people = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, '0')}@example.com`);
    start(assignment(people.slice(2)), { users: people, groups: { ...WORLD.groups, 'kiro-eng-pro': people } });
    expect((await run.pass()).result.outcome).toBe('applied');
    hours(-48, run);
    run.source.push(assignment(people.slice(4)));
    expect((await run.pass()).result.outcome).toBe('refused');
    expect(members(run)).toHaveLength(10);
  });

  test('a suspension does not end early, nor does it begin anew', async () => {
    start(assignment([ANA]), WORLD);
    await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: new Date(run.clock.now.getTime() + 2 * HOUR) });
    hours(-24, run);
    expect((await run.pass()).result.outcome).toBe('pending');
    hours(27, run);
    expect((await run.pass()).result.outcome).toBe('applied');
  });

  test('reversals before the jump still count towards a contested seat', async () => {
    start(assignment([ANA, BOB]), WORLD);
    await run.pass();
    for (let i = 0; i < 2; i += 1) {
      edit(run, BOB, 'remove');
      await run.pass();
    }
    hours(-48, run);
    edit(run, BOB, 'remove');
    expect((await run.pass()).result.outcome).toBe('incomplete');
    expect(statusDocument(run.daemon).contested).toHaveLength(1);
  });

  test('a change that failed under the wrong clock is tried again now, not when that clock is right', async () => {
    start(assignment([ANA, BOB]), WORLD);
    let isBroken = true;
    run.directory.failOn = (what) => isBroken && what === `add id-${BOB}`;
    await run.pass();
    await run.pass();
    expect((await run.pass()).result).toMatchObject({ applied: { failed: 0, skipped: 1 } });
    hours(-24 * 365, run);
    isBroken = false;
    expect((await run.pass()).result.outcome).toBe('applied');
    expect(members(run)).toContain(BOB);
  });

  test('passes are numbered on, take no negative time, and the daemon is ready', async () => {
    start(assignment([ANA]), WORLD);
    await run.pass();
    const observe = run.directory.observe;
    Object.assign(run.directory, {
      observe: async (...given: Parameters<typeof observe>) => {
        hours(-3, run);
        return observe(...given);
      },
    });
    await run.pass();
    const ended = run.journal.list.filter((entry) => entry.type === 'pass-ended');
    expect(ended.map(({ pass, milliseconds }) => [pass, milliseconds])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(unready(run.daemon)).toEqual([]);
  });
});

describe('a contested seat', () => {
  const runs: TestDaemon[] = [];
  afterEach(async () => void (await Promise.all(runs.splice(0).map((each) => each.stop()))));
  const start = (...given: Parameters<typeof testDaemon>) => {
    const run = testDaemon(...given);
    runs.push(run);
    return run;
  };

  test('its day of agreement goes on over a restart, and ends with the first disagreement', async () => {
    const first = start(assignment([ANA]), WORLD);
    await first.pass();
    for (let i = 0; i < 3; i += 1) {
      edit(first, ANA, 'remove');
      await first.pass();
    }
    edit(first, ANA, 'add');
    await first.pass();
    edit(first, ANA, 'remove');
    await first.pass(); // no longer: somebody took it once more
    edit(first, ANA, 'add');
    hours(1, first);
    await first.pass();
    const types = first.journal.list.flatMap(({ type }) => (type === 'agreed' || type === 'disagreed' ? [type] : []));
    expect(types).toEqual(['agreed', 'disagreed', 'agreed']);

    const second = start(assignment([ANA]), WORLD, {}, { observe: first.directory.observe, writer: () => first.directory.writer });
    second.journal.list.push(...first.journal.list);
    second.clock.now = first.clock.now;
    for (const wait of [23, 0.9]) {
      hours(wait, second);
      hours(wait, first);
      await second.pass();
      expect(statusDocument(second.daemon).contested).toHaveLength(1);
    }
    hours(0.2, second);
    hours(0.2, first);
    await second.pass();
    expect(statusDocument(second.daemon).contested).toEqual([]);
  });

  test('names who put a removed person back, where the directory says so', async () => {
    const run = start(assignment([ANA]), { ...WORLD, groups: { ...WORLD.groups, 'kiro-eng-pro': [ANA, BOB] } });
    await run.pass();
    edit(run, BOB, 'add');
    await run.pass();
    expect(run.journal.list.filter((entry) => entry.type === 'reversed')).toMatchObject([{ actor: 'arn:aws:iam::111122223333:role/desk' }]);
  });
});
