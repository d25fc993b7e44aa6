import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import { monthsDue } from '../../src/daemon/report-due.ts';
import { surplus } from '../../src/daemon/report-turn.ts';
import { schedule } from '../../src/daemon/schedule.ts';
import { statusDocument, unready } from '../../src/daemon/status.ts';
import { RemoteError, UserError } from '../../src/errors.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { KeptReport } from '../../src/ports.ts';
import { credits } from '../../src/usage/credits.ts';
import type { UsagePerson } from '../../src/usage/facts.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { creditsFrom, memoryShelf, memorySink, used } from '../support/report.ts';
import { NOW } from '../support/world.ts';

const ANA = 'ana@example.com';
const POLICY = `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${ANA}]\nowner: leads\nreason: work\n`;
const WORLD = {
  users: [ANA, 'bob@example.com'],
  groups: {
    'kiro-eng-pro': [ANA],
    'kiro-eng-pro-plus': ['bob@example.com'],
    'kiro-eng-power': [],
    'kiro-lab-pro': ['cem@example.com'],
    'data-platform': [],
  },
};
const DAILY = { schedule: { reconcile: '0 0 1 1 *', reports: '0 6 * * *' } };

let open: TestDaemon[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

function start(more: Partial<DaemonDeps> = {}, settings: Partial<Settings> = {}, people: readonly UsagePerson[] = [used(ANA, '12.5')]) {
  const measured = metrics();
  const log: { fields: object; text: string }[] = [];
  const note = (fields: object, text: string) => void log.push({ fields, text });
  const clock = { now: NOW };
  const run = testDaemon(
    POLICY,
    WORLD,
    { mode: 'observe', ...DAILY, ...settings },
    {
      credits: creditsFrom(
        () => clock.now,
        () => people,
      ),
      now: () => clock.now,
      log: { info: note, warn: note, error: note },
      ...more,
    },
    measured.hear,
  );
  open.push(run);
  return { run, log, clock, scrape: () => measured.text(run.daemon) };
}

const days = (count: number) => new Date(NOW.getTime() + count * 86_400_000);

describe('a scheduled report', () => {
  it('is made of what the last pass found, kept, and written to every place in each format', async () => {
    const shelf = memoryShelf();
    const sinks = [memorySink(), memorySink('directory')];
    const { run } = start(
      { shelf, sinks },
      { reports: { to: [], formats: ['html', 'json', 'csv', 'markdown', 'text'], keep: 12, idleAfterDays: 30 } },
    );
    await run.pass();
    await run.report();
    for (const { files } of sinks) {
      const month = [...files.keys()].filter((path) => path.startsWith('2026-11/'));
      const names = ['2026-11-10T120000Z', 'latest'].flatMap((name) =>
        ['html', 'json', 'csv', 'md', 'txt'].map((end) => `2026-11/credits-${name}.${end}`),
      );
      expect(month.sort()).toEqual(names.sort());
      const json = files.get('2026-11/credits-latest.json');
      expect(json?.type).toBe('application/json; charset=utf-8');
      expect(JSON.parse(json?.text ?? '')).toMatchObject({ month: '2026-11', totals: { used: 12.5, seats: 3 } });
      expect(files.get('2026-11/credits-2026-11-10T120000Z.json')?.text).toBe(json?.text);
      expect(files.get('2026-11/credits-latest.csv')?.text).toContain(ANA);
      expect(files.get('2026-11/credits-latest.html')).toMatchObject({
        type: 'text/html; charset=utf-8',
        text: expect.stringContaining('<!doctype html>'),
      });
      expect(files.get('2026-11/credits-latest.md')?.type).toBe('text/markdown; charset=utf-8');
    }
    expect([...shelf.reports.keys()]).toEqual(['2026-11-10T12:00:00.000Z 2026-11', '2026-11-10T12:00:00.000Z 2026-10']);
  });

  it('is asked for by its schedule, and by no other', async () => {
    vi.useFakeTimers({
      now: new Date('2026-11-10T05:59:58Z'),
      toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
    });
    const asked: string[] = [];
    const cron = schedule(DAILY.schedule, ({ kind, by }) => asked.push(`${kind} by ${by}`), 1);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual(['report by schedule']);
    await cron.stop();
  });

  it('of the month before is made until its usage is complete, then no more, and never in place of this month', async () => {
    const shelf = memoryShelf();
    const { run, clock } = start({ shelf });
    await run.pass();
    for (const at of ['2026-12-01T06:00:00Z', '2026-12-02T06:00:00Z', '2026-12-03T06:00:00Z', '2026-12-04T06:00:00Z']) {
      clock.now = new Date(at);
      await run.report();
      expect(run.daemon.reports.last()).toMatchObject({ at: clock.now, month: '2026-12' });
    }
    const made = (month: string) => [...shelf.reports.values()].filter((report) => report.month === month).map(({ at }) => at.getUTCDate());
    expect([made('2026-12'), made('2026-11')]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3],
    ]);
    expect((await run.daemon.reports.of('2026-11'))?.json).toContain('"closed": true');
    const { run: again } = start({ shelf });
    await vi.waitFor(() => expect(again.daemon.reports.last()).toMatchObject({ month: '2026-12' }));
  });

  it('without usage is the roster: of this month alone, and with no word of use in the metrics', async () => {
    const shelf = memoryShelf();
    const { run, scrape } = start({ shelf, credits: async (found, month) => credits({ ...found, facts: null, month, now: NOW }) });
    await run.pass();
    await run.report();
    expect([...shelf.reports.values()].map(({ month }) => month)).toEqual(['2026-11']);
    const text = await scrape();
    expect(text).toContain('kirosync_seat_cost_usd{profile="eng",tier="pro"} 20');
    expect(text).not.toMatch(/kirosync_(credits_used|idle_seats|usage_rows|credits_forecast)/);
  });

  it('says so when no pass has made a plan, and when its seats are old', async () => {
    const { run, log } = start({ shelf: memoryShelf() });
    run.source.down = true;
    await run.report();
    expect(statusDocument(run.daemon).reports).toMatchObject({
      last: null,
      troubles: [{ step: 'make', message: expect.stringContaining('no pass has made a plan') }],
    });
    expect(log.some(({ fields }) => 'step' in fields)).toBe(true);
    run.source.down = false;
    await run.pass();
    run.source.push('kind: Nonsense\n');
    await run.pass();
    await run.report();
    const json = JSON.parse((await run.daemon.reports.current())?.json ?? '');
    expect(json.notes).toContainEqual(expect.stringContaining('Seats are those of 2026-11-10T12:00:00.000Z'));
    expect(statusDocument(run.daemon).reports?.troubles).toEqual([]);
  });
});

