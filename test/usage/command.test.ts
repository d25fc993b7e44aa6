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
  usage: [],
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

describe('what this version does not have is refused, and nothing is written', () => {
  test.each<[CreditsOptions, RegExp]>([
    [{ backtest: true }, /--backtest is not in this version/],
    [{ anonymise: true }, /--anonymise is not in this version/],
    [{ format: 'patch' }, /--format patch is not in this version/],
    [{ format: 'html' }, /--format html is not in this version/],
    [{ format: 'markdown' }, /--format markdown is not in this version/],
    [{ format: 'xml' }, /"xml" is not a format/],
    [{ usage: ['s3://acme-kiro-usage/reports'] }, /s3:\/\/acme-kiro-usage\/reports cannot be read in this version/],
    [{ month: '2026-13' }, /--month must be/],
    [{ month: '2026-11-01' }, /--month must be/],
    [{ usage: ['nowhere'] }, /nowhere cannot be read/],
    [{ live: 'nowhere.json' }, /nowhere.json cannot be read/],
  ])('%j', async (options, message) => {
    const error = await run({ ...options, out: 'out.txt' }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
    expect(existsSync(join(root, 'out.txt'))).toBe(false);
  });

  test('a bucket in the settings is refused like one in a flag; one in a profile is named', async () => {
    await expect(run({}, { usage: ['s3://acme-kiro-usage/reports'] })).rejects.toThrow(UserError);
    const policy =
      'kind: Profile\nname: other\naccount: "777788889999"\nregion: us-east-1\nusage: s3://acme-kiro-usage/reports\nseats:\n  pro: { group: kiro-other-pro }\n';
    expect((await run({}, { policy })).out).toContain(
      'Profile other keeps its reports at s3://acme-kiro-usage/reports; this version does not read S3',
    );
  });

  test('a broken configuration is the user’s to mend', async () => {
    await expect(run({}, { policy: 'kind: Assignment\nname: x\nprofile: nope\ntier: pro\nusers: [ana]\n' })).rejects.toThrow(UserError);
  });
});
