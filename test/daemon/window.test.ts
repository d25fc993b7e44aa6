import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { cronTimes } from '../../src/daemon/cron-time.ts';
import { statusDocument, unready } from '../../src/daemon/status.ts';
import { coversAll, freezeOf, frozenUntil, stretchAt } from '../../src/daemon/window.ts';
import { windowWatch } from '../../src/daemon/window-watch.ts';
import type { WindowSettings } from '../../src/model/settings.ts';
import { fakeSource, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { BASE, sourceFile, type World } from '../support/world.ts';

const HOUR = 60;
const deny = (name: string, cron: string, minutes: number, more: Partial<WindowSettings> = {}): WindowSettings => ({
  ...{ name, cron, minutes, action: 'deny', profiles: null, reason: null },
  ...more,
});
const allow = (name: string, cron: string, minutes: number, more: Partial<WindowSettings> = {}): WindowSettings => ({
  ...deny(name, cron, minutes, more),
  action: 'allow',
});
const at = (text: string) => new Date(text);
const MINUTE_MS = 60_000;

describe('the times of a cron expression', () => {
  const expressions = [
    '*/15 9-17 * * 1-5',
    '0 22 L * *',
    '30 4 1,15 * *',
    '0 0 13 * 5',
    '0 0 * * 1#2',
    '59 23 28-31 2 *',
    '0 18 * * fri',
    '7 3 * 1,12 *',
  ];

  it('looked for in both directions agree, and none lies between two neighbours', () => {
    const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) });
    fc.assert(
      fc.property(fc.constantFrom(...expressions), instant, (expression, now) => {
        const times = cronTimes(expression);
        const year = 366 * 1440 * MINUTE_MS;
        const [before, after] = [times.latest(now, now - year), times.next(now, now + year)];
        if (before !== null) {
          expect(before).toBeLessThanOrEqual(now);
          expect(times.latest(before, before - 1)).toBe(before);
          expect(times.next(before, now + 1)).toBeNull();
        }
        if (after !== null) {
          expect(after).toBeGreaterThan(now);
          expect(times.latest(after, after - 1)).toBe(after);
          expect(times.latest(after - 1, before ?? now)).toBeNull();
        }
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it.each([
    ['0 22 L * *', '2028-03-15T00:00:00Z', '2028-02-29T22:00:00.000Z'],
    ['0 18 * * 5', '2026-12-01T00:00:00Z', '2026-11-27T18:00:00.000Z'],
    ['0 0 13 * 5', '2026-11-30T00:00:00Z', '2026-11-13T00:00:00.000Z'],
    ['*/20 * * * *', '2026-11-01T00:19:59Z', '2026-11-01T00:00:00.000Z'],
    ['30 0 1 1 *', '2026-01-01T00:30:00Z', '2026-01-01T00:30:00.000Z'],
  ])('%s, before %s: %s', (expression, now, found) => {
    const time = at(now).getTime();
    expect(new Date(cronTimes(expression).latest(time, time - 366 * 86_400_000) ?? 0).toISOString()).toBe(found);
  });
});

describe('windows', () => {
  const weekend = deny('weekend', '0 18 * * 5', 62 * HOUR);

  it('begin with their time and end with their length, the end not included', () => {
    const inside = stretchAt(weekend, at('2026-11-27T18:00:00Z'));
    expect(inside).toEqual({ start: at('2026-11-27T18:00:00Z'), end: at('2026-11-30T08:00:00Z') });
    expect(stretchAt(weekend, at('2026-11-27T17:59:59.999Z'))).toBeNull();
    expect(stretchAt(weekend, at('2026-11-30T07:59:59.999Z'))).not.toBeNull();
    expect(stretchAt(weekend, at('2026-11-30T08:00:00Z'))).toBeNull();
  });

  it('that overlap or meet themselves are one stretch, over the end of a month and a year', () => {
    const daily = deny('daily', '0 0 28-31 12 *', 24 * HOUR);
    expect(stretchAt(daily, at('2026-12-29T12:00:00Z'))?.end).toEqual(at('2027-01-01T00:00:00Z'));
    const long = deny('long', '0 12 25,30 * *', 7 * 24 * HOUR);
    expect(stretchAt(long, at('2026-12-26T00:00:00Z'))).toEqual({ start: at('2026-12-25T12:00:00Z'), end: at('2027-01-06T12:00:00Z') });
    expect(stretchAt(deny('always', '0 0 * * *', 48 * HOUR), at('2026-11-01T00:00:00Z'))?.end).toBeNull();
  });

  it('deny wins, allow opens, and both are for the profiles that they name', () => {
    const office = allow('office', '0 9 * * 1-5', 8 * HOUR, { profiles: ['eng'] });
    const freeze = deny('year-end', '0 0 21 12 *', 14 * 24 * HOUR, { reason: 'books are closed' });
    const windows = [office, freeze];
    const monday = at('2026-11-23T10:00:00Z');
    expect(freezeOf(windows, 'eng', monday)).toBeNull();
    expect(freezeOf(windows, 'lab', at('2026-11-22T10:00:00Z'))).toBeNull();
    expect(freezeOf(windows, 'eng', at('2026-11-23T17:00:00Z'))).toMatchObject({ windows: ['office'], until: at('2026-11-24T09:00:00Z') });
    const closed = freezeOf(windows, 'eng', at('2026-12-22T10:00:00Z'));
    expect(closed).toMatchObject({ windows: ['year-end'], until: at('2027-01-04T00:00:00Z') });
    expect(closed?.reason).toBe('change window "year-end" (books are closed) forbids it until 2027-01-04T00:00:00.000Z');
    // Free neither with the end of the one (it is night) nor before the other opens.
    expect(frozenUntil(windows, 'eng', at('2026-12-22T10:00:00Z'))).toEqual(at('2027-01-04T09:00:00Z'));
    expect(frozenUntil(windows, 'lab', at('2026-12-22T10:00:00Z'))).toEqual(at('2027-01-04T00:00:00Z'));
    expect(coversAll(windows, 'lab', at('2026-12-30T00:00:00Z'), at('2027-01-01T00:00:00Z'))).toBe(true);
    expect(coversAll(windows, 'lab', at('2026-11-29T00:00:00Z'), at('2026-12-01T00:00:00Z'))).toBe(false);
  });
});

const ANA = 'ana@example.com';
const BOB = 'bob@example.com';
const WORLD: World = {
  users: [ANA, BOB],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const grants = (profile: string, users: readonly string[]) =>
  `kind: Assignment\nname: ${profile}\nprofile: ${profile}\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;

let running: TestDaemon[] = [];
function start(...given: Parameters<typeof testDaemon>): TestDaemon {
  const made = testDaemon(...given);
  running.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});
const members = ({ directory }: TestDaemon, group: string) =>
  directory.live.memberships.filter((row) => row.groupId === `g-${group}`).map((row) => row.userId.replace('id-', ''));

describe('a daemon with windows', () => {
  const always = (more: Partial<WindowSettings> = {}) => deny('freeze', '* * * * *', 1, { reason: 'audit', ...more });

  it('plans the same, applies nothing inside a deny window, and says why and until when', async () => {
    const free = await start(grants('eng', [ANA]), WORLD, { mode: 'observe' }).pass();
    const run = start(grants('eng', [ANA]), WORLD, { windows: [always()] });
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'pending', applied: null });
    const ended = run.journal.list.find((entry) => entry.type === 'pass-ended');
    expect(ended).toMatchObject({ counts: { planned: 1, applied: 0, failed: 0, skipped: 1 } });
    expect(result.message).toContain('Changes of eng wait: change window "freeze" (audit) forbids it');
    expect(result.plan?.hash).toBe(free.result.plan?.hash);
    expect(unready(run.daemon)).toEqual([]);
    expect(statusDocument(run.daemon)).toMatchObject({
      frozen: [{ profile: 'eng', windows: ['freeze'], until: null }, { profile: 'lab' }],
      windows: [{ name: 'freeze', inForce: { until: null }, unknownProfiles: [] }],
      lastOverride: null,
    });
  });

  it('freezes one profile, applies the other, and is pending', async () => {
    const policy = `${grants('eng', [ANA])}---\n${grants('lab', [BOB])}`;
    const run = start(policy, WORLD, { windows: [always({ profiles: ['eng', 'engg'] })] });
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'pending', applied: { planned: 2, applied: 1, skipped: 1 } });
    expect(result.message).toContain('Changes of eng wait');
    expect([members(run, 'kiro-eng-pro'), members(run, 'kiro-lab-pro')]).toEqual([[], [BOB]]);
    expect(statusDocument(run.daemon).windows).toMatchObject([{ unknownProfiles: ['engg'] }]);
  });

  it('applies once the window has ended, for which a pass is asked', async () => {
    const night = deny('night', '0 0 * * *', 60);
    const run = start(grants('eng', [ANA]), WORLD, { windows: [night] });
    run.clock.now = at('2026-11-24T00:59:00Z');
    const tick = windowWatch(run.daemon);
    expect((await run.pass()).result.outcome).toBe('pending');
    tick();
    expect(run.events.filter((event) => event.type === 'asked')).toHaveLength(1);
    run.clock.now = at('2026-11-24T01:00:00Z');
    tick();
    expect(run.events.filter((event) => event.type === 'asked').at(-1)).toMatchObject({ ask: { reason: 'the change window night ended' } });
    expect((await run.pass()).result.outcome).toBe('applied');
  });

  it('leaves alone what a window that begins meanwhile forbids', async () => {
    const run = start(grants('eng', [ANA, BOB]), WORLD, { windows: [deny('night', '0 0 * * *', 60)] });
    run.clock.now = at('2026-11-23T23:59:59Z');
    let sent = 0;
    run.directory.failOn = () => {
      sent += 1;
      run.clock.now = at('2026-11-24T00:00:00Z');
      return false;
    };
    const { result } = await run.pass();
    expect(sent).toBe(result.applied?.applied);
  });

  it('an override lets one pass through, is recorded, and goes past nothing else', async () => {
    const run = start(grants('eng', [ANA]), WORLD, { windows: [always()] });
    const override = { owner: 'leads', reason: 'somebody left' };
    run.daemon.ask({ kind: 'reconcile', reason: 'test', by: 'api', override });
    const { result, pass } = await run.pass();
    expect(result.outcome).toBe('applied');
    const entries = run.journal.list.filter((entry) => entry.type === 'overridden');
    expect(entries).toEqual([{ type: 'overridden', at: expect.any(String), pass, ...override, windows: ['freeze'] }]);
    expect(statusDocument(run.daemon).lastOverride).toMatchObject({ pass, ...override });
    run.source.push(grants('eng', [ANA, BOB]));
    expect((await run.pass()).result.outcome).toBe('pending');

    await run.daemon.suspend({ owner: 'leads', reason: 'incident', until: new Date(run.clock.now.getTime() + 3_600_000) });
    run.daemon.ask({ kind: 'reconcile', reason: 'test', by: 'api', override });
    expect((await run.pass()).result).toMatchObject({ outcome: 'pending', message: expect.stringContaining('suspended') });
    expect(members(run, 'kiro-eng-pro')).toEqual([ANA]);
  });

  it('tells the month-end removals that windows keep from being applied, with their price', async () => {
    const told: object[] = [];
    const log = { info: () => {}, warn: (fields: object) => void told.push(fields), error: () => {} };
    const world: World = { ...WORLD, groups: { ...WORLD.groups, 'kiro-eng-pro': [ANA, BOB] } };
    const policy = grants('eng', [ANA]);
    const files = [sourceFile('base.yaml', BASE.replace('removals: immediate', 'removals: month-end')), sourceFile('policy.yaml', policy)];
    const source = { ...fakeSource(policy), fetch: async () => ({ revision: `main@sha1:${'1'.repeat(40)}`, files }) };
    const run = start(policy, world, { windows: [deny('close', '0 12 28 * *', 96 * HOUR)] }, { log, source });
    run.clock.now = at('2026-11-20T00:00:00Z');
    run.directory.live = { ...run.directory.live, instant: run.clock.now.toISOString() };
    const { result } = await run.pass();
    expect(result.plan?.held.filter((row) => row.action === 'delete')).toHaveLength(1);
    const [loss] = statusDocument(run.daemon).lostRemovals;
    expect(loss).toMatchObject({ profile: 'eng', month: '2026-11', windows: ['close'], removals: 1, usd: 20 });
    expect(loss?.message).toContain(
      '(2026-11-29 to 2026-11-30): 1 seat of eng that should end then would be paid for another month, $20.00',
    );
    const tick = windowWatch(run.daemon);
    tick();
    tick();
    expect(told.filter((fields) => 'usd' in fields)).toHaveLength(1);
  });
});
