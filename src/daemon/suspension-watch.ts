import { lastSuspension } from '../model/journal-state.ts';
import type { Daemon } from './daemon.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * A tick to call now and then: says daily that a suspension is in force, and once its end has come writes that into the
 * journal and asks for a pass, also where the end came while no daemon ran.
 */
export function suspensionWatch(daemon: Daemon): () => void {
  const { journal, now } = daemon.deps;
  let reminded: number | null = null;
  return () => {
    const entry = lastSuspension(journal.entries());
    if (entry === null) {
      reminded = null;
      return;
    }
    if (Date.parse(entry.until) <= now().getTime()) {
      reminded = null;
      void daemon.resume('expiry');
      daemon.ask({ kind: 'reconcile', reason: 'the suspension ended', by: 'schedule' });
      return;
    }
    reminded ??= Date.parse(entry.at);
    if (now().getTime() - reminded < DAY_MS) return;
    reminded = now().getTime();
    const { owner, reason, until, at } = entry;
    daemon.deps.log.warn({ owner, reason, since: at, until }, 'still suspended: nothing is applied; `kirosync resume` ends it');
  };
}