describe('what fails', () => {
  it('a full disk is told and counted, hinders neither the report nor passes, and is over with the next report', async () => {
    const shelf = memoryShelf();
    const sink = memorySink();
    const { run, log, scrape } = start({ shelf, sinks: [sink] });
    await run.pass();
    shelf.broken = 'ENOSPC';
    await run.report();
    expect(sink.files.has('2026-11/credits-latest.html')).toBe(true);
    expect((await run.daemon.reports.current())?.month).toBe('2026-11');
    expect(log.filter(({ fields }) => JSON.stringify(fields).includes('ENOSPC'))).toHaveLength(2);
    expect(await scrape()).toContain('kirosync_credits_report_failures_total{step="keep"} 2');
    expect((await run.pass()).result.outcome).toBe('pending');
    expect(unready(run.daemon)).toEqual([]);
    shelf.broken = null;
    await run.report();
    expect(shelf.reports.size).toBe(2);
    expect(statusDocument(run.daemon).reports?.troubles).toEqual([]);
  });

  it('a place that refuses is told with its address, action and request id; the others have the report', async () => {
    const [good, bad] = [memorySink(), memorySink()];
    const failure = { kind: 'denied', operation: 's3:PutObject', message: 'AccessDenied', advice: 'Allow it.', requestId: 'R1' } as const;
    let isDown = true;
    const write: typeof bad.write = async (files, signal) => {
      if (isDown) throw new RemoteError([failure]);
      await good.write(files, signal);
    };
    const { run, log, scrape } = start({ shelf: memoryShelf(), sinks: [{ ...bad, write }, good] });
    await run.pass();
    await run.report();
    expect(good.files.size).toBe(12);
    expect(log.map(({ fields }) => fields)).toContainEqual(
      expect.objectContaining({ step: 's3', to: 's3://reports/kiro', operation: 's3:PutObject', requestId: 'R1' }),
    );
    expect(statusDocument(run.daemon).reports?.troubles).toHaveLength(2);
    expect(await scrape()).toContain('kirosync_credits_report_failures_total{step="s3"} 2');
    isDown = false;
    await run.report();
    expect(statusDocument(run.daemon).reports?.troubles).toEqual([]);
  });

  it('a place that never answers is given up after a minute, and passes go on', async () => {
    const given: AbortSignal[] = [];
    const write = (_files: unknown, signal: AbortSignal) => {
      given.push(signal);
      return new Promise<void>(() => {});
    };
    const { run } = start({ shelf: memoryShelf(), sinks: [{ ...memorySink(), write }] });
    await run.pass();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const reported = run.report();
    for (let turn = 0; turn < 2; turn += 1) {
      await vi.waitFor(() => expect(given).toHaveLength(turn + 1));
      await vi.advanceTimersByTimeAsync(60_000);
    }
    await reported;
    expect(given.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(statusDocument(run.daemon).reports?.troubles).toMatchObject([{ message: expect.stringContaining('longer than 60 s') }, {}]);
    expect((await run.pass()).result.outcome).toBe('pending');
  });

  it('a stop ends a report at once, wherever it is', async () => {
    const never = () => new Promise<never>(() => {});
    for (const more of [{ credits: never }, { sinks: [{ ...memorySink(), write: never }] }] satisfies Partial<DaemonDeps>[]) {
      const { run } = start({ shelf: memoryShelf(), ...more });
      await run.pass();
      void run.daemon.ask({ kind: 'report', reason: 'test', by: 'test' });
      const waits = run.daemon.reports.current().catch((error: unknown) => error);
      await vi.waitFor(() => expect(run.daemon.loop.running()?.kind).toBe('report'));
      await run.stop();
      await waits;
      expect(statusDocument(run.daemon).reports?.troubles).toEqual([]);
    }
  });

  it('usage that cannot be read is no bug, and a bug is one', async () => {
    let error: Error = new UserError('The usage folder is gone.');
    const credits = async () => {
      throw error;
    };
    const { run } = start({ shelf: memoryShelf(), credits });
    await run.pass();
    await run.report();
    expect(run.daemon.bug()).toBeNull();
    expect(statusDocument(run.daemon).reports?.troubles[0]?.message).toBe('The usage folder is gone.');
    error = new TypeError('undefined is not a function');
    await expect(run.report()).rejects.toThrow('undefined is not a function');
    expect(run.daemon.bug()).toBe('undefined is not a function');
  });
});

describe('after a restart', () => {
  it('the last report and its metrics are there before any pass; months that are kept can be asked for', async () => {
    const shelf = memoryShelf();
    const first = start({ shelf });
    await first.run.pass();
    await first.run.report();
    const before = gauges(await first.scrape());
    await first.run.stop();
    const credits = async () => {
      throw new Error('not asked for');
    };
    const second = start({ shelf, credits });
    await vi.waitFor(() => expect(second.run.daemon.reports.last()).not.toBeNull());
    expect((await second.run.daemon.reports.current())?.json).toBe((await first.run.daemon.reports.current())?.json);
    expect((await second.run.daemon.reports.of('2026-10'))?.html).toContain('2026-10');
    expect(await second.run.daemon.reports.of('2026-09')).toBeNull();
    expect(before).not.toEqual([]);
    expect(gauges(await second.scrape())).toEqual(before);
  });

  it('a report that was damaged is passed over', async () => {
    const shelf = memoryShelf();
    const whole = { json: '{"format":"kirosync.credits/v1","people":[]}', html: '<p>' };
    await shelf.keep({ at: days(-2), month: '2026-11' }, whole);
    await shelf.keep({ at: days(-1), month: '2026-11' }, { ...whole, json: whole.json.slice(0, 20) });
    const { run } = start({ shelf });
    await vi.waitFor(() => expect(run.daemon.reports.last()).toMatchObject({ at: days(-2) }));
  });
});

const gauges = (text: string) =>
  text.split('\n').filter((line) => /^kirosync_(credits|seat_|usage|overage|idle|unconfirmed|advised)/.test(line));

describe('the metrics', () => {
  it('say what the report says, by profile and tier, and name nobody', async () => {
    const people = [
      used(ANA, '1200', { overageCredits: 200n * 10n ** 18n }),
      used('bob@example.com', '3', { lastActive: '2026-09-30', monthTier: null }),
    ];
    const { run, scrape } = start({ shelf: memoryShelf() }, {}, people);
    expect(gauges(await scrape()).every((line) => line.startsWith('kirosync_credits_report_failures_total'))).toBe(true);
    await run.pass();
    await run.report();
    const text = await scrape();
    for (const line of [
      'kirosync_seat_cost_usd{profile="lab",tier="pro"} 20',
      'kirosync_seat_cost_usd{profile="eng",tier="pro-plus"} 40',
      'kirosync_credits_used{profile="eng",tier="pro"} 1200',
      'kirosync_credits_plan{profile="eng",tier="pro"} 1000',
      'kirosync_credits_overage{profile="eng",tier="pro"} 200',
      'kirosync_overage_usd{profile="eng",tier="pro"} 8',
      'kirosync_idle_seats{profile="eng",tier="pro-plus"} 1',
      'kirosync_unconfirmed_seats{profile="lab",tier="pro"} 1',
      `kirosync_credits_report_timestamp_seconds ${NOW.getTime() / 1000}`,
      `kirosync_usage_through_timestamp_seconds ${Date.parse('2026-11-10T00:00:00Z') / 1000}`,
      'kirosync_usage_rows{result="rejected"} 1',
      'kirosync_credits_report_info{month="2026-11",closed="false"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toMatch(/example\.com|\b(ana|bob|cem)\b/);
  });

  it('of a profile that is gone disappear', async () => {
    const { run, scrape } = start({ shelf: memoryShelf() });
    await run.pass();
    await run.report();
    expect(gauges(await scrape()).join()).toContain('profile="lab"');
    run.directory.live = {
      ...run.directory.live,
      memberships: run.directory.live.memberships.filter(({ groupId }) => groupId !== 'g-kiro-lab-pro'),
    };
    await run.pass();
    await run.report();
    expect(gauges(await scrape()).join()).not.toContain('profile="lab"');
    expect(await scrape()).toContain('kirosync_seats{profile="lab",tier="pro"} 0');
  });
});

describe('which reports stay', () => {
  it('monthsDue: the month before until a report of it from the third day on', () => {
    const of = (at: string, month: string): KeptReport => ({ at: new Date(at), month });
    const now = new Date('2026-12-07T06:00:00Z');
    expect(monthsDue(now, [])).toEqual(['2026-12', '2026-11']);
    expect(monthsDue(now, [of('2026-12-02T23:59:59Z', '2026-11')])).toEqual(['2026-12', '2026-11']);
    expect(monthsDue(now, [of('2026-12-03T00:00:00Z', '2026-11')])).toEqual(['2026-12']);
    expect(monthsDue(now, [of('2026-12-03T00:00:00Z', '2026-12')])).toEqual(['2026-12', '2026-11']);
    expect(monthsDue(new Date('2027-01-01T00:00:00Z'), [])).toEqual(['2027-01', '2026-12']);
  });

  it('keeps so many, the newest always, and the newest of each month before others', () => {
    const report = fc.record({
      at: fc.date({ min: NOW, max: days(400), noInvalidDate: true }),
      month: fc.constantFrom('2026-10', '2026-11', '2026-12', '2027-01'),
    });
    const list = fc.uniqueArray(report, { selector: ({ at }) => at.toISOString().slice(0, 19), maxLength: 20 });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 15 }), (given, most) => {
        const kept = [...given].sort((a, b) => b.at.getTime() - a.at.getTime());
        const gone = surplus(kept, most);
        expect(gone).toHaveLength(Math.max(0, kept.length - most));
        const left = kept.filter((each) => !gone.includes(each));
        expect(left[0]).toEqual(kept[0]);
        const months = new Set(kept.map(({ month }) => month)).size;
        if (months <= most) expect(new Set(left.map(({ month }) => month)).size).toBe(months);
        // Of two reports of one month the older goes first.
        for (const each of gone) for (const other of left) if (other.month === each.month) expect(other.at >= each.at).toBe(true);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });

  it('a daemon keeps as many as its settings say', async () => {
    const shelf = memoryShelf();
    const { run, clock } = start({ shelf }, { reports: { ...SETTINGS.reports, keep: 3 } });
    await run.pass();
    for (let day = 0; day < 5; day += 1) {
      clock.now = days(day);
      await run.report();
    }
    expect([...shelf.reports.values()].map(({ at, month }) => `${month} ${at.getUTCDate()}`)).toEqual([
      '2026-10 10',
      '2026-11 13',
      '2026-11 14',
    ]);
  });
});

describe('a report that is asked for', () => {
  it('is the last scheduled one; without a schedule each is made now, once for all who ask at the same time', async () => {
    let made = 0;
    const people = [used(ANA, '1')];
    const credits: DaemonDeps['credits'] = async (found, month, signal) => {
      made += 1;
      return creditsFrom(
        () => NOW,
        () => people,
      )(found, month, signal);
    };
    const scheduled = start({ credits, shelf: memoryShelf() });
    await scheduled.run.pass();
    await Promise.all([1, 2, 3].map(() => scheduled.run.daemon.reports.current()));
    await scheduled.run.daemon.reports.current();
    expect(made).toBe(1);
    const shelf = memoryShelf();
    const onDemand = start({ credits, shelf }, { schedule: { ...DAILY.schedule, reports: null } });
    await onDemand.run.pass();
    await onDemand.run.daemon.reports.current();
    await onDemand.run.daemon.reports.current();
    expect(made).toBe(3);
    expect(shelf.reports.size).toBe(0);
  });
});
