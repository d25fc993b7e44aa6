import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderSource } from '../../src/adapters/folder-source.ts';
import { credits } from '../../src/commands/credits.ts';
import type { ReadDeps } from '../../src/commands/deps.ts';
import type { Io } from '../../src/commands/io.ts';
import { plan } from '../../src/commands/plan.ts';
import { readSettings } from '../../src/settings.ts';
import { ALL_TIERS } from '../advice/arbitrary-repository.ts';
import { put, putUsage } from '../support/usage-tree.ts';
import { idOf, uuidWorld } from '../usage/scenario.ts';

const NOW = new Date('2026-11-20T12:00:00.000Z');
const POLICY = `# The whole team.
kind: Assignment
name: team
profile: eng
tier: pro
users:
  - ana # builds the compiler
  - dee
---
kind: Assignment
name: leads
profile: eng
tier: power
groups: [leads]
`;
const LIVE = uuidWorld({
  groups: {
    'kiro-eng-pro': ['ana', 'dee'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-pro-max': [],
    'kiro-eng-power': ['ben', 'eve'],
    leads: ['ben', 'eve'],
  },
});

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'credits-patch-')));
  execFileSync('git', ['init', '--quiet', root]);
  put(root, 'kiro/base.yaml', ALL_TIERS);
  put(root, 'kiro/team.yaml', POLICY);
  // [month's credits, tier] of the closed months; November so far goes on at their pace.
  const people = { ana: [9_000, 'PRO'], dee: [600, 'PRO'], ben: [600, 'POWER'], eve: [9_000, 'POWER'] } as const;
  const dates = ['2026-08', '2026-09', '2026-10', '2026-11'].flatMap((month) =>
    Array.from(
      { length: new Date(Date.UTC(2026, Number(month.slice(5)), 0)).getUTCDate() },
      (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`,
    ),
  );
  const daysOf = (date: string) => dates.filter((one) => one.startsWith(date.slice(0, 7))).length;
  putUsage(
    join(root, 'reports'),
    dates
      .filter((date) => date < '2026-11-20')
      .map((date) => ({
        rows: Object.entries(people).map(([name, [used, tier]]) => ({ date, userId: idOf(name), credits: used / daysOf(date), tier })),
      })),
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(command: (io: Io, deps: ReadDeps) => Promise<number>): Promise<{ readonly code: number; readonly out: string }> {
  let out = '';
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    stderr: () => undefined,
    isTty: false,
    color: false,
    env: {},
    cwd: root,
    signal: new AbortController().signal,
    now: () => NOW,
    ask: async () => false,
  };
  const settings = readSettings({ file: null, env: {}, flags: {}, cwd: root });
  const state = { ...LIVE, instant: NOW.toISOString() };
  return { code: await command(io, { settings, source: folderSource(join(root, 'kiro')), observe: async () => state }), out };
}

test('the advice of a report is applied from the root of the work tree, and the plan shows the same people', async () => {
  const report = await run((io, deps) => credits({ usage: ['reports'], format: 'json' }, io, deps));
  const advised = (JSON.parse(report.out) as { people: { userName: string; tier: string; advice: { tier: string } | null }[] }).people
    .filter(({ advice }) => advice !== null)
    .map(({ userName, tier, advice }) => ({ user: userName, from: tier, to: advice?.tier }));
  expect(advised).toEqual([
    { user: 'ana', from: 'pro', to: 'power' },
    { user: 'ben', from: 'power', to: 'pro' },
  ]);
  expect((await run((io, deps) => credits({ usage: ['reports'], format: 'patch', out: 'advice.patch' }, io, deps))).code).toBe(0);
  expect(readFileSync(join(root, 'advice.patch'), 'utf8')).toMatch(/^# Right-size advice of 2026-11: 2 people, \$320\.00 less a month\./);
  execFileSync('git', ['apply', 'advice.patch'], { cwd: root });
  expect(readFileSync(join(root, 'kiro/team.yaml'), 'utf8')).toBe(`# The whole team.
kind: Assignment
name: team
profile: eng
tier: pro
users:
  - ben
  - dee
---
kind: Assignment
name: leads
profile: eng
tier: power
groups: [leads]
users:
  - ana # builds the compiler
exclude:
  users:
    - ben
`);
  const planned = await run((io, deps) => plan({ format: 'json' }, io, deps));
  const people = (JSON.parse(planned.out) as { people: { user: string; from: string; to: string }[] }).people;
  expect(people.map(({ user, from, to }) => ({ user, from, to }))).toEqual(advised);
  const again = await run((io, deps) => credits({ usage: ['reports'], format: 'patch' }, io, deps));
  expect(again.out).toBe('# Right-size advice of 2026-11: nothing to change.\n');
});

test('a patch needs usage', async () => {
  writeFileSync(join(root, 'kiro/team.yaml'), POLICY);
  await expect(run((io, deps) => credits({ format: 'patch' }, io, deps))).rejects.toThrow('--usage');
});
