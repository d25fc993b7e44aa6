/**
 * Incident: of 72 accounts 40 were done, the rest was lost, and the queue of dead letters was empty
 * (aws-samples/aws-iam-identity-center-extensions#87).
 * Property: applied + failed + skipped = planned on every exit path; the journal accounts for each change, also after the
 * process was killed in the middle, and the next start takes up what is left.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChangeEntry, JournalEntry } from '../../src/model/journal.ts';
import { changesOf } from '../../src/model/plan.ts';
import { assignment, directory, mail, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { against, type Running, start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { repository } from '../support/repository.ts';
import { crew, type Effect, type Files, incident } from './world.ts';

const PEOPLE = crew(16);
/** Of sixteen, twelve stay, two leave and two move up; four join. */
const SEED = directory({ users: ['j0', 'j1', 'j2', 'j3'], groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': [] } });
const POLICY: Files = {
  'all.yaml': [
    ORGANIZATION,
    PROFILE,
    assignment('pro', 'pro', [...PEOPLE.slice(0, 12), 'j0', 'j1', 'j2', 'j3']),
    assignment('power', 'power', PEOPLE.slice(14)),
  ].join('---\n'),
};
const PRO = [...PEOPLE.slice(0, 12), 'j0', 'j1', 'j2', 'j3'].sort();

const operation = fc.constantFrom('CreateGroupMembership', 'DeleteGroupMembership');
const fault = fc.oneof(
  fc.record({
    kind: fc.constantFrom('throttle', 'conflict', 'unavailable', 'drop-after-write'),
    operation,
    times: fc.integer({ min: 1, max: 14 }),
  }),
  fc.record({ kind: fc.constant('reject'), operation, principal: fc.constantFrom('j0', 'j2', 'p14').map(userId) }),
  fc.record({
    kind: fc.constant('reject'),
    operation,
    probability: fc.constantFrom(0.3, 0.8),
    seed: fc.nat(99),
    error: fc.constantFrom('ValidationException', 'AccessDeniedException'),
  }),
);

const ofPass = (entries: readonly JournalEntry[], pass: number): readonly ChangeEntry[] =>
  entries.filter((entry): entry is ChangeEntry => entry.type === 'change' && entry.pass === pass);

describe('the log accounts for each planned change', () => {
  test('law: over random faults each has exactly one end, counts add up, effects are what AWS saw; then it converges', {
    timeout: 60_000,
  }, async () => {
    const world = await incident(SEED);
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 3 }), async (faults) => {
        await world.emulator.control('reset', { seed: SEED });
        for (const one of faults) await world.emulator.control('faults', one);
        const daemon = world.daemon(POLICY, { overlapHours: 0 });
        let seen = 0;
        for (let round = 1; round <= 3; round++) {
          const { pass, result } = await daemon.pass();
          outcomes.add(result.outcome);
          const planned = result.plan === null ? [] : changesOf(result.plan).map((change) => change.key);
          const entries = ofPass(daemon.journal.list, pass);
          const ends = entries.filter((entry) => entry.result !== 'started');
          expect(ends.map((entry) => entry.key).sort()).toEqual([...planned].sort());
          const { applied = 0, failed = 0, skipped = 0 } = result.applied ?? {};
          expect(applied + failed + skipped).toBe(planned.length);
          expect([...ends.map((entry) => entry.result)].sort()).toEqual([
            ...Array.from({ length: failed }, () => 'failed'),
            ...Array.from({ length: skipped }, () => 'skipped'),
            ...Array.from({ length: applied }, () => 'succeeded'),
          ]);
          // What was sent was announced before; what failed or was left says why.
          const begun = new Set(entries.filter((entry) => entry.result === 'started').map((entry) => entry.key));
          for (const entry of ends) if (entry.result !== 'skipped') expect(begun.has(entry.key)).toBe(true);
          for (const entry of ends) if (entry.result !== 'succeeded') expect(entry.error).toMatch(/./);
          const writes = (await world.writes()).slice(seen);
          seen += writes.length;
          expect(writes.length).toBeGreaterThanOrEqual(ends.filter((entry) => entry.effect).length);
          if (round === 2) await world.emulator.control('faults', { clear: true });
          world.clock.now = new Date(world.clock.now.getTime() + 24 * 3_600_000);
        }
        expect(world.members('kiro-eng-pro')).toEqual(PRO);
        expect(world.members('kiro-eng-power')).toEqual(PEOPLE.slice(14));
        await daemon.stop();
      }),
      { seed: 87, numRuns: 6 },
    );
    expect([...outcomes]).toEqual(expect.arrayContaining(['incomplete', 'applied']));
  });
});

