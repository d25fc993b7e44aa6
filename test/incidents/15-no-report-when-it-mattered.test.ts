/**
 * Incident: the report that a run should leave behind was not written when the run died, which is when somebody needed it
 * (DNSControl/dnscontrol, `--report`).
 * Property: a pass that ends in any step, by any kind of failure, leaves a report in the journal, the status and the history that
 * names what happened, the revision and the outcome; what it had written by then is in its counts.
 */
import { describe, expect, test } from 'vitest';
import { historyDocument, statusDocument } from '../../src/daemon/status.ts';
import { RemoteError, UserError } from '../../src/errors.ts';
import type { PassEnded } from '../../src/model/journal.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import type { GitSource } from '../../src/ports.ts';
import { DIRECTORY, POLICY } from '../cli/site.ts';
import type { TestDaemon } from '../support/daemon.ts';
import { type Incident, incident } from './world.ts';
import { type Changed, changedDaemon, REVISION } from './world-b.ts';

const boom = () => new TypeError('boom');
const remote = (operation: string) =>
  new RemoteError([{ kind: 'unreachable', operation, message: `${operation} did not answer.`, advice: 'Wait.', requestId: 'r-1' }]);

/** One pass that is made to fail by `broken`, whether it ends as an outcome or as a bug. */
async function failing(world: Incident, broken: Changed): Promise<TestDaemon> {
  const sane = changedDaemon(world, POLICY, {}, broken);
  await sane.pass().catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('boom'))) throw error;
  });
  return sane;
}

function ended(daemon: TestDaemon): PassEnded {
  const entries = daemon.journal.list.filter((entry) => entry.type === 'pass-ended');
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (entry?.type !== 'pass-ended') throw new Error('The pass left no report.');
  // What a file would keep and a later process read again.
  expect(isJournalEntry(JSON.parse(JSON.stringify(entry)))).toBe(true);
  return entry;
}

const source =
  (more: Partial<GitSource>): Changed =>
  (real) => ({ source: { ...real.source, ...more } });

describe('a pass leaves its report', () => {
  test.each<[what: string, broken: Changed, outcome: string, revision: string | null, words: RegExp]>([
    [
      'Git does not answer and there is no last good revision',
      source({ fetch: () => Promise.reject(remote('git fetch')), lastGood: async () => null }),
      'unreachable',
      null,
      /git fetch did not answer/,
    ],
    [
      'Git has the last good one',
      source({ fetch: () => Promise.reject(remote('git fetch')) }),
      'unreachable',
      REVISION,
      /git fetch did not answer.*|still observed/,
    ],
    ['a bug while fetching', source({ fetch: () => Promise.reject(boom()) }), 'incomplete', null, /A bug .*step fetch: boom/],
    [
      'a file that is no policy',
      source({ fetch: async () => ({ revision: REVISION, files: [] }) }),
      'invalid',
      REVISION,
      /cannot be followed/,
    ],
    [
      'a bug while loading',
      source({
        fetch: async () => ({
          revision: REVISION,
          files: [
            {
              path: 'a.yaml',
              id: 'a',
              get content(): Uint8Array {
                throw boom();
              },
            },
          ],
        }),
      }),
      'incomplete',
      REVISION,
      /A bug .*0001 .*step load: boom/,
    ],
    [
      'AWS does not answer',
      () => ({ observe: () => Promise.reject(remote('sso:ListInstances')) }),
      'unreachable',
      REVISION,
      /sso:ListInstances did not/,
    ],
    [
      'a bug while observing',
      () => ({ observe: () => Promise.reject(boom()) }),
      'incomplete',
      REVISION,
      /A bug .*0001 .*step observe: boom/,
    ],
    [
      'a user error while observing',
      () => ({ observe: () => Promise.reject(new UserError('The Region is wrong.')) }),
      'invalid',
      REVISION,
      /The Region is wrong/,
    ],
    [
      'a bug while planning',
      () => ({ usageTiers: () => Promise.reject(boom()) }),
      'incomplete',
      REVISION,
      /A bug .*0001 .*step plan: boom/,
    ],
    [
      'a bug before the first write',
      () => ({
        writer: () => {
          throw boom();
        },
      }),
      'incomplete',
      REVISION,
      /A bug .*0001 .*step apply: boom/,
    ],
  ])('%s', async (_what, broken, outcome, revision, words) => {
    const world = await incident(DIRECTORY);
    const run = await failing(world, broken);
    const report = ended(run);
    expect(report).toMatchObject({ outcome, attempted: revision, applied: null });
    expect(report.message).toMatch(words);
    expect(historyDocument(run.daemon).passes[0]).toMatchObject({ outcome, attempted: revision });
    const status = statusDocument(run.daemon);
    expect(status).toMatchObject({ outcome, ready: outcome === 'invalid' });
    expect(status.message).toMatch(/boom|did not answer|cannot be followed|Region/);
    expect(await world.writes()).toEqual([]);
  });

  test('a bug after the writes: the report counts what was written', async () => {
    const world = await incident(DIRECTORY);
    let writes = 0;
    const run = await failing(world, ({ writer }) => ({
      // The pass was told that all is well; then something broke while its end was written down.
      writer: (...args) => {
        const real = writer(...args);
        return {
          ...real,
          createMembership: async (...each) => {
            writes += 1;
            return await real.createMembership(...each);
          },
        };
      },
      log: {
        info: (_fields, message) => {
          if (message === 'pass ended') throw boom();
        },
        warn: () => {},
        error: () => {},
      },
    }));
    const entries = run.journal.list.filter((entry) => entry.type === 'pass-ended');
    expect(writes).toBe(2);
    expect(entries).toHaveLength(1);
    for (const entry of entries) expect(entry).toMatchObject({ counts: { applied: 3, failed: 0, effects: 3 } });
    expect(await world.writes()).toHaveLength(3);
  });

  test('refused by a guard, and applied: the same', async () => {
    const world = await incident({
      groups: { 'kiro-eng-pro': ['dan', 'eve', 'fay'], 'kiro-eng-power': [] },
      users: ['ana', 'bob', 'cleo'],
    });
    const run = world.daemon(POLICY);
    await run.pass();
    expect(ended(run)).toMatchObject({
      outcome: 'refused',
      attempted: REVISION,
      applied: null,
      counts: { planned: 6, applied: 0, effects: 0 },
    });
    expect(run.journal.list.find((entry) => entry.type === 'refused')).toMatchObject({ violations: [{ rule: 'empties-group' }] });
    expect(await world.writes()).toEqual([]);
  });
});
