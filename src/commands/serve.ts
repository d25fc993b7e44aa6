import { type Daemon, type DaemonEvent, daemon } from '../daemon/daemon.ts';
import type { DaemonDeps } from '../daemon/deps.ts';
import type { Log } from '../daemon/log.ts';
import { metrics } from '../daemon/metrics.ts';
import { type Notifier, notifier } from '../daemon/notify.ts';
import { type Schedule, schedule } from '../daemon/schedule.ts';
import { suspensionWatch } from '../daemon/suspension-watch.ts';
import { windowWatch } from '../daemon/window-watch.ts';
import { UserError } from '../errors.ts';
import { EXIT, EXIT_BUG } from '../exit.ts';
import type { Settings } from '../model/settings.ts';
import type { GitSource, Journal, NotifySink } from '../ports.ts';
import { version } from '../version.ts';
import { weakSecrets } from '../web/auth.ts';
import { routes } from '../web/routes.ts';
import { type HttpServer, listen } from '../web/server.ts';
import type { Io } from './io.ts';
import { type ReloadDeps, reload } from './reload.ts';

export type ServeOptions = {
  /** Hears everything the daemon does; for `demo` and tests. */
  readonly listen?: (event: DaemonEvent) => void;
  /** Told once the daemon answers HTTP. */
  readonly ready?: (url: string, daemon: Daemon) => void;
};

/** What `serve` needs of the world; the lock is taken before anything else is touched. */
export type ServeDeps = Pick<
  DaemonDeps,
  'observe' | 'writer' | 'calls' | 'throttles' | 'retries' | 'accepted' | 'usageTiers' | 'credits' | 'forge' | 'shelf' | 'sinks'
> & {
  readonly settings: Settings;
  readonly log: Log;
  /**
   * A directory that cannot be used now is no error, but trouble that is told: the journal cannot be written until it can.
   * @throws UserError when another live process holds it.
   */
  readonly lock: (
    onLost: (reason: string) => void,
    onRegained: () => void,
    onTrouble: (text: string) => void,
  ) => Promise<{ readonly release: () => Promise<void> }>;
  readonly openJournal: () => Promise<Journal>;
  readonly source: () => GitSource;
  /** Calls the listener on SIGHUP until the returned function is called. */
  readonly onHangup: (listener: () => void) => () => void;
  /** The receivers of the settings by name; without it nobody is told of anything. */
  readonly receivers?: (settings: Settings) => ReadonlyMap<string, NotifySink>;
  /** How settings are read again on SIGHUP; without it those of the start stay. */
  readonly reload?: ReloadDeps;
  readonly close: () => void;
};

/** What settings may do without: a daemon whose new settings have it no more must not go on using it. */
const ABSENT = { forge: undefined };

/** A stop takes as long as the call in hand; one that lingers is a bug, and says so. */
const STOP_MS = 10_000;
const TICK_MS = 10_000;

/**
 * The daemon: works until the signal aborts, then finishes the call in hand, writes the journal and returns 0.
 * @throws UserError when it cannot start: no git.url, a token that can be guessed, the lock is held, the port is taken, a bad schedule.
 */
