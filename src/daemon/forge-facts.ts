import type { Facts, Restraint } from '../forge/outcome.ts';
import type { JournalEntry, PostedEntry } from '../model/journal.ts';
import { suspension } from '../model/journal-state.ts';
import type { DaemonDeps, Ended } from './deps.ts';

type Entries = readonly JournalEntry[];

/** What the forge is told of a pass, with what the journal knows of the passes of this revision before it. */
export function factsOf(
  { journal, settings, now }: Pick<DaemonDeps, 'journal' | 'settings' | 'now'>,
  { pass, result }: Pick<Ended, 'pass' | 'result'>,
  revision: string,
): Facts {
  const entries = journal.entries();
  const passes = new Set([pass]);
  for (const entry of entries) if (entry.type === 'pass-ended' && entry.attempted === revision) passes.add(entry.pass);
  const changes = entries.filter((entry) => entry.type === 'change' && passes.has(entry.pass)).filter((entry) => entry.type === 'change');
  return {
    revision,
    outcome: result.outcome,
    effects: changes.filter((change) => change.result === 'succeeded' && change.effect).length,
    applied: result.applied,
    plan: result.plan,
    diagnostics: result.diagnostics,
    restraint: restraintOf(entries, settings, now(), result.message),
    message: result.message,
    failed: changes.filter((change) => change.pass === pass && change.result === 'failed'),
  };
}

function restraintOf(entries: Entries, settings: DaemonDeps['settings'], now: Date, message: string | null): Restraint {
  if (suspension(entries, now) !== null) return 'suspended';
  const modes = [settings.mode, ...Object.values(settings.profiles).map(({ mode }) => mode)];
  if (!modes.includes('enforce') || message?.includes('observe mode') === true) return 'observe';
  return message?.toLowerCase().includes('window') === true ? 'window' : 'other';
}

/** What was posted of a revision last, and every time that this very outcome was. */
export function postedOf(
  entries: Entries,
  revision: string,
  digest: string,
): { readonly before: PostedEntry | null; readonly same: readonly PostedEntry[] } {
  const posted = entries.filter((entry) => entry.type === 'posted').filter((entry) => entry.revision === revision);
  const before = posted.at(-1) ?? null;
  return { before, same: before?.digest === digest ? posted.filter((entry) => entry.digest === digest) : [] };
}

/** True for a revision that was in force before anything of it was to be posted: before the forge was set, say. */
export function isOlder(entries: Entries, revision: string, pass: number): boolean {
  const good = new Set(['in-sync', 'applied']);
  return entries.some(
    (entry) => entry.type === 'pass-ended' && entry.attempted === revision && entry.pass < pass && good.has(entry.outcome),
  );
}
