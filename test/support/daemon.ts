import { type Daemon, type DaemonEvent, daemon } from '../../src/daemon/daemon.ts';
import type { DaemonDeps, Ended } from '../../src/daemon/deps.ts';
import type { Kind } from '../../src/daemon/loop.ts';
import { RemoteError } from '../../src/errors.ts';
import type { JournalEntry } from '../../src/model/journal.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { GitSource, Journal, SourceFile } from '../../src/ports.ts';
import { type FakeDirectory, fakeDirectory } from './fake-directory.ts';
import { BASE, live, NOW, OPERATOR, sourceFile, type World } from './world.ts';

export const SETTINGS: Settings = {
  ...OPERATOR,
  git: {
    url: 'https://git.example.com/policy.git',
    branch: 'main',
    path: '',
    auth: { token: null, sshKeyFile: null, knownHostsFile: null, allowHttp: false },
    verify: null,
    forge: null,
  },
  mode: 'enforce',
  profiles: {},
  schedule: { reconcile: '*/15 * * * *', reports: null },
  assumeRoleArn: null,
  http: { host: '127.0.0.1', port: 0, tokens: { read: [], write: [] }, webhookSecret: null },
  stateDir: '/nowhere',
  cacheDir: null,
  usage: [],
  reports: { to: [], formats: ['html', 'json', 'csv'], keep: 12, idleAfterDays: 30 },
  notify: [],
  windows: [],
  log: { level: 'silent', names: true },
};

export type FakeJournal = Journal & { list: JournalEntry[]; writable: boolean };

export function fakeJournal(): FakeJournal {
  const journal: FakeJournal = {
    list: [],
    writable: true,
    fresh: true,
    problems: [],
    append: async (...entries) => void journal.list.push(...entries),
    entries: () => journal.list,
    close: async () => {},
  };
  return journal;
}

export type FakeSource = GitSource & { push: (policy: string, options?: { readonly rewritten?: boolean }) => string; down: boolean };

/** A branch whose revisions are pushed one after the other; `rewritten` ones descend from nothing before them. */
export function fakeSource(first: string): FakeSource {
  const history: { revision: string; files: readonly SourceFile[]; root: number }[] = [];
  const newest = () => history.at(-1) ?? null;
  const source: FakeSource = {
    down: false,
    push: (policy, { rewritten = false } = {}) => {
      const revision = `main@sha1:${String(history.length + 1).padStart(40, '0')}`;
      const root = rewritten ? history.length : (newest()?.root ?? 0);
      history.push({ revision, files: [sourceFile('base.yaml', BASE), sourceFile('policy.yaml', policy)], root });
      return revision;
    },
    fetch: async () => {
      const failure = { kind: 'unreachable', operation: 'git fetch', message: 'Git is down.', advice: 'Wait.', requestId: null } as const;
      if (source.down) throw new RemoteError([failure]);
      return newest() ?? { revision: null, files: [] };
    },
    read: async (revision) => history.find((each) => each.revision === revision) ?? { revision: null, files: [] },
    lastGood: async () => newest(),
    descends: async (from, to) =>
      history.find((each) => each.revision === from)?.root === history.find((each) => each.revision === to)?.root,
    commits: async () => [],
    verify: async () => ({ commits: 0, unverified: [] }),
  };
  source.push(first);
  return source;
}

export type TestDaemon = {
  readonly daemon: Daemon;
  readonly directory: FakeDirectory;
  readonly journal: FakeJournal;
  readonly source: FakeSource;
  readonly events: DaemonEvent[];
  readonly clock: { now: Date };
  /** Asks for one pass and waits until it has ended. */
  readonly pass: () => Promise<Ended>;
  /** Asks for the credits report as the schedule does, and waits until its turn has ended. */
  readonly report: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** A real daemon on fakes of its ports; its clock stands still unless the test moves it. */
export function testDaemon(
  policy: string,
  world: World,
  settings: Partial<Settings> = {},
  more: Partial<DaemonDeps> = {},
  listen: (event: DaemonEvent) => void = () => {},
): TestDaemon {
  const clock = { now: NOW };
  const now = () => clock.now;
  const directory = fakeDirectory(live(world), now);
  const journal = fakeJournal();
  const source = fakeSource(policy);
  const events: DaemonEvent[] = [];
  const waiting: ((event: DaemonEvent) => void)[] = [];
  const made = daemon(
    {
      settings: { ...SETTINGS, ...settings },
      source,
      journal,
      observe: directory.observe,
      writer: () => directory.writer,
      calls: () => ({}),
      throttles: () => 0,
      now,
      nextRun: () => null,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      accepted: async () => null,
      lockLost: () => null,
      ...more,
    },
    (event) => {
      events.push(event);
      listen(event);
      for (const each of [...waiting]) each(event);
    },
  );
  const stopping = new AbortController();
  const running = made.run(stopping.signal);
  const turn = (kind: Kind) =>
    new Promise<void>((resolve, reject) => {
      const ticket = made.ask({ kind, reason: 'test', by: 'test' });
      const hear = (event: DaemonEvent) => {
        if (event.type === 'threw') reject(event.error);
        if (event.type !== 'ended' || event.turn.kind !== kind || event.turn.ticket < ticket) return;
        waiting.splice(waiting.indexOf(hear), 1);
        resolve();
      };
      waiting.push(hear);
    });
  const pass = async () => {
    await turn('reconcile');
    const latest = made.latest();
    if (latest === null) throw new Error('no pass');
    return latest;
  };
  const stop = () => {
    stopping.abort();
    return running;
  };
  return { daemon: made, directory, journal, source, events, clock, pass, report: () => turn('report'), stop };
}
