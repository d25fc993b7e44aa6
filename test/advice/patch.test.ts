import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdvicePatch, advicePatch } from '../../src/advice/patch.ts';
import { load } from '../../src/config/load.ts';
import type { CreditsPerson } from '../../src/model/credits.ts';
import type { Live } from '../../src/model/live.ts';
import { plan } from '../../src/plan/plan.ts';
import { creditsPatch } from '../../src/report/credits-patch.ts';
import { live, NOW, OPERATOR, sourceFile } from '../support/world.ts';
import { ALL_TIERS, type Repository, repository } from './arbitrary-repository.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'advice-patch-'));
  execFileSync('git', ['init', '--quiet', root]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function loaded(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([path, text]) => sourceFile(path, text));
  const made = load(sources, '2026-11-10');
  if (!made.ok)
    throw new Error(
      `${made.diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.rule}: ${d.message}`).join('\n')}\n${JSON.stringify(files, null, 1)}`,
    );
  return { sources, configuration: made.configuration };
}

function advised(people: Repository['people'], state: Live): readonly CreditsPerson[] {
  return people.map(({ user, advice }) => ({
    userId: state.users.find((one) => one.userName === user)?.id ?? '',
    userName: user,
    profile: 'eng',
    tier: advice?.from ?? null,
    desired: advice?.from ?? null,
    usageTier: null,
    used: 0n,
    planCredits: null,
    utilisation: null,
    overageCredits: 0n,
    overage: null,
    monthly: null,
    cost: null,
    costPerCredit: null,
    activeDays: 0,
    lastActive: null,
    idleDays: null,
    state: 'active',
    forecast: null,
    advice:
      advice === null
        ? null
        : { ...advice, monthlySaving: 1000, blockedBy: null, effective: '2026-11-10', confidence: 'high', months: 3, reason: 'Said why.' },
    assignment: '',
    costCenter: '',
    since: null,
    why: '',
  }));
}

function patchOf({ files, groups, people }: Repository): { readonly patch: AdvicePatch; readonly state: Live } {
  const { sources, configuration } = loaded(files);
  const state = live({ groups });
  const input = { files: sources, configuration, live: state, now: NOW, operator: OPERATOR, month: '2026-11' };
  return { patch: advicePatch({ ...input, people: advised(people, state) }), state };
}

/** Writes the files below a folder of the work tree, applies the patch from its root with Git, and reads them again. */
function applied(files: Readonly<Record<string, string>>, prefix: string, text: string): Readonly<Record<string, string>> {
  const paths = Object.entries(files).map(([path, content]) => ({ path, content, full: join(root, prefix, path) }));
  for (const { full, content } of paths) {
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, content);
  }
  execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: root, input: text, stdio: ['pipe', 'pipe', 'pipe'] });
  return Object.fromEntries(paths.map(({ path, full }) => [path, readFileSync(full, 'utf8')]));
}

function peopleAfter(files: Readonly<Record<string, string>>, state: Live): readonly string[] {
  const { configuration } = loaded(files);
  const made = plan({ configuration, live: state, now: NOW, operator: OPERATOR, revision: null });
  return made.people.map(({ user, from, to }) => `${user}: ${from} to ${to}`).sort();
}

function comments(text: string): readonly string[] {
  return [...text.matchAll(/# (?:about|before|people|the tier|assignment).*/g)].map(([found]) => found.trim()).sort();
}

describe('a patch of advice', () => {
  test('git takes it, the configuration stays valid, and the plan shows exactly the advised people', () => {
    let [moved, left] = [0, 0];
    fc.assert(
      fc.property(repository, (given) => {
        const { patch, state } = patchOf(given);
        const wanted = given.people.filter(({ advice }) => advice !== null).length;
        expect(patch.moves.length + patch.left.length).toBe(wanted);
        moved += patch.moves.length;
        left += patch.left.length;
        const after = patch.files.length === 0 ? given.files : applied(given.files, 'policy/eng', creditsPatch(patch, 'policy/eng'));
        for (const { path, after: text } of patch.files) expect(after[path]).toBe(text);
        expect(peopleAfter(after, state)).toEqual(
          patch.moves.map(({ user, advice }) => `${user}: ${advice.from} to ${advice.tier}`).sort(),
        );
        for (const [path, text] of Object.entries(given.files)) {
          expect(comments(after[path] ?? '')).toEqual(comments(text));
          expect(after[path]?.endsWith('\n')).toBe(text.endsWith('\n'));
          const breaks = (one: string | undefined) => (one ?? '').match(/(?<!\r)\n/g)?.length ?? 0;
          if (text.includes('\r\n')) expect(breaks(after[path])).toBe(0);
          else expect(after[path]).not.toContain('\r');
        }
      }),
      { seed: 20261123, numRuns: Number(process.env['RUNS'] ?? 15) },
    );
    expect(moved).toBeGreaterThan(20 * left);
  });
});

/** What one policy file becomes; people are `name: from to tier`. */
function written(policy: string, groups: Readonly<Record<string, readonly string[]>>, ...advice: readonly string[]) {
  const people = advice.map((text) => {
    const [user = '', from = '', , tier = ''] = text.split(/:? /);
    return { user, advice: { from, tier } };
  });
  const seats: Record<string, string[]> = { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-pro-max': [], 'kiro-eng-power': [] };
  for (const { user, advice: one } of people) seats[`kiro-eng-${one.from}`]?.push(user);
  const { patch } = patchOf({ files: { 'base.yaml': ALL_TIERS, 'team.yaml': policy }, groups: { ...seats, ...groups }, people });
  return { patch, text: patch.files[0]?.after ?? null };
}

describe('the edited file', () => {
  test('a name moves with its quotes and its comment to the assignment like its own, into its place', () => {
    const before = `# Platform team\nkind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers:\n  - ana # heavy\n  - 'bob'\nowner: leads\n---\nkind: Assignment\nname: big\nprofile: eng\ntier: power\nusers:\n  # the first\n  - "amy"\n  - zed # the last\nowner: leads\n`;
    const { text } = written(before, { 'kiro-eng-power': ['amy', 'zed'] }, 'ana: pro to power', 'bob: pro to power');
    // Everybody moves: the document keeps its names and changes its tier.
    expect(text).toBe(before.replace('tier: pro\n', 'tier: power\n'));
    const one = written(before, { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': ['amy', 'zed'] }, 'ana: pro to power').text;
    expect(one).toBe(before.replace('  - ana # heavy\n', '').replace('  - "amy"\n', '  - "amy"\n  - ana # heavy\n'));
  });

  test('a member of a group is excluded for a downgrade and gets an assignment of its own, with CRLF and no break at the end', () => {
    const before =
      'kind: Assignment\r\nname: all\r\nprofile: eng\r\ntier: power\r\ngroups: [team] # everybody\r\nuntil: 2027-01-15\r\ncostCenter: RND';
    const { text } = written(before, { team: ['ana', 'bob'], 'kiro-eng-power': ['ana', 'bob'] }, 'ana: power to pro');
    expect(text).toBe(
      [
        'kind: Assignment',
        'name: all',
        'profile: eng',
        'tier: power',
        'groups: [team] # everybody',
        'exclude:',
        '  users:',
        '    - ana',
        'until: 2027-01-15',
        'costCenter: RND',
        '---',
        'kind: Assignment',
        'name: all-pro',
        'profile: eng',
        'tier: pro',
        'users:',
        '  - ana',
        'until: 2027-01-15',
        'costCenter: RND',
        'reason: "Right-size advice of the credit report for 2026-11, moved from power (all)"',
      ].join('\r\n'),
    );
  });

  test('a member of a group is only added for an upgrade', () => {
    const before =
      'kind: Assignment\nname: all\nprofile: eng\ntier: pro\ngroups: [team]\n---\n{ kind: Assignment, name: big, profile: eng, tier: power, groups: [lead] }\n';
    const { text } = written(before, { team: ['ana', 'bob'], lead: ['bob'], 'kiro-eng-power': ['bob'] }, 'ana: pro to power');
    expect(text).toBe(before.replace('groups: [lead]', 'groups: [lead], users: [ana]'));
  });

  test.each([
    ['a list with an anchor', 'users: &people [ana, bob]\n', '`users` of assignment a is written with an anchor or a tag'],
    [
      'a name with an anchor',
      'users: [&first ana, bob]\n',
      'an entry of `users` of assignment a is written with an anchor, an alias or a tag',
    ],
    ['somebody whom no assignment seats', 'exclude: { users: &x [cyd, ana], groups: [none] }\nusers: [dee]\ngroups: [team]\n', null],
  ])('%s', (_, users, reason) => {
    const policy = `kind: Assignment\nname: a\nprofile: eng\ntier: pro\n${users}`;
    const { patch, text } = written(policy, { 'kiro-eng-pro': ['ana', 'bob'], none: ['cyd'], team: ['dee'] }, 'ana: pro to power');
    expect(text).toBeNull();
    if (reason === null) return expect(patch.moves).toEqual([]);
    expect(patch.left.map((one) => one.reason)).toEqual([reason]);
    return expect(creditsPatch(patch, '')).toBe(
      `# Right-size advice of 2026-11: nothing to change.\n# Left out: ana (eng), pro to power: ${reason}.\n`,
    );
  });

  test('an assignment that ends on another day is not used: the seat ends when it ended before', () => {
    const before =
      'kind: Assignment\nname: a\nprofile: eng\ntier: pro\nusers: [ana, bob]\nuntil: 2027-01-15\n---\nkind: Assignment\nname: b\nprofile: eng\ntier: power\nusers: [cyd]\n';
    const { text } = written(before, { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': ['cyd'] }, 'ana: pro to power');
    expect(text).toContain('users: [cyd]\n---\nkind: Assignment\nname: a-power\n');
    expect(text?.match(/until: 2027-01-15/g)).toHaveLength(2);
  });

  test('a list that ends with a comma is emptied whole; a comment that would be lost leaves the person out', () => {
    const list = `kind: Assignment\nname: a\nprofile: eng\ntier: pro\ngroups: [team]\nusers: [\n  ana,\n]\n`;
    const groups = { team: ['bob'], 'kiro-eng-pro': ['ana', 'bob'] };
    expect(written(list, groups, 'ana: pro to power').text).toContain('users: [\n  \n]\n---\n');
    const lost = written(list.replace('  ana,', '  ana, # first\n  cyd,'), { ...groups, x: ['cyd'] }, 'ana: pro to power');
    expect(lost.patch.left.map(({ reason }) => reason)).toEqual(['a comment would be lost']);
  });

  test('a comment on a line of its own above a name leaves that person out, and stays above its own name', () => {
    const policy = 'kind: Assignment\nname: a\nprofile: eng\ntier: pro\nusers:\n  # first\n  - ana\n  - bob\n';
    const groups = { 'kiro-eng-pro': ['ana', 'bob'] };
    const reasons = (who: string) => written(policy, groups, `${who}: pro to power`).patch.left.map(({ reason }) => reason);
    expect(reasons('ana')).toEqual(['a comment stands on a line of its own above the name in `users` of assignment a; move both by hand']);
    expect(reasons('bob')).toEqual([]);
  });

  test('a seat that would be held is left out, with the reason of the hold', () => {
    const policy = 'kind: Assignment\nname: a\nprofile: eng\ntier: pro\nusers: [ana, bob]\nexclude: { groups: [gone] }\n';
    const { patch } = written(policy, { 'kiro-eng-pro': ['ana', 'bob'] }, 'ana: pro to power');
    expect(patch.left[0]?.reason).toBe(
      'the new seat would be held: exclude group gone of assignment a-power does not exist in the directory',
    );
  });

  test('what a guard forbids on the merged result is left out too', () => {
    const policy =
      'kind: Assignment\nname: a\nprofile: eng\ntier: pro\nusers: [ana, bob]\n---\nkind: Policy\nexpect: [{ user: ana, never: power }]\n';
    const { patch } = written(policy, { 'kiro-eng-pro': ['ana', 'bob'] }, 'ana: pro to power');
    expect(patch.left[0]?.reason).toContain('must never have');
  });
});
