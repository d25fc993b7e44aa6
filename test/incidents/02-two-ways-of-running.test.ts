/**
 * Incident: the same tool had another default on the command line than as a hosted job, and everything outside the
 * filter was deleted (awslabs/ssosync#159).
 * Property: command line and daemon read the same settings in the same way and make the same plan, change for change.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import type { Io } from '../../src/commands/io.ts';
import { plan } from '../../src/commands/plan.ts';
import { serve } from '../../src/commands/serve.ts';
import type { Daemon } from '../../src/daemon/daemon.ts';
import { serveDeps } from '../../src/wire/daemon.ts';
import { importDeps, readDeps, writeDeps } from '../../src/wire/directory.ts';
import { offlineDeps } from '../../src/wire/offline.ts';
import { assignment, directory, ORGANIZATION, PROFILE, planOf } from '../cli/site.ts';
import { type Repository, repository } from '../support/repository.ts';
import { crew, type Effect, type Incident, incident } from './world.ts';

const PEOPLE = crew(14);
/** Two of fourteen leave, three join, one moves up; `payments` and its members are nobody's business. */
const SEED = directory({
  users: ['new1', 'new2', 'new3'],
  groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-power': [], 'team-seats-power': ['p13'], payments: ['p00', 'p01'] },
});
const POLICY = {
  'organization.yaml': ORGANIZATION,
  'profile.yaml': PROFILE,
  'a.yaml': assignment('pro', 'pro', [...PEOPLE.slice(2, 13), 'new1', 'new2']),
  'b.yaml': assignment('power', 'power', ['p13', 'new3']),
};

/** As a file, as variables, and nothing at all; a protected person and an overlap of no time change the plan. */
const SETTINGS = `limits: { removals: { percent: 50 } }
seatGroups: [kiro-*, team-seats-*]
protected: { users: [p00@example.com] }
overlapHours: 0
exceptions: { rules: [too-many-removals], maxKeys: 3 }
`;
const VARIABLES = { KIROSYNC_LIMITS_REMOVALS_PERCENT: '40', KIROSYNC_SEAT_GROUPS: 'kiro-*', KIROSYNC_PROTECTED_USERS: 'p01@example.com' };

type Way = {
  readonly name: string;
  readonly file: string | null;
  readonly variables: Readonly<Record<string, string>>;
  readonly key: string;
};
const WAYS: readonly Way[] = [
  { name: 'defaults', file: null, variables: {}, key: '-membership/kiro-eng-pro/p00@example.com' },
  { name: 'a settings file', file: SETTINGS, variables: {}, key: '-membership/kiro-eng-pro/p13@example.com' },
  { name: 'a file and variables over it', file: SETTINGS, variables: VARIABLES, key: '-membership/kiro-eng-pro/p00@example.com' },
];

type Place = {
  readonly repository: Repository;
  readonly flags: { readonly config: string; readonly settings?: string };
  readonly io: Io;
  readonly said: () => string;
  readonly stop: () => void;
};

async function place(way: Way): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'kirosync-ways-'));
  const repo = repository();
  repo.commit('policy', POLICY);
  const settings = join(folder, 'settings.yaml');
  if (way.file !== null) await writeFile(settings, way.file);
  onTestFinished(async () => {
    repo.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  let out = '';
  const stopping = new AbortController();
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    stderr: () => {},
    isTty: false,
    color: false,
    env: {
      ...way.variables,
      KIROSYNC_GIT_URL: repo.url,
      KIROSYNC_STATE_DIR: join(folder, 'state'),
      KIROSYNC_MODE: 'enforce',
      KIROSYNC_HTTP_PORT: '0',
      KIROSYNC_LOG_LEVEL: 'silent',
      KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
      KIROSYNC_QUOTA_SHARE: '1',
    },
    cwd: folder,
    signal: stopping.signal,
    now: () => new Date(),
    ask: async () => false,
  };
  const flags = { config: repo.folder, ...(way.file === null ? {} : { settings }) };
  return { repository: repo, flags, io, said: () => out, stop: () => stopIn(stopping) };
}

/** The daemon ends a process that lingers ten seconds after its stop; this process has other tests to run. */
function stopIn(stopping: AbortController): void {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  stopping.abort();
  vi.useRealTimers();
}

/** One pass of the real daemon with the real wiring: what it planned. */
async function onePass({ flags, io, stop }: Place): Promise<{ readonly hash: string; readonly keys: readonly string[] }> {
  let daemon: Daemon | null = null;
  await serve(
    {
      ready: (_url, running) => {
        daemon = running;
      },
      listen: (event) => {
        if (event.type === 'ended') stop();
      },
    },
    io,
    serveDeps(flags, io),
  );
  const made = (daemon as Daemon | null)?.planned()?.result.plan; // set by `ready`, which the compiler cannot know
  return { hash: made?.hash ?? '', keys: (made?.stages ?? []).flatMap((stage) => stage.changes.map((change) => change.key)) };
}

/** What was written, without what no two runs share; side by side calls end in any order. */
const essence = (writes: readonly Effect[]): readonly string[] =>
  writes.map(({ operation, GroupId, UserId }) => `${operation} ${GroupId} ${UserId}`).sort();

/** The same directory again, and a writing from its beginning. */
async function fresh(world: Incident): Promise<void> {
  await world.emulator.control('reset', { seed: SEED });
}

describe('command line and daemon', () => {
  test.each(WAYS)('have the same effective settings with $name', async (way) => {
    const { flags, io } = await place(way);
    const served = serveDeps(flags, io).settings;
    expect(writeDeps(flags, io).settings).toEqual(served);
    expect(readDeps(flags, io).settings).toEqual(served);
    expect(importDeps(flags, io).settings).toEqual(served);
    expect(offlineDeps(flags, io).operator).toEqual(served);
  });

  test.each(WAYS)('make the same plan and the same writes with $name', async (way) => {
    const world = await incident(SEED);
    world.clock.now = new Date();
    const here = await place(way);
    const code = await plan({ format: 'json' }, here.io, readDeps(here.flags, here.io));
    const planned = planOf(here.said());
    expect(code).toBe(2);

    expect(await apply({ yes: true }, here.io, writeDeps(here.flags, here.io))).toBe(0);
    const byCommand = essence(await world.writes());
    const after = essence(
      world.emulator.state().memberships.map((row) => ({ ...row, actor: '', operation: 'is', UserId: row.MemberId.UserId })),
    );

    await fresh(world);
    const byDaemon = await onePass(here);
    expect(byDaemon.hash).toBe(planned.hash);
    expect(essence(await world.writes())).toEqual(byCommand);
    expect(
      essence(world.emulator.state().memberships.map((row) => ({ ...row, actor: '', operation: 'is', UserId: row.MemberId.UserId }))),
    ).toEqual(after);
    expect(byCommand.length).toBeGreaterThan(3);
    // The setting did something, and what is outside of the seat groups was left alone by both.
    expect(
      planned.stages.flatMap((stage) => stage.changes.map((change) => `${change.action === 'create' ? '+' : '-'}${change.key}`)),
    ).toContain(way.key);
    expect(world.members('payments')).toEqual(['p00', 'p01']);
    expect(world.members('team-seats-power')).toEqual(['p13']);
  });
});
