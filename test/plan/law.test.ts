import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import { seatKey } from '../../src/model/seat.ts';
import { plan } from '../../src/plan/plan.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { applied, BASE, configuration, live, NOW, OPERATOR, type World } from '../support/world.ts';

const PEOPLE = Array.from({ length: 14 }, (_, i) => `u${i}@example.com`);
const SEATS = ['kiro-eng-pro', 'kiro-eng-pro-plus', 'kiro-eng-power', 'kiro-lab-pro'] as const;
const MADE = ['', '@2026-11-09T11:00:00.000Z', '@2026-11-10T11:00:00.000Z', '@-'];

const member = fc.tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...MADE)).map(([name, made]) => `${name}${made}`);
const members = (max: number) => fc.uniqueArray(member, { maxLength: max, selector: (text) => text.slice(0, text.indexOf('.com') + 4) });
const people = (max: number) => fc.uniqueArray(fc.constantFrom(...PEOPLE, 'ghost@example.com'), { maxLength: max });

const world: fc.Arbitrary<World> = fc
  .record({
    seats: fc.tuple(members(8), members(5), members(5), members(5)),
    external: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 4 }),
    sources: fc.tuple(members(8), members(4)),
    disabled: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 3 }),
    detached: fc.constantFrom('', ...SEATS),
  })
  .map(({ seats, external, sources, disabled, detached }) => ({
    users: PEOPLE.map((userName) => ({ userName, enabled: !disabled.includes(userName) })),
    groups: {
      ...Object.fromEntries(SEATS.map((name, i) => [name, seats[i] ?? []])),
      'data-platform': external,
      alpha: sources[0],
      beta: sources[1],
    },
    attached: {
      eng: SEATS.filter((name) => name !== detached && name.startsWith('kiro-eng')),
      lab: SEATS.filter((name) => name !== detached && name.startsWith('kiro-lab')),
    },
  }));

const SEAT_OF = fc.constantFrom(
  { profile: 'eng', tier: 'pro' },
  { profile: 'eng', tier: 'pro-plus' },
  { profile: 'eng', tier: 'power' },
  { profile: 'lab', tier: 'pro' },
);
const DAYS = ['2026-10-01', '2026-11-10', '2026-11-11', '2027-05-05'];

