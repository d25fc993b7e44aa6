import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { credits } from '../../src/commands/credits.ts';
import { drift } from '../../src/commands/drift.ts';
import { importCommand } from '../../src/commands/import.ts';
import { plan } from '../../src/commands/plan.ts';
import { validate } from '../../src/commands/validate.ts';
import type { DirectoryWriter } from '../../src/ports.ts';
import { matches } from '../cli/document.ts';
import { APPLICATION, keysOf, planOf, userId } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import {
  ALLOWED,
  granted,
  ONE_LEAVER,
  type Organisation,
  organisation,
  PEOPLE,
  type Place,
  placeName,
  policy,
  RESHUFFLED,
  seed,
} from './organisation.ts';
import { inProcess, type Ran } from './product.ts';

type Row = { readonly ApplicationArn: string; readonly UserId: string; readonly NextTier: string | null };
type Write = { readonly operation: string; readonly GroupId: string; readonly UserId: string };

const FORCE = ['too-many-removals', 'empties-group', 'too-many-moves', 'monthly-increase', 'over-budget', 'duplicate-billing'];
/** Few, for each is a whole organisation over HTTP: the laws of the pure parts run hundreds of times in test/plan. */
const RUNS = { numRuns: 6 };
const EXAMPLES: [Organisation][] = [[RESHUFFLED], [ONE_LEAVER]];

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ seed: 'empty' });
  for (const [name, value] of Object.entries(against(emulator.url))) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

const begin = (organisation: Organisation) => emulator.control('reset', { seed: seed(organisation) });
// Parse boundaries: the emulator's own routes.
const writes = async () => (await emulator.control('writes')) as readonly Write[];
/** The profile whose Kiro application it is. */
const profileOf = (arn: string): string => Object.entries(APPLICATION).find(([, each]) => each === arn)?.[0] ?? arn;
const seated = async (): Promise<readonly Place[]> =>
  ((await emulator.control('seats')) as readonly Row[])
    .filter((row) => row.NextTier !== null)
    .map((row) => ({ profile: profileOf(row.ApplicationArn), userId: row.UserId }));

const planned = (text: string): Promise<Ran> => inProcess(text, (io, deps) => plan({ format: 'json' }, io, deps));
const applied = (text: string, force: readonly string[], wrapped?: (writer: DirectoryWriter) => DirectoryWriter): Promise<Ran> =>
  inProcess(text, (io, deps) => apply({ yes: true, force }, io, deps), wrapped);

function counts(stdout: string): { readonly applied: number; readonly failed: number; readonly skipped: number; readonly planned: number } {
  const [, ...numbers] = /(\d+) applied, (\d+) failed, (\d+) skipped of (\d+) planned/.exec(stdout) ?? [];
  const [done = 0, failed = 0, skipped = 0, all = 0] = numbers.map(Number);
  return { applied: done, failed, skipped, planned: all };
}

/** The writer, looking at the world after each write. */
function watching(writer: DirectoryWriter, look: () => Promise<void>): DirectoryWriter {
  const after = async <T>(write: Promise<T>): Promise<T> => {
    const written = await write;
    await look();
    return written;
  };
  return {
    createGroup: (...args) => after(writer.createGroup(...args)),
    createMembership: (...args) => after(writer.createMembership(...args)),
    deleteMembership: (...args) => after(writer.deleteMembership(...args)),
    assignApplication: (...args) => after(writer.assignApplication(...args)),
  };
}

