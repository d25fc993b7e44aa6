import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ApplyEvent, apply } from '../../src/apply/apply.ts';
import { RemoteError } from '../../src/errors.ts';
import { applicationAssignmentKey, groupKey, membershipKey } from '../../src/model/key.ts';
import type { Change } from '../../src/model/plan.ts';
import type { DirectoryWriter, Written } from '../../src/ports.ts';

const profile = 'engineering';
const reason = 'because';

function createGroup(group: string): Change {
  return { action: 'create', kind: 'group', key: groupKey(group), reason, profile, group };
}
function attach(group: string, groupId: string | null): Change {
  const key = applicationAssignmentKey(profile, group);
  return { action: 'create', kind: 'application-assignment', key, reason, profile, group, groupId, applicationArn: 'arn:app' };
}
function add(group: string, groupId: string | null, userId: string): Change {
  return { action: 'create', kind: 'membership', key: membershipKey(group, userId), reason, profile, group, groupId, userId, user: userId };
}
function remove(group: string, userId: string): Change {
  const membershipId = `${group}/${userId}`;
  const key = membershipKey(group, userId);
  return { action: 'delete', kind: 'membership', key, reason, profile, group, groupId: group, userId, user: userId, membershipId };
}

function planOf(changes: readonly Change[]) {
  return {
    stages: [
      { name: 'groups', changes: changes.filter((c) => c.kind === 'group') },
      { name: 'application-assignments', changes: changes.filter((c) => c.kind === 'application-assignment') },
      { name: 'memberships-to-add', changes: changes.filter((c) => c.kind === 'membership' && c.action === 'create') },
      { name: 'memberships-to-remove', changes: changes.filter((c) => c.action === 'delete') },
    ] as const,
  };
}

/** Remembers every call in order; answers in an order that the test's scheduler decides. */
function fakeWriter(fails: (call: string) => boolean = () => false, turn: () => Promise<unknown> = async () => undefined) {
  const begun: string[] = [];
  const ended: string[] = [];
  const run = async (call: string): Promise<Written> => {
    begun.push(call);
    await turn();
    ended.push(call);
    if (fails(call)) throw new RemoteError([{ kind: 'wrong', operation: 'x', message: `${call} refused`, advice: '', requestId: 'r-1' }]);
    return { effect: !call.endsWith('again'), requestId: 'r-2' };
  };
  const writer: DirectoryWriter = {
    createGroup: async (group) => ({ ...(await run(`group ${group}`)), groupId: `id-of-${group}` }),
    createMembership: ({ groupId, userId }) => run(`add ${groupId} ${userId}`),
    deleteMembership: ({ membershipId }) => run(`remove ${membershipId}`),
    assignApplication: ({ groupId }) => run(`attach ${groupId}`),
  };
  return { writer, begun, ended };
}

const going = (): AbortSignal => new AbortController().signal;

