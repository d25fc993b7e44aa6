/**
 * Incident: reconciling was switched off for an afternoon and nobody switched it on again for a day, since nothing said so
 * (argoproj/argo-cd#9344; #16922 asks for a reason and an end).
 * Property: a suspension has an owner, a reason and an end; it writes nothing, is shown with its age, is said daily, and ends by itself.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { suspend } from '../../src/commands/suspend.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import { suspensionWatch } from '../../src/daemon/suspension-watch.ts';
import { routes } from '../../src/web/routes.ts';
import { listen } from '../../src/web/server.ts';
import { DIRECTORY, POLICY } from '../cli/site.ts';
import { SETTINGS } from '../support/daemon.ts';
import { type Incident, incident } from './world.ts';
import { changedDaemon } from './world-b.ts';

const TOKEN = 'write-token-0123456789abcdef';
const HOUR = 3_600_000;

/** A daemon with its HTTP side, what it logs, and the command line that talks to it. */
async function suspendable(world: Incident) {
  const http = { ...SETTINGS.http, tokens: { read: [], write: [TOKEN] } };
  const warned: string[] = [];
  const log = { info: () => {}, warn: (_fields: object, message: string) => void warned.push(message), error: () => {} };
  const run = changedDaemon(world, POLICY, { http }, () => ({ log }));
  const measured = metrics();
  const server = await listen(routes(run.daemon, measured), http);
  onTestFinished(() => server.close());
  const command = (options: { readonly reason?: string; readonly until?: string; readonly owner?: string }) =>
    world.run({}, (io) =>
      suspend({ url: server.url, ...options }, { ...io, env: { KIROSYNC_TOKEN: TOKEN, USER: 'ana' } }, { fetch, port: () => 0 }),
    );
  const pass = async () => (await run.pass()).result;
  /** Seconds since it was suspended, as an alert works them out; 0 without a suspension. */
  const gauge = async () => {
    const since = /^kirosync_suspended_since_timestamp_seconds (\S+)$/m.exec(await measured.text(run.daemon))?.[1];
    return since === undefined ? 0 : Math.round(world.clock.now.getTime() / 1000 - Number(since));
  };
  return { ...run, command, pass, gauge, warned, tick: suspensionWatch(run.daemon) };
}

describe('a suspension', () => {
  test.each([
    ['no reason', { until: '2026-11-13T12:00:00Z', owner: 'ana' }],
    ['a blank reason', { reason: ' ', until: '2026-11-13T12:00:00Z', owner: 'ana' }],
    ['no end', { reason: 'wrong group', owner: 'ana' }],
    ['an end that is over', { reason: 'wrong group', until: '2026-11-01T00:00:00Z', owner: 'ana' }],
  ])('%s: exit 1, and the daemon goes on', async (_what, options) => {
    const world = await incident(DIRECTORY);
    const run = await suspendable(world);
    expect((await run.command(options)).code).toBe(1);
    expect(statusDocument(run.daemon).suspended).toBeNull();
    expect((await run.pass()).outcome).toBe('applied');
  });

  test('writes nothing for its whole time, shows its age, is said once a day, and ends by itself', async () => {
    const world = await incident(DIRECTORY);
    const run = await suspendable(world);
    const until = '2026-11-13T12:00:00.000Z';
    const said = await run.command({ reason: 'wrong group', until, owner: 'ana' });
    expect(said.code, said.stderr).toBe(0);
    const begin = world.clock.now.getTime();
    for (let hour = 0; hour < 72; hour += 6) {
      world.clock.now = new Date(begin + hour * HOUR);
      run.tick();
      const { outcome, message, plan } = await run.pass();
      expect({ outcome, changes: plan?.stages.flatMap((stage) => stage.changes).length }).toEqual({ outcome: 'pending', changes: 3 });
      expect(message).toContain('suspended by ana');
      expect(await run.gauge()).toBe(hour * 3600);
    }
    expect(statusDocument(run.daemon).suspended).toMatchObject({ owner: 'ana', reason: 'wrong group', until });
    expect(run.warned.filter((message) => message.startsWith('still suspended'))).toHaveLength(2);
    expect(await world.writes()).toEqual([]);

    world.clock.now = new Date(begin + 72 * HOUR);
    const before = run.daemon.loop.served('reconcile');
    run.tick();
    await expect.poll(() => run.daemon.loop.served('reconcile'), { interval: 5 }).toBeGreaterThan(before);
    expect(run.daemon.latest()?.result.outcome).toBe('applied');
    expect(statusDocument(run.daemon).suspended).toBeNull();
    expect(await run.gauge()).toBe(0);
    expect(await world.writes()).toHaveLength(3);
  });

  test('survives a restart: the next daemon on the same journal writes nothing either', async () => {
    const world = await incident(DIRECTORY);
    const run = await suspendable(world);
    await run.command({ reason: 'wrong group', until: '2026-11-13T12:00:00Z', owner: 'ana' });
    await run.stop();
    const next = changedDaemon(world, POLICY, {}, () => ({ journal: run.journal }));
    expect((await next.pass()).result.outcome).toBe('pending');
    expect(await world.writes()).toEqual([]);
  });
});