/** Documents as values; JSON is YAML, so they need no writer of their own. */
const documents = fc
  .array(
    fc.record(
      {
        seat: SEAT_OF,
        groups: fc.uniqueArray(fc.constantFrom('alpha', 'beta'), { maxLength: 2 }),
        users: people(5),
        exclude: fc.record({ users: people(2), groups: fc.constantFrom([], ['beta']) }),
        from: fc.constantFrom(...DAYS),
        until: fc.constantFrom(...DAYS),
        allowEmpty: fc.boolean(),
      },
      { requiredKeys: ['seat', 'groups', 'users'] },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((list) =>
    list
      .filter(
        ({ groups, users, exclude, from, until }) =>
          names(groups, users, exclude) > 0 && (from === undefined || until === undefined || from <= until),
      )
      .map(({ seat, ...rest }, i) => ({ kind: 'Assignment', name: `a${i}`, ...seat, ...rest })),
  );

/** What an assignment still names after its excludes; one that names nothing is an error of its own. */
function names(
  groups: readonly string[],
  users: readonly string[],
  exclude?: { users: readonly string[]; groups: readonly string[] },
): number {
  return groups.filter((name) => !exclude?.groups.includes(name)).length + users.filter((name) => !exclude?.users.includes(name)).length;
}

const policy = fc
  .record({ protected: fc.uniqueArray(fc.constantFrom(...PEOPLE), { maxLength: 2 }) })
  .map((one) => ({ kind: 'Policy', protected: { users: one.protected } }));
const removals = fc.constantFrom('immediate', 'month-end', 'never');

type Case = { readonly world: World; readonly documents: readonly object[]; readonly policy: object; readonly removals: string };
const cases: fc.Arbitrary<Case> = fc.record({ world, documents, policy, removals });

const base = (one: Case) => BASE.replace('removals: immediate', `removals: ${one.removals}`);
const settings = (one: Case) => configuration(base(one), ...[...one.documents, one.policy].map((document) => JSON.stringify(document)));
const planned = (one: Case, now = NOW): Plan =>
  plan({ configuration: settings(one), live: live(one.world, now), now, operator: OPERATOR, revision: null });

function tiersHeld(state: ReturnType<typeof live>, group: string): ReadonlySet<string> {
  return new Set(state.memberships.filter((one) => one.groupId === `g-${group}`).map((one) => one.userId));
}

describe('laws of the plan', () => {
  test('the order of files, documents and entries never changes a byte but places', () => {
    const shuffled = fc.tuple(cases, fc.infiniteStream(fc.nat())).map(([one, stream]) => {
      const order = [...one.documents, one.policy].map((document) => ({ document, at: stream.next().value ?? 0 }));
      const reversed = order
        .sort((a, b) => a.at - b.at)
        .map(({ document }) =>
          JSON.stringify(
            Object.fromEntries(
              Object.entries(document)
                .map(([key, value]) => [key, Array.isArray(value) ? [...value].reverse() : value] as const)
                .reverse(),
            ),
          ),
        );
      return { one, reversed };
    });
    const bare = (made: Plan) =>
      JSON.stringify(made, (key, value) => (['file', 'line', 'column', 'message'].includes(key) ? undefined : value));
    fc.assert(
      fc.property(shuffled, ({ one, reversed }) => {
        const docs = base(one).split('---\n');
        const other = plan({
          configuration: configuration(...reversed, ...docs.reverse()),
          live: live(one.world),
          now: NOW,
          operator: OPERATOR,
          revision: null,
        });
        expect(other.hash).toBe(planned(one).hash);
        expect(bare(other)).toBe(bare(planned(one)));
      }),
      { numRuns: 45 },
    );
  });

  test('the plan after a complete apply has no changes', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const first = planned(one);
        const after = applied(live(one.world), first, NOW);
        const second = plan({ configuration: settings(one), live: after, now: NOW, operator: OPERATOR, revision: null });
        expect(changesOf(second).map((change) => `${change.action} ${change.key}`)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('day after day it converges on what was resolved, whatever held it up for a time', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const bare = { ...one, documents: one.documents.map((document) => ({ ...document, from: undefined, until: undefined })) };
        let state = live(one.world);
        const wanted = settings(bare);
        for (const day of ['10', '12', '29', '30']) {
          const now = new Date(`2026-11-${day}T13:00:00.000Z`);
          state = applied(state, plan({ configuration: wanted, live: state, now, operator: OPERATOR, revision: null }), now);
        }
        const last = plan({
          configuration: wanted,
          live: state,
          now: new Date('2026-11-30T14:00:00.000Z'),
          operator: OPERATOR,
          revision: null,
        });
        expect(changesOf(last)).toEqual([]);
        expect(last.held.filter((held) => held.until !== null)).toEqual([]);
      }),
      { numRuns: 45 },
    );
  });

  test('nobody enabled who holds a seat and keeps a grant is ever without one', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const before = live(one.world);
        const after = applied(before, planned(one), NOW);
        const wanted = resolve(settings(one), before, NOW, OPERATOR).seats.filter((seat) => !seat.external);
        const held = (state: typeof before) => new Set(SEATS.flatMap((group) => [...tiersHeld(state, group)]));
        const lost = wanted.filter((seat) => held(before).has(seat.userId) && !held(after).has(seat.userId));
        expect(lost.map((seat) => seat.user)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a key has at most one change, and never both a change and a hold', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const made = planned(one);
        const keys = [...changesOf(made).map((change) => change.key), ...made.held.map((held) => held.key)];
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 60 },
    );
  });

  test('every difference is a change or is held: nothing is dropped in silence', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const before = live(one.world);
        const made = planned(one);
        const spoken = new Set([...changesOf(made).map((change) => change.key), ...made.held.map((held) => held.key)]);
        const wanted = new Map(
          resolve(settings(one), before, NOW, OPERATOR)
            .seats.filter((seat) => !seat.external)
            .map((seat) => [seatKey(seat.profile, seat.userId), seat]),
        );
        for (const group of SEATS) {
          const profile = group.startsWith('kiro-eng') ? 'eng' : 'lab';
          for (const userId of tiersHeld(before, group)) {
            const expected = wanted.get(seatKey(profile, userId))?.group === group;
            expect(spoken.has(`membership/${group}/${userId.slice(3)}`)).toBe(!expected);
          }
        }
        for (const seat of wanted.values())
          expect(tiersHeld(before, seat.group).has(seat.userId) || spoken.has(`membership/${seat.group}/${seat.user}`)).toBe(true);
      }),
      { numRuns: 45 },
    );
  });

  test('protected people, never-seats and external groups lose nobody', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const made = planned(one);
        const ends = changesOf(made).filter((change) => change.action === 'delete');
        const safe = settings(one).protectedUsers.map((user) => user.name);
        expect(ends.filter((change) => safe.includes(change.user))).toEqual([]);
        if (one.removals === 'never') expect(ends).toEqual([]);
        expect(changesOf(made).filter((change) => change.group === 'data-platform')).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('money adds up: profiles, tiers and cost centers each sum to the run-rate', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const { money } = planned(one);
        for (const rows of [money.byProfile, money.byTier, money.byCostCenter]) {
          expect(rows.reduce((sum, row) => sum + row.before, 0)).toBe(money.monthly.before);
          expect(rows.reduce((sum, row) => sum + row.after, 0)).toBe(money.monthly.after);
        }
        expect(money.thisMonth).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });

  test('without a violation, removals stay within the limits', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const made = planned(one);
        if (made.violations.length > 0) return;
        const before = live(one.world);
        const after = applied(before, made, NOW);
        for (const profile of ['eng', 'lab']) {
          const groups = [...SEATS, 'data-platform'].filter((name) => (name.startsWith('kiro-eng') ? 'eng' : 'lab') === profile);
          const managed = new Set(groups.filter((name) => name !== 'data-platform').flatMap((name) => [...tiersHeld(before, name)]));
          const left = new Set(groups.flatMap((name) => [...tiersHeld(after, name)]));
          const gone = [...managed].filter((userId) => !left.has(userId));
          if (managed.size >= 10) expect(gone.length).toBeLessThanOrEqual(managed.size * 0.25);
          for (const group of groups) {
            const leavers = [...tiersHeld(before, group)].filter((userId) => gone.includes(userId) && !tiersHeld(after, group).has(userId));
            expect(leavers.length < 2 || leavers.length * 2 <= tiersHeld(before, group).size).toBe(true);
          }
        }
      }),
      { numRuns: 45 },
    );
  });
});
