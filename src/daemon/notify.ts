import { createHash } from 'node:crypto';
import { RemoteError } from '../errors.ts';
import { type Memory, memoryOf } from '../model/journal-told.ts';
import type { NotifySettings } from '../model/notification.ts';
import { slackBody } from '../notify/body-slack.ts';
import { webhookBody } from '../notify/body-webhook.ts';
import { due } from '../notify/due.ts';
import type { Facts } from '../notify/fact.ts';
import type { Message } from '../notify/message.ts';
import type { NotifySink } from '../ports.ts';
import { cronTimes } from './cron-time.ts';
import type { Daemon, DaemonEvent } from './daemon.ts';
import { overBudgets } from './notify-report.ts';
import { contextOf, factsOf, type Heard } from './notify-situation.ts';

/** A receiver that does not answer is tried after one minute, then two, up to an hour. */
const FIRST_MS = 60_000;
const MOST_MS = 3_600_000;

/** How far back a digest or heartbeat is looked for that was due while nobody was there. */
const BACK_MS = 32 * 24 * 3_600_000;

/** What became of one message. */
export type NotifyEvent = { readonly to: string; readonly result: 'sent' | 'failed'; readonly at: Date };

export type Notifier = {
  /** What the daemon does: credits reports are heard of here, and everything new is told. */
  readonly hear: (event: DaemonEvent) => void;
  /** To call now and then: digests, heartbeats, and receivers that are tried again. */
  readonly tick: () => void;
  /** Gives up what is being sent; it is told after the next start. */
  readonly stop: () => Promise<void>;
};

/** One receiver. At most one message is on its way to it: what comes meanwhile is in the next one, so nothing queues up. */
type Line = {
  readonly receiver: NotifySettings;
  readonly sink: NotifySink;
  sending: Promise<void> | null;
  failures: number;
  notBefore: number;
};

/**
 * Tells the receivers of the settings what happens. What was told is in the journal once it was delivered, and what there is
 * to tell comes from the journal and the last pass: a receiver that was away for a while, or a restart, loses nothing of
 * what still matters, and hears nothing twice but what was delivered in the instant of a crash.
 */
export function notifier(daemon: Daemon, sinks: ReadonlyMap<string, NotifySink>, emit: (event: NotifyEvent) => void = () => {}): Notifier {
  const { settings, journal, now, log } = daemon.deps;
  const stopping = new AbortController();
  let heard: Heard = { failures: null, budgets: null };
  const lines = settings.notify.flatMap((receiver): Line[] => {
    const sink = sinks.get(receiver.name);
    return sink === undefined ? [] : [{ receiver, sink, sending: null, failures: 0, notBefore: 0 }];
  });

  const next = (line: Line, facts: Facts): { readonly message: Message; readonly memory: Memory } | null => {
    const { receiver } = line;
    const at = now();
    if (memoryOf(journal.entries(), receiver.name) === null)
      void journal.append({
        type: 'told',
        at: daemon.startedAt.toISOString(),
        to: receiver.name,
        kind: 'start',
        open: [],
        over: [],
        happened: [],
      });
    const memory = memoryOf(journal.entries(), receiver.name);
    if (memory === null) return null;
    const times = {
      digestAt: newest(receiver.digest, at),
      heartbeatAt: receiver.heartbeat === null ? null : newest(receiver.heartbeat, at),
    };
    const message = due({ receiver, memory, facts, context: contextOf(daemon), now: at, ...times });
    return message === null ? null : { message, memory };
  };
  const send = async (line: Line, { message, memory }: { readonly message: Message; readonly memory: Memory }) => {
    const id = idOf(message, memory);
    const body = line.receiver.type === 'slack' ? slackBody(message) : webhookBody(message, id);
    const { to, kind, at, told } = message;
    try {
      await line.sink.send({ id, body }, stopping.signal);
      line.failures = 0;
      await journal.append({ type: 'told', at, to, kind, ...told });
      emit({ to, result: 'sent', at: now() });
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      line.failures += 1;
      const wait = Math.min(MOST_MS, FIRST_MS * 2 ** (line.failures - 1));
      line.notBefore = now().getTime() + wait;
      const why = error instanceof RemoteError ? error.message : 'a bug in kirosync';
      log.warn(
        { to, kind, id, why, retryInSeconds: wait / 1000, failures: line.failures, ...bugOf(error) },
        'a notification was not delivered',
      );
      emit({ to, result: 'failed', at: now() });
      return false;
    }
  };
  const pump = () => {
    if (lines.length === 0 || stopping.signal.aborted) return;
    try {
      const facts = factsOf(daemon, heard);
      for (const line of lines) {
        if (line.sending !== null || now().getTime() < line.notBefore) continue;
        const found = next(line, facts);
        if (found === null) continue;
        line.sending = send(line, found).then((sent) => {
          line.sending = null;
          if (sent) pump();
        });
      }
    } catch (error) {
      log.error({ err: error }, 'a bug in kirosync kept a notification from being made');
    }
  };
  // Of a report that was made before this notifier was: after other settings came into force.
  const made = daemon.reports.last();
  if (made !== null && lines.length > 0) {
    daemon.reports.of(made.month).then(
      (report) => {
        heard = { ...heard, budgets: heard.budgets ?? overBudgets(report?.json ?? '') };
      },
      () => {},
    );
  }
  return {
    hear: (event) => {
      if (event.type === 'report') heard = { ...heard, budgets: overBudgets(event.report.json) ?? heard.budgets };
      if (event.type === 'ended' && event.turn.kind === 'report') heard = { ...heard, failures: daemon.reports.troubles() };
      if (event.type !== 'asked' && event.type !== 'started') pump();
    },
    tick: pump,
    stop: async () => {
      stopping.abort();
      await Promise.all(lines.map((line) => line.sending));
    },
  };
}

/** The newest time of a cron expression, up to now; null where a month had none. */
function newest(expression: string, now: Date): Date | null {
  const found = cronTimes(expression).latest(now.getTime(), now.getTime() - BACK_MS);
  return found === null ? null : new Date(found);
}

/** The same for a message that is made anew since nobody knows whether it came, and another one for what comes after it. */
function idOf({ to, kind, told }: Message, { last }: Memory): string {
  return createHash('sha256')
    .update(JSON.stringify([to, kind, told, last]))
    .digest('hex')
    .slice(0, 32);
}

function bugOf(error: unknown): { readonly err?: unknown } {
  return error instanceof RemoteError ? {} : { err: error };
}
