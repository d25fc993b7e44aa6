import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CreditsOptions, credits } from '../../src/commands/credits.ts';
import type { ReadDeps } from '../../src/commands/deps.ts';
import type { Io } from '../../src/commands/io.ts';
import { RemoteError, UserError } from '../../src/errors.ts';
import type { Live } from '../../src/model/live.ts';
import type { Settings } from '../../src/model/settings.ts';
import { demoUsage, putUsage } from '../support/usage-tree.ts';
import { BASE, OPERATOR, sourceFile } from '../support/world.ts';
import { idOf, NOW, uuidWorld } from './scenario.ts';

const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo, cy]
costCenter: RND
`;
const LIVE = uuidWorld({ users: ['cy'], groups: { 'kiro-eng-pro': ['ana', 'bo'] } });

/** Everything of the settings that is not the operator's word. */
const REST: Omit<Settings, keyof typeof OPERATOR> = {
  git: null,
  mode: 'observe',
  profiles: {},
  schedule: { reconcile: '*/15 * * * *', reports: null },
  assumeRoleArn: null,
  http: { host: '127.0.0.1', port: 0, tokens: { read: [], write: [] }, webhookSecret: null },
  stateDir: '/nonexistent',
  cacheDir: '/nonexistent',
  usage: [],
  notify: [],
  windows: [],
  reports: { to: [], formats: ['json'], keep: 12, idleAfterDays: 30 },
  log: { level: 'silent', names: false },
};

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'usage-command-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const unreachable = new RemoteError([
  { kind: 'unreachable', operation: 'sso:ListInstances', message: 'AWS did not answer.', advice: 'Check the network.', requestId: null },
]);

async function run(
  options: CreditsOptions,
  more: { readonly live?: Live | RemoteError; readonly usage?: readonly string[]; readonly policy?: string } = {},
) {
  let [out, err] = ['', ''];
  const reads: string[] = [];
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    isTty: false,
    color: false,
    env: {},
    cwd: root,
    signal: new AbortController().signal,
    now: () => NOW,
    ask: async () => false,
  };
  const deps: ReadDeps = {
    settings: { ...REST, ...OPERATOR, usage: more.usage ?? [] },
    source: {
      fetch: async () => ({ revision: null, files: [sourceFile('base.yaml', BASE), sourceFile('policy.yaml', more.policy ?? POLICY)] }),
    },
    observe: async () => {
      reads.push('observe');
      const { live = LIVE } = more;
      if (live instanceof RemoteError) throw live;
      return live;
    },
  };
  return { code: await credits(options, io, deps), out, err, reads };
}

function reports(): void {
  putUsage(root, demoUsage({ userIds: [idOf('ana'), idOf('bo'), idOf('zoe')], month: '2026-11', days: 18, tier: 'PRO' }));
}

describe('credits', () => {
  test('is the roster without usage', async () => {
    const { code, out, err } = await run({});
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Kiro seats, 2026-11 (roster, no usage given)');
    expect(out).toMatch(/ana +pro +platform +RND +2026-01-05 +assignment platform, by name/);
  });

  test('reads directories of the flag, else of the settings, relative to where it runs', async () => {
    reports();
    const byFlag = await run({ usage: ['.'], format: 'json' });
    const bySettings = await run({ format: 'json' }, { usage: [root] });
    const [a, b] = [JSON.parse(byFlag.out), JSON.parse(bySettings.out)];
    expect(a.totals).toEqual(b.totals);
    expect(a.rows.read).toBe(a.rows.used + a.rows.superseded + a.rows.rejected);
    expect(a.rows.read).toBeGreaterThan(20);
    expect(a.people.map((p: { userName: string | null; state: string }) => [p.userName, p.state])).toEqual([
      [null, 'no-seat'],
      ['ana', 'active'],
      ['bo', 'active'],
    ]);
    expect(a.days.reduce((sum: number, d: { used: number }) => sum + d.used, 0)).toBeCloseTo(a.totals.used, 6);
  });

  test('takes a month, and an earlier one is closed', async () => {
    reports();
    const made = JSON.parse((await run({ usage: ['.'], month: '2026-10', format: 'json' })).out);
    expect(made).toMatchObject({ month: '2026-10', closed: true, throughDate: null, totals: { used: 0 } });
  });

  test('--anonymise leaves no name of anybody in any format', async () => {
    reports();
    for (const format of ['text', 'json', 'csv', 'markdown', 'html']) {
      const { out } = await run({ usage: ['.'], format, anonymise: true });
      expect(out).toMatch(/person-[0-9a-f]{12}/);
      expect(out).not.toMatch(/\b(ana|bo|zoe)\b/);
      expect(out).not.toContain(idOf('zoe'));
    }
  });

  test('--backtest shows the errors of forecast and baselines, without live state; it needs usage', async () => {
    for (const month of ['2026-09', '2026-10'])
      putUsage(root, demoUsage({ userIds: [idOf('ana'), idOf('bo')], month, days: 30, tier: 'PRO' }));
    reports();
    const { out, reads } = await run({ usage: ['.'], backtest: true, anonymise: true });
    expect(out).toContain('Back-test of the forecast (2026-10 to 2026-10, 1 month, 3 people)');
    expect(reads).toEqual([]);
    const made = JSON.parse((await run({ usage: ['.'], backtest: true, format: 'json' })).out);
    expect(made).toMatchObject({ format: 'kirosync.backtest/v1', months: ['2026-10'] });
    await expect(run({ backtest: true })).rejects.toThrow(/--backtest needs usage/);
  });

  test('--format patch needs usage and live state', async () => {
    reports();
    await expect(run({ format: 'patch' })).rejects.toThrow('--format patch needs usage');
    await expect(run({ format: 'patch', usage: ['.'] }, { live: unreachable })).rejects.toThrow('--format patch needs live state');
    expect((await run({ format: 'patch', usage: ['.'] })).out).toMatch(/^# Right-size advice of 2026-11: nothing to change\./);
  });

  test('a month before any usage says what there is', async () => {
    reports();
    const made = JSON.parse((await run({ usage: ['.'], month: '2026-03', format: 'json' })).out);
    expect(made).toMatchObject({ month: '2026-03', closed: true, throughDate: null, totals: { used: 0 } });
    expect(made.notes.join()).toMatch(/The usage paths hold no per-client report of 2026-03 or the 3 months before it/);
  });

  test('writes --out and prints nothing', async () => {
    const { out } = await run({ out: 'credits.csv', format: 'csv' });
    expect(out).toBe('');
    expect(readFileSync(join(root, 'credits.csv'), 'utf8')).toMatch(/^month,profile,user_id/);
  });

  test('a recording replays offline, at its own instant', async () => {
    writeFileSync(join(root, 'live.json'), JSON.stringify({ ...LIVE, instant: '2026-10-05T00:00:00.000Z' }));
    const { out, reads } = await run({ live: 'live.json', format: 'json' }, { live: unreachable });
    expect(JSON.parse(out)).toMatchObject({ month: '2026-10', totals: { seats: 2 } });
    expect(reads).toEqual([]);
  });

  test('without AWS, usage is reported and the loss is said; without usage there is nothing to report', async () => {
    reports();
    const { code, out, err } = await run({ usage: ['.'], format: 'json' }, { live: unreachable });
    expect(code).toBe(0);
    expect(JSON.parse(out).totals).toMatchObject({ seats: null, costUsd: null });
    expect(err).toContain('AWS did not answer. Check the network.');
    await expect(run({}, { live: unreachable })).rejects.toBe(unreachable);
  });
});

describe('what cannot be had is refused, and nothing is written', () => {
  test.each<[CreditsOptions, RegExp]>([
    [{ anonymise: true, format: 'patch' }, /--anonymise and --format patch exclude each other/],
    [{ backtest: true, format: 'csv' }, /--backtest prints text or json, not csv/],
    [{ backtest: true, format: 'html' }, /--backtest prints text or json, not html/],
    [{ format: 'xml' }, /"xml" is not a format of credits. Use text, json, csv, markdown, html, patch/],
    [{ month: '2026-13' }, /--month must be/],
    [{ month: '2026-11-01' }, /--month must be/],
    [{ month: '0000-01' }, /--month must be/],
    [{ month: '2026-12' }, /--month 2026-12 has not begun today, 2026-11-20 \(UTC\). Ask for 2026-11 or an earlier month./],
    [{ usage: ['nowhere'] }, /nowhere cannot be read/],
    [{ live: 'nowhere.json' }, /nowhere.json cannot be read/],
  ])('%j', async (options, message) => {
    const error = await run({ ...options, out: 'out.txt' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
    expect(existsSync(join(root, 'out.txt'))).toBe(false);
  });

  test('a month after the day of the recording', async () => {
    writeFileSync(join(root, 'live.json'), JSON.stringify({ ...LIVE, instant: '2026-10-05T00:00:00.000Z' }));
    await expect(run({ live: 'live.json', month: '2026-11' })).rejects.toThrow(
      '--month 2026-11 has not begun on 2026-10-05 (UTC), the day of the recording. Ask for 2026-10 or an earlier month.',
    );
  });

  test('a broken configuration is the user’s to mend', async () => {
    await expect(run({}, { policy: 'kind: Assignment\nname: x\nprofile: nope\ntier: pro\nusers: [ana]\n' })).rejects.toThrow(UserError);
  });
});

describe('--idle-after', () => {
  test('beats the 30 days of the settings, and is a whole number from 1 to 90', async () => {
    putUsage(root, demoUsage({ userIds: [idOf('ana')], month: '2026-11', days: 6, tier: 'PRO' }));
    const of = async (idleAfter?: string) => {
      const { out } = await run({ usage: ['.'], format: 'json', idleAfter });
      const report = JSON.parse(out);
      return [report.idleAfterDays, report.people.find((p: { userName: string }) => p.userName === 'ana').state];
    };
    // The last row is of 5 November, and it is the 20th.
    expect(await of()).toEqual([30, 'active']);
    expect(await of('15')).toEqual([15, 'idle']);
    expect(await of('16')).toEqual([16, 'active']);
    for (const wrong of ['0', '91', '-1', '1.5', 'week', '']) await expect(run({ idleAfter: wrong })).rejects.toThrow(UserError);
  });
});