describe('laws of the whole product, judged by the emulator', () => {
  test('apply then plan has no changes; what is refused writes nothing; only seat groups are ever written', {
    timeout: 60_000,
  }, async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(organisation, async (one) => {
        await begin(one);
        const text = policy(one);
        const { code, stdout } = await applied(text, FORCE);
        const written = await writes();
        expect([0, 4]).toContain(code);
        if (one.foreign) expect(code).toBe(4);
        if (code === 4) expect(written).toEqual([]);
        else {
          const after = await planned(text);
          expect({ code: after.code, keys: keysOf(planOf(after.stdout)) }, stdout).toEqual({ code: 0, keys: [] });
        }
        expect(written.filter(({ GroupId }) => !ALLOWED.has(GroupId))).toEqual([]);
        changed += written.length;
      }),
      { ...RUNS, examples: EXAMPLES },
    );
    expect(changed).toBeGreaterThan(0);
  });

  test('nobody enabled who held a seat and keeps a grant is ever without one, in that profile or after a move in any, at any write and until all moves are over', {
    timeout: 60_000,
  }, async () => {
    const kept = { somewhere: 0, there: 0 };
    await fc.assert(
      fc.asyncProperty(organisation, async (given) => {
        const one = { ...given, foreign: false };
        await begin(one);
        const text = policy(one);
        const grants = new Set(granted(one).map(placeName));
        const people = new Set(granted(one).map((place) => place.userId));
        const held = await seated();
        // Whom the policy moves to another profile keeps some seat; who stays in a profile keeps one there.
        const somewhere = held.filter((place) => people.has(place.userId));
        const there = held.map(placeName).filter((name) => grants.has(name));
        kept.somewhere += somewhere.length;
        kept.there += there.length;
        const look = async (): Promise<void> => {
          const now = await seated();
          const names = new Set(now.map(placeName));
          const users = new Set(now.map((place) => place.userId));
          expect(there.filter((name) => !names.has(name))).toEqual([]);
          expect(somewhere.filter((place) => !users.has(place.userId)).map(placeName)).toEqual([]);
        };
        for (const hours of ['1h', '23h', '2h']) {
          await applied(text, FORCE, (writer) => watching(writer, look));
          await look();
          await emulator.control('clock', { advance: hours });
        }
        expect((await planned(text)).code).not.toBe(3);
        await look();
      }),
      { ...RUNS, examples: EXAMPLES },
    );
    expect(kept.there).toBeGreaterThan(0);
    expect(kept.somewhere).toBeGreaterThan(kept.there);
  });

  test('under faults applied + failed + skipped = planned, 0 only when all is applied; without them the next run converges', {
    timeout: 60_000,
  }, async () => {
    const operation = fc.constantFrom('CreateGroupMembership', 'DeleteGroupMembership');
    const fault = fc.oneof(
      fc.record({
        kind: fc.constantFrom('throttle', 'conflict', 'unavailable', 'drop-after-write'),
        operation,
        times: fc.integer({ min: 1, max: 12 }),
      }),
      fc.record({ kind: fc.constant('reject'), operation, principal: fc.constantFrom(...PEOPLE).map(userId) }),
      fc.record({
        kind: fc.constant('reject'),
        operation,
        probability: fc.constantFrom(0.2, 0.6),
        seed: fc.nat(99),
        error: fc.constantFrom('ValidationException', 'AccessDeniedException'),
      }),
    );
    const codes = new Set<number>();
    await fc.assert(
      fc.asyncProperty(organisation, fc.array(fault, { minLength: 1, maxLength: 3 }), async (given, faults) => {
        const one = { ...given, foreign: false };
        await begin(one);
        const text = policy(one);
        for (const each of faults) await emulator.control('faults', each);
        const { code, stdout } = await applied(text, FORCE);
        codes.add(code);
        if (code === 4 || !/of \d+ planned/.test(stdout)) return;
        const done = counts(stdout);
        expect(done.applied + done.failed + done.skipped).toBe(done.planned);
        expect(code).toBe(done.applied === done.planned ? 0 : 3);
        await emulator.control('faults', { clear: true });
        await applied(text, FORCE);
        const after = await planned(text);
        expect(keysOf(planOf(after.stdout))).toEqual([]);
      }),
      {
        ...RUNS,
        examples: [
          [RESHUFFLED, [{ kind: 'throttle', operation: 'CreateGroupMembership', times: 12 }]],
          [RESHUFFLED, [{ kind: 'reject', operation: 'CreateGroupMembership', principal: userId('p08') }]],
        ],
      },
    );
    expect([...codes]).toEqual(expect.arrayContaining([0, 3]));
  });

  test('without --force, the people whom a pass leaves without a seat are within the limit', { timeout: 60_000 }, async () => {
    const seats: Readonly<Record<string, readonly string[]>> = {
      engineering: ['kiro-eng-pro', 'kiro-eng-plus', 'kiro-eng-power'],
      research: ['kiro-res-pro'],
    };
    const outcomes = { refused: 0, removed: 0 };
    await fc.assert(
      fc.asyncProperty(organisation, async (given) => {
        const one: Organisation = { ...given, foreign: false, removals: 'immediate' };
        await begin(one);
        const held = (profile: string): readonly string[] => {
          const { groups, memberships } = emulator.state();
          const ids = groups.filter(({ DisplayName = '' }) => seats[profile]?.includes(DisplayName)).map(({ GroupId }) => GroupId);
          return [...new Set(memberships.filter(({ GroupId }) => ids.includes(GroupId)).map(({ MemberId }) => MemberId.UserId))];
        };
        const before = Object.keys(seats).map((profile) => [profile, held(profile)] as const);
        const { code } = await applied(policy(one), ['too-many-moves', 'monthly-increase']);
        if (code === 4) outcomes.refused += 1;
        for (const [profile, then] of before) {
          const now = new Set(held(profile));
          const gone = then.filter((id) => !now.has(id)).length;
          outcomes.removed += gone;
          if (then.length >= 10) expect(gone / then.length).toBeLessThanOrEqual(0.25);
        }
      }),
      { ...RUNS, examples: EXAMPLES },
    );
    expect(outcomes.refused).toBeGreaterThan(0);
    expect(outcomes.removed).toBeGreaterThan(0);
  });

  test('every JSON document matches its schema', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(organisation, async (one) => {
        await begin(one);
        const text = policy(one);
        matches('validation', (await inProcess(text, (io, deps) => validate({ format: 'json' }, io, deps))).stdout);
        matches('plan', (await planned(text)).stdout);
        matches('drift', (await inProcess(text, (io, deps) => drift({ format: 'json' }, io, deps))).stdout);
        matches('credits', (await inProcess(text, (io, deps) => credits({ format: 'json' }, io, deps))).stdout);
      }),
      { numRuns: 4 },
    );
  });

  test('import then plan has no changes for the decided seats', { timeout: 60_000 }, async () => {
    const choices = ['us-east-1/pro=kiro-eng-pro', 'us-east-1/power=kiro-eng-power', 'eu-central-1/pro=kiro-res-pro'];
    await fc.assert(
      fc.asyncProperty(organisation, fc.subarray(choices), async (given, seat) => {
        // Where every member is disabled, nobody can be granted anything, and the guard rightly says so.
        const members = seat.flatMap((choice) => given.members[choice.split('=')[1] ?? ''] ?? []);
        fc.pre(members.length === 0 || members.some((name) => !given.disabled.includes(name)));
        await begin({ ...given, detached: [] });
        const out = await mkdtemp(join(tmpdir(), 'kirosync-import-'));
        try {
          const discovered = {
            instanceArn: seed(given).instance.InstanceArn,
            identityStoreId: seed(given).instance.IdentityStoreId,
            accounts: ['111122223333', '444455556666'],
          };
          const imported = await inProcess('', (io, deps) =>
            importCommand({ out, seat }, { ...io, env: { AWS_REGION: 'eu-west-1' } }, { ...deps, discover: async () => discovered }),
          );
          expect(imported.code).toBe(0);
          const files = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.yaml'));
          const texts = await Promise.all(files.map((name) => readFile(join(out, name), 'utf8')));
          const after = await planned(texts.join('\n---\n'));
          const plan = planOf(after.stdout);
          expect({ code: after.code, keys: keysOf(plan), violations: plan.violations }).toEqual({ code: 0, keys: [], violations: [] });
        } finally {
          await rm(out, { recursive: true });
        }
      }),
      { numRuns: 4 },
    );
  });
});