const TOKEN = 'write-token-0123456789abcdef';
const JOINERS = crew(60);

/** A daemon as a process of its own, on a real Git repository and a real state directory. */
function site(emulator: TestEmulator): { readonly serve: () => Running; readonly journal: () => readonly JournalEntry[] } {
  const policy = repository();
  policy.commit('sixty people', { 'all.yaml': [ORGANIZATION, PROFILE, assignment('team', 'pro', JOINERS)].join('---\n') });
  const state = mkdtempSync(join(tmpdir(), 'kirosync-killed-'));
  onTestFinished(() => {
    policy.dispose();
    rmSync(state, { recursive: true, force: true });
  });
  const env = {
    ...against(emulator.url),
    KIROSYNC_GIT_URL: policy.url,
    KIROSYNC_STATE_DIR: state,
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_WRITE_TOKENS: TOKEN,
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_QUOTA_SHARE: '1',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
    KIROSYNC_LOG_LEVEL: 'silent',
  };
  return {
    serve: () => {
      const running = start(['serve'], { env });
      onTestFinished(() => void running.child.kill('SIGKILL'));
      return running;
    },
    // Parse boundary: lines that the product wrote; a torn last one has no newline.
    journal: () =>
      readFileSync(join(state, 'journal.jsonl'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as JournalEntry),
  };
}

describe('killed in the middle of sixty adds', () => {
  test('the journal has each change that was sent; the next start finishes, adds nobody twice, and accounts for all sixty', {
    timeout: 120_000,
  }, async () => {
    const emulator = await startTestEmulator({ seed: directory({ users: JOINERS, groups: { 'kiro-eng-pro': [], 'kiro-eng-power': [] } }) });
    onTestFinished(() => emulator.close());
    const writes = async () => (await emulator.control('writes')) as readonly Effect[];
    const { serve, journal } = site(emulator);

    const first = serve();
    await first.printed(/kirosync serves/);
    await expect.poll(async () => (await writes()).length, { timeout: 45_000, interval: 10 }).toBeGreaterThan(15);
    first.child.kill('SIGKILL');
    await first.ended;
    const done = (await writes()).map((write) => write.user);
    expect(done.length).toBeLessThan(JOINERS.length);
    const started = new Set(ofPass(journal(), 1).map((entry) => entry.key));
    for (const user of done) expect(started.has(`membership/kiro-eng-pro/${user}`)).toBe(true);
    expect(journal().filter((entry) => entry.type === 'pass-ended')).toEqual([]);

    const second = serve();
    await expect.poll(() => journal().filter((entry) => entry.type === 'pass-ended').length, { timeout: 45_000, interval: 50 }).toBe(1);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).toBe(0);

    const all = (await writes()).map((write) => write.user);
    expect([...all].sort()).toEqual(JOINERS.map(mail));
    const entries = ofPass(journal(), 2).filter((entry) => entry.result !== 'started');
    const late = new Set(entries.map((entry) => entry.key));
    expect(entries.every((entry) => entry.result === 'succeeded')).toBe(true);
    // What the first process did and what the second one did are the whole plan, and they do not overlap.
    expect([...done.map((user) => `membership/kiro-eng-pro/${user}`), ...late].sort()).toEqual(
      JOINERS.map((name) => `membership/kiro-eng-pro/${mail(name)}`),
    );
    expect(journal().findLast((entry) => entry.type === 'pass-ended')).toMatchObject({
      outcome: 'applied',
      counts: { planned: late.size, applied: late.size },
    });
  });
});
