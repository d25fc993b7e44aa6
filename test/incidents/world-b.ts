import { onTestFinished } from 'vitest';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { GitSource } from '../../src/ports.ts';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import { sourceFile } from '../support/world.ts';
import type { Files, Incident } from './world.ts';

/** Parts of what a daemon is given, put in place of the real ones. */
export type Changed = (real: Pick<DaemonDeps, 'source' | 'observe' | 'writer'>) => Partial<DaemonDeps>;

/** The revision that `changedDaemon` follows. */
export const REVISION = `main@sha1:${'1'.padStart(40, '0')}`;

/** A daemon in enforce mode on real clients that follows one revision, with parts of it replaced. */
export function changedDaemon(world: Incident, files: Files, settings: Partial<Settings>, changed: Changed): TestDaemon {
  const now = () => world.clock.now;
  const connection = connect({ region: 'eu-west-1', quotaShare: 1, assumeRoleArn: null, now, clock: virtualClock() });
  onTestFinished(() => connection.close());
  const fetched = { revision: REVISION, files: Object.entries(files).map(([path, text]) => sourceFile(path, text)) };
  const source: GitSource = {
    fetch: async () => fetched,
    read: async () => fetched,
    lastGood: async () => fetched,
    descends: async () => true,
    commits: async () => [],
    verify: async () => ({ commits: 0, unverified: [] }),
  };
  const { observe } = connection.reader;
  const real = { source, observe, writer: () => connection.writer, calls: connection.calls, throttles: connection.throttles, now };
  const made = testDaemon('', {}, settings, { ...real, ...changed(real) });
  onTestFinished(() => made.stop());
  return made;
}
