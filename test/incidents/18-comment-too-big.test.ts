/**
 * Incident: the comment on a large pull request was longer than the forge takes, so that reviewers got a summary without details,
 * or nothing (github-community-projects/safe-settings, README "Performance"; runatlantis/atlantis `--max-comments-per-command`).
 * Property: Markdown has at most 60,000 characters, its totals are right, removals come first and it points at the complete JSON.
 * Hostile names in it: test/report/plan-report.test.ts.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { WriteDeps } from '../../src/commands/deps.ts';
import { drift } from '../../src/commands/drift.ts';
import { plan } from '../../src/commands/plan.ts';
import type { Live } from '../../src/model/live.ts';
import { matches } from '../cli/document.ts';
import { assignment, mail, ORGANIZATION, PROFILE, planOf } from '../cli/site.ts';
import { type Files, incident } from './world.ts';

const LIMIT = 60_000;
/** 10,000 changes: 9,000 people get a seat, 1,000 lose theirs. */
const COMING = Array.from({ length: 9_000 }, (_, i) => `new${String(i).padStart(4, '0')}`);
const GOING = Array.from({ length: 1_000 }, (_, i) => `old${String(i).padStart(4, '0')}`);
const FILES: Files = { 'o.yaml': ORGANIZATION, 'p.yaml': PROFILE, 'a.yaml': assignment('wave', 'pro', COMING) };

/** A real reading of two people, grown to 10,000: reading so many is measured elsewhere. */
function grown(small: Live): Live {
  const [user] = small.users;
  const [row] = small.memberships;
  if (user === undefined || row === undefined) throw new Error('The reading is empty.');
  const idOf = (name: string) => `id-${name}`;
  return {
    ...small,
    asked: { users: null, groups: null },
    users: [...COMING, ...GOING].map((name) => ({ ...user, id: idOf(name), userName: mail(name), emails: [mail(name)] })),
    memberships: GOING.map((name) => ({ ...row, id: `m-${name}`, userId: idOf(name) })),
  };
}

test('10,000 changes and as much drift', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kirosync-comment-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = join(folder, 'plan.json');
  const world = await incident({ users: ['new0000'], groups: { 'kiro-eng-pro': ['old0000'], 'kiro-eng-power': [] } });
  const crowded = (deps: WriteDeps): WriteDeps => ({ ...deps, observe: async (scope) => grown(await deps.observe(scope)) });

  const { code, stdout } = await world.run(FILES, (io, deps) => plan({ format: 'markdown', out }, io, crowded(deps)));
  expect(code).toBe(4);
  expect(stdout.length).toBeLessThanOrEqual(LIMIT);
  expect(stdout).toContain('9000 to create, 0 to update, 1000 to delete');
  expect(stdout).toContain('`kirosync plan --out FILE`');
  expect(stdout).toContain('too-many-removals');
  // Both tables, of people and of changes, begin with removals and are cut before the first addition.
  const rows = stdout.split('\n');
  expect(rows.filter((row) => row.startsWith('| - | ')).length).toBeGreaterThan(200);
  expect(rows.filter((row) => row.startsWith('| + | '))).toEqual([]);
  const whole = await readFile(out, 'utf8');
  matches('plan', whole);
  expect(planOf(whole).stages.reduce((sum, stage) => sum + stage.changes.length, 0)).toBe(10_000);

  const found = await world.run(FILES, (io, deps) => drift({ format: 'markdown' }, io, crowded(deps)));
  expect(found.code).toBe(2);
  expect(found.stdout.length).toBeLessThanOrEqual(LIMIT);
  expect(found.stdout).toMatch(/10000 drift items/);
  expect(found.stdout).toContain('`kirosync drift --format json`');
  expect(await world.writes('all')).toEqual([]);
});
