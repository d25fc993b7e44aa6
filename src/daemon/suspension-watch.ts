import { suspension } from '../model/journal-state.ts';
import type { Daemon } from './daemon.ts';

const DAY_MS = 24 * 3_600_000;

/** A tick to call now and then: says daily that a suspension is in force, and asks for a pass once its end has come. */
export function suspensionWatch(daemon: Daemon): () => void {
  const { journal, now, log } = daemon.deps;
  let reminded: number | null = null;
  let wasSuspended = suspension(journal.entries(), now()) !== null;
  return () => {
    const entry = suspension(journal.entries(), now());
    if (entry === null) {
      if (wasSuspended) daemon.ask({ kind: 'reconcile', reason: 'the suspension ended', by: 'schedule' });
      wasSuspended = false;
      reminded = null;
      return;
    }
    wasSuspended = true;
    reminded ??= Date.parse(entry.at);
    if (now().getTime() - reminded < DAY_MS) return;
    reminded = now().getTime();
    const { owner, reason, until, at } = entry;
    log.warn({ owner, reason, since: at, until }, 'still suspended: nothing is applied; `kirosync resume` ends it');
  };
}
