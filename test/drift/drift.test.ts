import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drift } from '../../src/drift/drift.ts';
import { recordOf } from '../../src/drift/record.ts';
import type { Drift, SeatRecord } from '../../src/model/drift.ts';
import type { Live, LiveMembership } from '../../src/model/live.ts';
import { plan } from '../../src/plan/plan.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { applied, BASE, configuration, live, NOW, OPERATOR, type World } from '../support/world.ts';

const PEOPLE = ['ana', 'bob', 'cem', 'dia', 'eve', 'fay'].map((name) => `${name}@example.com`);
const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
groups: [platform]
allowEmpty: true
owner: leads
reason: daily work
`;

const GROUPS = ['kiro-eng-pro', 'kiro-eng-pro-plus', 'kiro-eng-power', 'kiro-lab-pro', 'data-platform', 'platform'];

function world(members: Readonly<Record<string, readonly string[]>>): World {
  return { users: PEOPLE, groups: { ...Object.fromEntries(GROUPS.map((group) => [group, []])), ...members } };
}

function judge(state: Live, record: SeatRecord | null, policy = POLICY): Drift {
  const config = configuration(BASE, policy);
  const made = plan({ configuration: config, live: state, now: NOW, operator: OPERATOR, revision: 'r1' });
  return drift({
    configuration: config,
    live: state,
    resolution: resolve(config, state, NOW, OPERATOR),
    plan: made,
    record,
    revision: 'r1',
  });
}

/** Plans and applies until nothing changes, and records; as the daemon's complete pass does. */
function settled(start: Live, policy = POLICY): { readonly state: Live; readonly record: SeatRecord } {
  const config = configuration(BASE, policy);
  const first = plan({ configuration: config, live: start, now: NOW, operator: OPERATOR, revision: 'r1' });
  const state = applied(start, first, NOW);
  const made = plan({ configuration: config, live: state, now: NOW, operator: OPERATOR, revision: 'r1' });
  const resolution = resolve(config, state, NOW, OPERATOR);
  const openDrift = drift({ configuration: config, live: state, resolution, plan: made, record: null, revision: 'r1' }).items;
  return { state, record: recordOf({ configuration: config, resolution, plan: made, live: state, openDrift, at: NOW.toISOString() }) };
}

const membership = (group: string, user: string): LiveMembership => ({
  id: `m-by-hand-${group}-${user}`,
  groupId: `g-${group}`,
  userId: `id-${user}`,
  createdAt: NOW.toISOString(),
  createdBy: 'arn:aws:iam::111122223333:user/somebody',
});
const added = (state: Live, group: string, user: string): Live => ({
  ...state,
  memberships: [...state.memberships, membership(group, user)],
});
const removed = (state: Live, group: string, user: string): Live => ({
  ...state,
  memberships: state.memberships.filter((row) => row.groupId !== `g-${group}` || row.userId !== `id-${user}`),
});
const somePeople = fc.subarray(PEOPLE);
const items = (found: Drift) => found.items.map(({ kind, key }) => `${kind} ${key}`);

describe('drift against the record', () => {
  it('has no item when live is what the last complete pass left', () => {
    fc.assert(
      fc.property(somePeople, (platform) => {
        const { state, record } = settled(live(world({ platform })));
        expect(judge(state, record)).toMatchObject({ base: 'record', items: [], churn: [] });
      }),
    );
  });

  it('finds exactly the edits that somebody made by hand', () => {
    fc.assert(
      fc.property(somePeople, somePeople, somePeople, (platform, adds, drops) => {
        const { state, record } = settled(live(world({ platform })));
        const unexpected = adds.filter((user) => !platform.includes(user));
        const missing = drops.filter((user) => platform.includes(user));
        let edited = state;
        for (const user of unexpected) edited = added(edited, 'kiro-eng-pro', user);
        for (const user of missing) edited = removed(edited, 'kiro-eng-pro', user);
        const expected = [
          ...unexpected.map((user) => `unexpected membership/kiro-eng-pro/${user}`),
          ...missing.map((user) => `missing membership/kiro-eng-pro/${user}`),
        ];
        const found = judge(edited, record);
        expect(items(found).sort()).toEqual(expected.sort());
        expect(found.churn).toEqual([]);
      }),
    );
  });

  it('calls what a changed source group explains churn, never an item', () => {
    fc.assert(
      fc.property(somePeople, somePeople, (before, after) => {
        const { state, record } = settled(live(world({ platform: before })));
        const sources = live(world({ platform: after })).memberships.filter((row) => row.groupId === 'g-platform');
        const moved = { ...state, memberships: [...state.memberships.filter((row) => row.groupId !== 'g-platform'), ...sources] };
        const found = judge(moved, record);
        expect(found.items).toEqual([]);
        const changed = PEOPLE.filter((user) => before.includes(user) !== after.includes(user));
        expect(found.churn.map((each) => each.person).sort()).toEqual(changed.sort());
      }),
    );
  });

  it('names cost, actor and tier move of what somebody did', () => {
    const { state, record } = settled(live(world({ platform: PEOPLE.slice(0, 2) })));
    const edited = added(removed(state, 'kiro-eng-pro', 'ana@example.com'), 'kiro-eng-power', 'ana@example.com');
    const [item, ...others] = judge(edited, record).items;
    expect(others).toEqual([]);
    expect(item).toMatchObject({
      kind: 'changed',
      key: 'membership/kiro-eng-power/ana@example.com',
      person: 'ana@example.com',
      profile: 'eng',
      monthly: 20_000,
      actor: 'arn:aws:iam::111122223333:user/somebody',
    });
    expect(item?.note).toContain('kiro-eng-pro');
  });

  it('finds a seat group that came back under another id', () => {
    const { state, record } = settled(live(world({ platform: PEOPLE.slice(0, 1) })));
    const swap = (id: string) => (id === 'g-kiro-eng-pro' ? 'g-new' : id);
    const again: Live = {
      ...state,
      groups: state.groups.map((group) => ({ ...group, id: swap(group.id) })),
      membersRead: state.membersRead.map(swap),
      memberships: state.memberships.map((row) => ({ ...row, groupId: swap(row.groupId) })),
      applications: state.applications.map((app) => ({
        ...app,
        principals: app.principals.map((each) => ({ ...each, id: swap(each.id) })),
      })),
      access: state.access.map((each) => ({ ...each, groupId: swap(each.groupId) })),
    };
    expect(items(judge(again, record))).toEqual(['changed group/kiro-eng-pro']);
  });

  it('never takes a group whose members were not read for an empty one', () => {
    const { state, record } = settled(live(world({ platform: PEOPLE })));
    const blind = { ...state, membersRead: state.membersRead.filter((id) => id !== 'g-kiro-eng-pro') };
    expect(judge({ ...blind, memberships: state.memberships.filter((row) => row.groupId !== 'g-kiro-eng-pro') }, record).items).toEqual([]);
  });
});

describe('drift without a record', () => {
  it('is live against the configuration, with what is held marked', () => {
    const policy = `${POLICY}---\nkind: Policy\nprotected: { users: [cem@example.com] }\n`;
    const found = judge(
      live(world({ platform: ['ana@example.com'], 'kiro-eng-pro': ['bob@example.com', 'cem@example.com'] })),
      null,
      policy,
    );
    expect(found.base).toBe('configuration');
    expect(found.churn).toEqual([]);
    expect(found.items.map(({ kind, person, held }) => `${kind} ${person} ${held ? 'held' : 'open'}`)).toEqual([
      'missing ana@example.com open',
      'unexpected bob@example.com open',
      'unexpected cem@example.com held',
    ]);
  });

  it('shows groups and single users on the Kiro application that no seat names', () => {
    const state = live(world({ 'kiro-eng-old': ['bob@example.com'], platform: [] }));
    const [eng, ...rest] = state.applications;
    if (eng === undefined) throw new Error('no application');
    const direct = { ...eng, principals: [...eng.principals, { id: 'id-dia@example.com', type: 'USER' as const }] };
    const found = judge({ ...state, applications: [direct, ...rest] }, null);
    expect(items(found)).toEqual([
      'unmanaged application-assignment/eng/dia@example.com',
      'unmanaged application-assignment/eng/kiro-eng-old',
    ]);
    expect(found.items.map((item) => item.person)).toEqual(['dia@example.com', null]);
    expect(found.items.every((item) => item.note.includes('kirosync cannot end such a seat'))).toBe(true);
  });
});

describe('recordOf', () => {
  it('holds resolved seats and held members; a held member that was open drift and external ones are beside them', () => {
    const policy = `${POLICY}---\nkind: Policy\nprotected: { users: [cem@example.com, dia@example.com] }\n`;
    const config = configuration(BASE, policy);
    const state = live(
      world({
        platform: ['ana@example.com'],
        'kiro-eng-pro': ['cem@example.com', 'dia@example.com', 'fay@example.com'],
        'data-platform': ['eve@example.com'],
      }),
    );
    const made = plan({ configuration: config, live: state, now: NOW, operator: OPERATOR, revision: 'r1' });
    const resolution = resolve(config, state, NOW, OPERATOR);
    const record = recordOf({
      configuration: config,
      resolution,
      plan: made,
      live: state,
      openDrift: ['dia', 'fay'].map((name) => ({ key: `membership/kiro-eng-pro/${name}@example.com` })),
      at: '2026-11-10T12:07:00.000Z',
    });
    expect(record.seats.map((seat) => seat.user)).toEqual(['ana@example.com', 'cem@example.com']);
    // Fay's removal is not held: this pass takes her out.
    expect(record.others?.map(({ user, tier, state: why }) => [user, tier, why])).toEqual([
      ['eve@example.com', 'pro-max', 'external'],
      ['dia@example.com', 'pro', 'drift'],
    ]);
    expect(record).toMatchObject({ at: '2026-11-10T12:07:00.000Z', revision: 'r1' });
    // What is beside the set changes nothing of what drift is: dia stays open, eve is none.
    const items = (given: SeatRecord) => judge(state, given, policy).items.map((each) => [each.kind, each.person]);
    const { others: _, ...alone } = record;
    expect(items(record)).toEqual(items(alone));
    expect(items(record)).toContainEqual(['unexpected', 'dia@example.com']);
  });
});