export async function serve(options: ServeOptions, io: Io, deps: ServeDeps): Promise<number> {
  const { settings } = deps;
  if (settings.git === null) throw new UserError('serve follows a Git branch: set git.url in the settings (or KIROSYNC_GIT_URL).');
  const weak = weakSecrets(settings.http);
  if (weak.length > 0) throw new UserError(weak.join('\n'));
  let late: NodeJS.Timeout | undefined;
  const stopping = () => {
    late = overdue(io);
  };
  io.signal.addEventListener('abort', stopping, { once: true });
  // Undone last to first, so that a stop that lingers anywhere is noticed.
  const undo: (() => Promise<void> | void)[] = [
    () => clearTimeout(late),
    () => io.signal.removeEventListener('abort', stopping),
    deps.close,
  ];
  const logger = deps.log;
  try {
    let lost: string | null = null;
    let isBack = false;
    let again = () => {};
    const lock = await deps.lock(
      (reason) => {
        lost = reason;
        isBack = false;
        logger.error({ why: reason }, 'the lock of the state directory was lost: nothing is applied until it is held again');
      },
      () => {
        isBack = true;
        logger.warn({}, 'the lock of the state directory is held again');
        again();
      },
      (text) => logger.warn({}, text),
    );
    undo.push(() => lock.release());
    const journal = await deps.openJournal();
    undo.push(() => journal.close());
    for (const text of journal.problems) logger.warn({}, text);

    const measured = metrics({ version: version(), node: process.versions.node });
    let cron: Schedule | null = null;
    let told: Notifier | null = null;
    // What passes and pages look at; settings that are loaded again are put into it.
    const live = {
      ...deps,
      ...{ source: deps.source(), journal, now: io.now, log: logger, lockLost: () => lost },
      ...{ nextRun: () => cron?.next() ?? null, loaded: () => loaded.state() },
    };
    const kept = daemon(live, (event) => {
      // Not in the middle of a pass: what it saw may have been somebody else's work.
      if (event.type === 'started' && isBack) lost = null;
      measured.hear(event);
      // A pass that a stop cut short is no news.
      if (!io.signal.aborted) told?.hear(event);
      options.listen?.(event);
    });
    const loaded = reload(deps.reload, kept, (fresh, parts) => {
      if (JSON.stringify(fresh.schedule) !== JSON.stringify(live.settings.schedule)) {
        const next = schedule(fresh.schedule, kept.ask);
        void cron?.stop();
        cron = next;
      }
      Object.assign(live, ABSENT, parts, { settings: fresh });
      void told?.stop();
      told = notifier(kept, deps.receivers?.(fresh) ?? new Map(), measured.notified);
    });
    told = notifier(kept, deps.receivers?.(settings) ?? new Map(), measured.notified);
    undo.push(() => told?.stop());
    again = () => void kept.ask({ kind: 'reconcile', reason: 'the state directory is ours again', by: 'start' });
    cron = schedule(settings.schedule, kept.ask);
    undo.push(() => cron?.stop());
    const server = await listen(routes(kept, measured), settings.http);
    undo.push(() => server.close());
    const hungUp = () => {
      loaded.again();
      kept.ask({ kind: 'reconcile', reason: 'SIGHUP', by: 'signal' });
    };
    undo.push(deps.onHangup(hungUp));
    const watches = [suspensionWatch(kept), windowWatch(kept)];
    const tick = () => {
      for (const each of watches) each();
      told?.tick();
    };
    const watch = setInterval(tick, TICK_MS);
    undo.push(() => clearInterval(watch));

    await work(kept, server, options, io);
    return EXIT['in-sync'];
  } finally {
    for (const each of undo.reverse()) await each();
  }
}

async function work(kept: Daemon, server: HttpServer, options: ServeOptions, io: Io): Promise<void> {
  const { log, settings } = kept.deps;
  const { mode, git, schedule: times } = settings;
  io.stdout(`kirosync serves ${server.url} in ${mode} mode\n`);
  log.info({ url: server.url, mode, branch: git?.branch, schedule: times.reconcile }, 'started');
  kept.ask({ kind: 'reconcile', reason: 'the daemon started', by: 'start' });
  options.ready?.(server.url, kept);
  await kept.run(io.signal);
  log.info({}, 'stopped');
}

/** Ends a process that does not end by itself. The timer does not keep it alive. */
function overdue(io: Io): NodeJS.Timeout {
  return setTimeout(() => {
    io.stderr(
      `This is a bug in kirosync: it did not stop within ${STOP_MS / 1000} s. The journal is complete up to the last line written.\n`,
    );
    process.exit(EXIT_BUG);
  }, STOP_MS).unref();
}