describe('laws of apply', () => {
  const groups = ['a', 'b', 'c'];
  const people = ['u1', 'u2', 'u3', 'u4'];
  const anyChange: fc.Arbitrary<Change> = fc.oneof(
    fc.constantFrom(...groups).map((g) => createGroup(`new-${g}`)),
    fc.tuple(fc.constantFrom(...groups), fc.boolean()).map(([g, made]) => attach(made ? `new-${g}` : g, made ? null : g)),
    fc
      .tuple(fc.constantFrom(...groups), fc.boolean(), fc.constantFrom(...people))
      .map(([g, made, u]) => add(made ? `new-${g}` : g, made ? null : g, u)),
    fc.tuple(fc.constantFrom(...groups), fc.constantFrom(...people)).map(([g, u]) => remove(g, u)),
  );
  const anyPlan = fc.uniqueArray(anyChange, { selector: (c) => `${c.action} ${c.key}`, maxLength: 24 }).map((changes) =>
    // As the planner makes them: an id is missing only where the same plan makes the group.
    changes.filter((c) => c.kind === 'group' || c.groupId !== null || changes.some((g) => g.kind === 'group' && g.group === c.group)),
  );

  test('applied + failed + skipped = planned; every change has one end; no delete before the creates of its person', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPlan,
        fc.scheduler(),
        fc.func(fc.boolean()),
        fc.func(fc.integer({ min: 0, max: 4 })),
        async (changes, s, isBad, skipping) => {
          const fails = (call: string): boolean => isBad(call);
          const skip = (change: Change): string | null => (skipping(change.key) === 0 ? 'quarantined' : null);
          const { writer, begun, ended } = fakeWriter(fails, () => s.schedule(Promise.resolve()));
          const events: ApplyEvent[] = [];
          const applied = await s.waitFor(apply(planOf(changes), { writer, emit: (e) => events.push(e), skip, signal: going() }));

          expect(applied.applied + applied.failed + applied.skipped).toBe(applied.planned);
          expect(applied.planned).toBe(changes.length);
          const ends = events.filter((e) => e.type !== 'started');
          expect(new Set(ends.map((e) => `${e.change.action} ${e.change.key}`)).size).toBe(ends.length);
          expect(ends).toHaveLength(changes.length);
          expect(begun).toHaveLength(applied.applied + applied.failed);

          for (const change of changes) {
            const end = ends.find((e) => e.change === change)?.type;
            if (skip(change) !== null) expect(end).toBe('skipped');
            if (change.action !== 'delete') continue;
            const grants = changes.filter((c) => c.kind === 'membership' && c.action === 'create' && c.userId === change.userId);
            const isFree = grants.every((g) => ends.some((e) => e.change === g && e.type === 'succeeded'));
            if (!isFree) expect(end).toBe('skipped');
            const removedAt = events.findIndex((e) => e.type === 'started' && e.change === change);
            for (const grant of removedAt < 0 ? [] : grants) {
              expect(events.findIndex((e) => e.type === 'succeeded' && e.change === grant)).toBeLessThan(removedAt);
            }
          }
          expect(ended.sort()).toEqual(begun.sort());
        },
      ),
      { numRuns: 150 },
    );
  });

  test('whenever the abort comes, what is in flight ends, the rest is skipped and the counts hold', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, fc.scheduler(), fc.integer({ min: 0, max: 12 }), async (changes, s, after) => {
        const controller = new AbortController();
        const fake = fakeWriter(
          () => false,
          () => s.schedule(Promise.resolve()),
        );
        let ends = 0;
        const emit = (event: ApplyEvent): void => {
          if (event.type === 'succeeded' && ++ends === after) controller.abort(new Error('stop'));
        };
        if (after === 0) controller.abort(new Error('stop'));
        const applied = await s.waitFor(apply(planOf(changes), { writer: fake.writer, emit, signal: controller.signal }));
        expect(applied.applied + applied.failed + applied.skipped).toBe(changes.length);
        expect(fake.ended).toHaveLength(applied.applied + applied.failed);
        if (after === 0) expect(fake.begun).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('apply', () => {
  test('a membership and an application assignment take the id of the group made before them', async () => {
    const { writer, ended } = fakeWriter();
    const plan = planOf([createGroup('new'), attach('new', null), add('new', null, 'u1')]);
    expect(await apply(plan, { writer, emit: () => undefined, signal: going() })).toEqual({
      planned: 3,
      applied: 3,
      failed: 0,
      skipped: 0,
      effects: 3,
    });
    expect(ended[0]).toBe('group new');
    expect(ended.slice(1).sort()).toEqual(['add id-of-new u1', 'attach id-of-new']);
  });

  test('what depends on a failed group is skipped and says so; the failure carries its request id', async () => {
    const { writer, ended } = fakeWriter((call) => call === 'group new');
    const events: ApplyEvent[] = [];
    const plan = planOf([createGroup('new'), add('new', null, 'u1'), remove('old', 'u1'), remove('old', 'u2')]);
    const applied = await apply(plan, { writer, emit: (e) => events.push(e), signal: going() });
    expect(applied).toEqual({ planned: 4, applied: 1, failed: 1, skipped: 2, effects: 1 });
    expect(ended).not.toContain('remove old/u1');
    expect(events.find((e) => e.type === 'failed')).toMatchObject({ error: 'group new refused', requestId: 'r-1' });
    expect(events.find((e) => e.type === 'skipped' && e.change.action === 'delete')?.error).toBe('membership/new/u1 was not applied');
  });

  test('a wish that was already true is applied but no effect', async () => {
    const { writer } = fakeWriter();
    const applied = await apply(planOf([add('a', 'a', 'again'), add('a', 'a', 'u1')]), { writer, emit: () => undefined, signal: going() });
    expect(applied).toMatchObject({ applied: 2, effects: 1 });
  });

  test('a listener that throws kills no change', async () => {
    const { writer } = fakeWriter();
    const emit = (): void => {
      throw new Error('disk full');
    };
    expect(await apply(planOf([add('a', 'a', 'u1')]), { writer, emit, signal: going() })).toMatchObject({ applied: 1, failed: 0 });
  });

  test('a membership without any group id fails alone', async () => {
    const { writer } = fakeWriter();
    const applied = await apply(planOf([add('a', null, 'u1'), add('b', 'b', 'u1')]), { writer, emit: () => undefined, signal: going() });
    expect(applied).toMatchObject({ applied: 1, failed: 1 });
  });

  test('deletes do not queue behind creates', async () => {
    const never = new Promise<void>(() => undefined);
    let resolve = (): void => undefined;
    const removed = new Promise<void>((done) => {
      resolve = done;
    });
    const { writer } = fakeWriter();
    const stuck: DirectoryWriter = {
      ...writer,
      createMembership: async () => {
        await never;
        return { effect: true, requestId: null };
      },
      deleteMembership: async () => {
        resolve();
        return { effect: true, requestId: null };
      },
    };
    const changes = Array.from({ length: 500 }, (_, i) => add('a', 'a', `u${i}`));
    void apply(planOf([...changes, remove('b', 'leaver')]), { writer: stuck, emit: () => undefined, signal: going() });
    await removed;
  });

  test('20,000 changes, half of them moves, take no time of their own', async () => {
    const { writer } = fakeWriter();
    const changes = Array.from({ length: 10_000 }, (_, i) => [add('a', 'a', `u${i}`), remove('b', `u${i}`)]).flat();
    const started = performance.now();
    expect(await apply(planOf(changes), { writer, emit: () => undefined, signal: going() })).toMatchObject({ applied: 20_000 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
