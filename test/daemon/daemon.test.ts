import { afterEach, describe, expect, it } from 'vitest';
import { statusDocument, unready } from '../../src/daemon/status.ts';
import { suspensionWatch } from '../../src/daemon/suspension-watch.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { LiveMembership } from '../../src/model/live.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import type { World } from '../support/world.ts';

const assignment = (users: readonly string[], tier = 'pro') =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: ${tier}\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n`;
const ANA = 'ana@example.com';
const BOB = 'bob@example.com';
const CEM = 'cem@example.com';
const WORLD: World = {
  users: [ANA, BOB, CEM],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const minutes = (count: number, from: Date) => new Date(from.getTime() + count * 60_000);

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

const members = ({ directory }: TestDaemon, group = 'kiro-eng-pro') =>
  directory.live.memberships.filter((row) => row.groupId === `g-${group}`).map((row) => row.userId.replace('id-', ''));
const of = <T extends JournalEntry['type']>({ journal }: TestDaemon, type: T) => journal.list.filter((entry) => entry.type === type);
function edit({ directory, clock }: TestDaemon, group: string, user: string, action: 'add' | 'remove') {
  const row: LiveMembership = {
    id: `by-hand-${user}-${clock.now.getTime()}`,
    groupId: `g-${group}`,
    userId: `id-${user}`,
    createdAt: clock.now.toISOString(),
    createdBy: 'somebody',
  };
  const rest = directory.live.memberships.filter((each) => each.groupId !== row.groupId || each.userId !== row.userId);
  directory.live = { ...directory.live, memberships: action === 'add' ? [...rest, row] : rest };
}

describe('a pass', () => {
  it('applies what the policy says, records it, and finds nothing to do the next time', async () => {
    const run = start(assignment([ANA, BOB]), WORLD);
    const first = await run.pass();
    expect(first.result).toMatchObject({ outcome: 'applied', applied: { planned: 2, applied: 2, effects: 2 } });
    expect(members(run)).toEqual([ANA, BOB]);
    expect(
      of(run, 'change')
        .map((entry) => entry.type === 'change' && entry.result)
        .sort(),
    ).toEqual(['started', 'started', 'succeeded', 'succeeded']);
    const second = await run.pass();
    expect(second.result.outcome).toBe('in-sync');
    expect(second.result.drift).toMatchObject({ base: 'record', items: [], churn: [] });
    expect(of(run, 'pass-ended')).toHaveLength(2);
    expect(of(run, 'seats')).toHaveLength(1);
    expect(of(run, 'seats-kept')).toHaveLength(1);
  });

  it('writes the start of a change to the journal before the directory is called', async () => {
    const run = start(assignment([ANA]), WORLD);
    let seen: readonly string[] = [];
    run.directory.failOn = () => {
      seen = run.journal.list.map((entry) => (entry.type === 'change' ? entry.result : entry.type));
      return false;
    };
    await run.pass();
    expect(seen).toEqual(['pass-started', 'started']);
  });

  it('finds a hand-added member as drift with its first sighting, and corrects it', async () => {
    const run = start(assignment([ANA, BOB]), WORLD);
    await run.pass();
    edit(run, 'kiro-eng-pro', CEM, 'add');
    run.clock.now = minutes(15, run.clock.now);
    const found = await run.pass();
    expect(found.result.drift?.items).toMatchObject([{ kind: 'unexpected', person: CEM, actor: 'somebody' }]);
    expect(run.daemon.drift()?.items[0]?.firstSeen).toBe(run.clock.now.toISOString());
    expect(members(run)).toEqual([ANA, BOB]);
    run.clock.now = minutes(15, run.clock.now);
    expect((await run.pass()).result.drift?.items).toEqual([]);
    const key = `membership/kiro-eng-pro/${CEM}`;
    expect(of(run, 'drift-opened')).toContainEqual(expect.objectContaining({ key, kind: 'unexpected', person: CEM }));
    expect(of(run, 'drift-closed')).toContainEqual(expect.objectContaining({ key, kind: 'unexpected' }));
  });

  it('judges drift by the applied revision, so a new commit is no drift', async () => {
    const run = start(assignment([ANA]), WORLD);
    await run.pass();
    run.source.push(assignment([ANA, BOB]));
    const next = await run.pass();
    expect(next.result.outcome).toBe('applied');
    expect(next.result.drift).toMatchObject({ items: [], churn: [] });
    expect(members(run)).toEqual([ANA, BOB]);
  });

  it('ends an open item when the configuration agrees with it', async () => {
    const run = start(assignment([ANA]), WORLD, { mode: 'observe' });
    await run.pass();
    edit(run, 'kiro-eng-pro', CEM, 'add');
    expect((await run.pass()).result.drift?.items.map((item) => item.kind)).toEqual(['missing', 'unexpected']);
    run.source.push(assignment([ANA, CEM]));
    expect((await run.pass()).result.drift?.items.map((item) => item.person)).toEqual([ANA]);
  });
});

describe('what may not be applied', () => {
  it.each([
    ['observe mode', { mode: 'observe' as const }, 'observe mode'],
    ['the mode of the profile', { profiles: { eng: { mode: 'observe' as const } } }, 'observe mode'],
  ])('%s: the pass is pending, writes nothing and records nothing', async (_name, settings, words) => {
    const run = start(assignment([ANA]), WORLD, settings);
    const { result } = await run.pass();
    expect(result.outcome).toBe('pending');
    expect(result.message).toContain(words);
    expect(members(run)).toEqual([]);
    expect(of(run, 'seats')).toEqual([]);
    expect(of(run, 'applied')).toEqual([]);
  });

  it('enforces the one profile that says so', async () => {
    const run = start(assignment([ANA]), WORLD, { mode: 'observe', profiles: { eng: { mode: 'enforce' } } });
    expect((await run.pass()).result.outcome).toBe('applied');
  });

  it('a suspension: nothing is written until it ends by itself, and it is remembered daily', async () => {
    const words: string[] = [];
    const log = {
      info: () => {},
      error: () => {},
      warn: (_fields: object, message: string) => void words.push(message),
      key: (key: string) => key,
    };
    const run = start(assignment([ANA]), WORLD, {}, { log });
    const begun = run.clock.now;
    await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: minutes(3 * 1440, begun) });
    const tick = suspensionWatch(run.daemon);
    for (let day = 0; day < 3; day++) {
      run.clock.now = minutes(day * 1440 + 1, begun);
      tick();
      expect((await run.pass()).result).toMatchObject({ outcome: 'pending', applied: null });
    }
    expect(statusDocument(run.daemon).suspended).toMatchObject({ owner: 'leads', reason: 'audit' });
    expect(words.filter((text) => text.includes('still suspended'))).toHaveLength(2);
    expect(members(run)).toEqual([]);
    run.clock.now = minutes(3 * 1440 + 1, begun);
    tick();
    await run.pass();
    expect(members(run)).toEqual([ANA]);
  });

  it('resume ends a suspension at once', async () => {
    const run = start(assignment([ANA]), WORLD);
    await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: minutes(60, run.clock.now) });
    await run.daemon.resume('api');
    expect((await run.pass()).result.outcome).toBe('applied');
  });

  it('without a writable journal or with a lost lock nothing is written', async () => {
    const noJournal = start(assignment([ANA]), WORLD);
    noJournal.journal.writable = false;
    expect((await noJournal.pass()).result.message).toContain('journal cannot be written');
    const noLock = start(assignment([ANA]), WORLD, {}, { lockLost: () => 'slept too long' });
    expect((await noLock.pass()).result.message).toContain('slept too long');
    expect([...members(noJournal), ...members(noLock)]).toEqual([]);
    expect(unready(noJournal.daemon).join()).toContain('journal');
  });

  it('a journal that fails in the middle of a pass stops the calls that follow', async () => {
    const run = start(assignment([ANA]), WORLD);
    run.directory.failOn = () => false;
    const append = run.journal.append;
    Object.assign(run.journal, {
      append: async (...entries: JournalEntry[]) => {
        if (entries.some((entry) => entry.type === 'change')) run.journal.writable = false;
        await append(...entries);
      },
    });
    expect((await run.pass()).result).toMatchObject({ outcome: 'incomplete', applied: { failed: 1 } });
    expect(members(run)).toEqual([]);
  });

  it('a refused plan is journalled with its numbers and nothing is written', async () => {
    const people = Array.from({ length: 12 }, (_, i) => `p${i}@example.com`);
    const run = start(assignment(people.slice(0, 1)), { users: people, groups: { ...WORLD.groups, 'kiro-eng-pro': people } });
    const { result } = await run.pass();
    expect(result.outcome).toBe('refused');
    expect(of(run, 'refused')).toMatchObject([
      { violations: expect.arrayContaining([expect.objectContaining({ rule: 'too-many-removals' })]) },
    ]);
    expect(members(run)).toHaveLength(12);
  });

  it('removals of the last 24 hours count towards the limit', async () => {
    const people = Array.from({ length: 12 }, (_, i) => `p${String(i).padStart(2, '0')}@example.com`);
    const run = start(assignment(people.slice(2)), { users: people, groups: { ...WORLD.groups, 'kiro-eng-pro': people } });
    expect((await run.pass()).result.outcome).toBe('applied');
    run.source.push(assignment(people.slice(4)));
    expect((await run.pass()).result).toMatchObject({ outcome: 'refused', message: expect.stringContaining('25') });
    run.clock.now = minutes(25 * 60, run.clock.now);
    expect((await run.pass()).result.outcome).toBe('applied');
  });
});

describe('a change that keeps failing', () => {
  it('lets the others proceed, is quarantined after two failures, and is tried again later', async () => {
    const run = start(assignment([ANA, BOB]), WORLD);
    let tried = 0;
    run.directory.failOn = (what) => {
      if (what === `add id-${BOB}`) tried += 1;
      return what === `add id-${BOB}`;
    };
    expect((await run.pass()).result).toMatchObject({ outcome: 'incomplete', applied: { planned: 2, applied: 1, failed: 1 } });
    expect((await run.pass()).result).toMatchObject({ outcome: 'incomplete', applied: { failed: 1 } });
    expect((await run.pass()).result).toMatchObject({ outcome: 'incomplete', applied: { planned: 1, failed: 0, skipped: 1 } });
    expect(tried).toBe(2);
    expect(statusDocument(run.daemon).quarantined).toMatchObject([{ key: `membership/kiro-eng-pro/${BOB}`, failures: 2 }]);
    run.clock.now = minutes(16, run.clock.now);
    run.directory.failOn = () => false;
    expect((await run.pass()).result.outcome).toBe('applied');
    expect(members(run)).toEqual([ANA, BOB]);
  });
});

describe('a seat that somebody else keeps reversing', () => {
  it('is left to a human after three reversals, until the configuration changes', async () => {
    const run = start(assignment([ANA, BOB]), WORLD);
    await run.pass();
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i++) {
      run.clock.now = minutes(60, run.clock.now);
      edit(run, 'kiro-eng-pro', BOB, 'remove');
      outcomes.push((await run.pass()).result.outcome);
    }
    expect(outcomes).toEqual(['applied', 'applied', 'incomplete', 'incomplete']);
    expect(members(run)).toEqual([ANA]);
    expect(of(run, 'reversed')).toHaveLength(3);
    expect(statusDocument(run.daemon).contested).toMatchObject([{ key: `membership/kiro-eng-pro/${BOB}` }]);
    run.source.push(`${assignment([ANA, BOB])}costCenter: RND\n`);
    expect((await run.pass()).result.outcome).toBe('applied');
    expect(members(run).sort()).toEqual([ANA, BOB]);
    expect(of(run, 'settled')).toMatchObject([{ why: 'the configuration changed' }]);
  });

  it('is taken up again once live has agreed for 24 hours', async () => {
    const run = start(assignment([ANA]), WORLD);
    await run.pass();
    for (let i = 0; i < 3; i++) {
      edit(run, 'kiro-eng-pro', ANA, 'remove');
      await run.pass();
    }
    edit(run, 'kiro-eng-pro', ANA, 'add');
    await run.pass();
    run.clock.now = minutes(23 * 60, run.clock.now);
    await run.pass();
    expect(of(run, 'settled')).toEqual([]);
    run.clock.now = minutes(61, run.clock.now);
    await run.pass();
    expect(of(run, 'settled')).toMatchObject([{ why: expect.stringContaining('24 hours') }]);
  });

  it('does not count what the configuration itself took back', async () => {
    const run = start(assignment([ANA, BOB]), WORLD);
    for (let i = 0; i < 3; i++) {
      await run.pass();
      run.source.push(assignment([ANA]));
      await run.pass();
      run.source.push(assignment([ANA, BOB]));
    }
    expect(of(run, 'reversed')).toEqual([]);
  });
});

describe('the source', () => {
  it('unreachable: the last good revision is observed, nothing is applied, and it says so', async () => {
    const run = start(assignment([ANA]), WORLD);
    await run.pass();
    run.source.down = true;
    edit(run, 'kiro-eng-pro', CEM, 'add');
    const { result } = await run.pass();
    expect(result).toMatchObject({ outcome: 'unreachable', applied: null });
    expect(result.drift?.items).toMatchObject([{ kind: 'unexpected', person: CEM }]);
    expect(unready(run.daemon)).toEqual(['git fetch: unreachable.']);
    expect(members(run)).toEqual([ANA, CEM]);
  });

  it('a rewritten history is refused until an operator accepts exactly that commit', async () => {
    let accepted: string | null = null;
    const run = start(assignment([ANA]), WORLD, {}, { accepted: async () => accepted });
    await run.pass();
    const revision = run.source.push(assignment([ANA, BOB]), { rewritten: true });
    const refused = await run.pass();
    expect(refused.result).toMatchObject({ outcome: 'invalid', diagnostics: [{ rule: 'history-rewritten' }] });
    expect(refused.result.message).toContain('accept-history');
    expect(members(run)).toEqual([ANA]);
    accepted = revision.replace('main@sha1:', '');
    expect((await run.pass()).result.outcome).toBe('applied');
    expect(members(run)).toEqual([ANA, BOB]);
  });

  it('a broken policy names every problem and applies nothing', async () => {
    const run = start(assignment([ANA]).replace('profile: eng', 'profile: nowhere').replace('tier: pro', 'tier: gold'), WORLD);
    const { result } = await run.pass();
    expect(result.outcome).toBe('invalid');
    expect(result.diagnostics.map((each) => each.rule)).toEqual(expect.arrayContaining(['unknown-profile', 'unknown-tier']));
  });

  it('names what bounds a pull request and changed since the applied revision', async () => {
    const run = start(assignment([ANA]), WORLD);
    await run.pass();
    expect(statusDocument(run.daemon).changedSinceApplied).toEqual([]);
    await run.daemon.suspend({ owner: 'leads', reason: 'audit', until: minutes(60, run.clock.now) });
    run.source.push(`${assignment([ANA])}---\nkind: Policy\nprotected: { users: [${BOB}] }\nlimits: { removals: { count: 3 } }\n`);
    await run.pass();
    expect(statusDocument(run.daemon).changedSinceApplied).toEqual(['protected', 'limits']);
  });
});

describe('a bug', () => {
  it('ends one pass, is told with its words, and the next pass runs', async () => {
    const run = start(assignment([ANA]), WORLD);
    const observe = run.directory.observe;
    let broken = true;
    const wrong = start(
      assignment([ANA]),
      WORLD,
      {},
      {
        observe: async (scope, signal) => {
          if (broken) throw new TypeError('undefined is not a seat');
          return observe(scope, signal);
        },
      },
    );
    await expect(wrong.pass()).rejects.toThrow('not a seat');
    expect(statusDocument(wrong.daemon)).toMatchObject({
      bug: expect.stringMatching(/^the pass of main@sha1:0+1 ended in its step observe: undefined is not a seat$/),
      ready: false,
    });
    expect(of(wrong, 'pass-ended')).toMatchObject([{ outcome: 'incomplete', message: expect.stringContaining('A bug in kirosync') }]);
    broken = false;
    expect((await wrong.pass()).result.outcome).toBe('applied');
    expect(statusDocument(wrong.daemon)).toMatchObject({ bug: null, ready: true });
  });
});
