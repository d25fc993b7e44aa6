import type { ApplyEvent } from '../apply/apply.ts';
import { EXIT_BUG } from '../exit.ts';
import type { JournalEntry } from '../model/journal.ts';
import { contested, lastApplied, nextPass, recentRemovals, seatRecord } from '../model/journal-state.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import type { DirectoryWriter, Journal } from '../ports.ts';
import { type PassDeps, type Result, reconcile } from '../reconcile.ts';
import { contest } from './contest.ts';
import type { DaemonDeps, Ended } from './deps.ts';
import { changeEntry, countsOf, driftEntries, resultEntries } from './entry.ts';
import type { Turn } from './loop.ts';
import { policy } from './policy.ts';
import { modeOf, restraint, skipping } from './restraint.ts';

/** One pass with its book-keeping: the journal is told before anything is written and again at the end, also of a bug. */
export async function pass(
  deps: DaemonDeps,
  turn: Turn,
  agreedSince: Map<string, Date>,
  signal: AbortSignal,
): Promise<Omit<Ended, 'calls' | 'nextDue'>> {
  const { journal, settings } = deps;
  const startedAt = deps.now();
  const number = nextPass(journal.entries());
  const askedBy = turn.asks.map((ask) => `${ask.by}: ${ask.reason}`);
  // The journal finds out here whether it can be written, so that the answer below is of now.
  await journal.append({ type: 'pass-started', at: startedAt.toISOString(), pass: number, askedBy, mode: settings.mode });
  const reason = restraint({
    settings,
    entries: journal.entries(),
    journalWritable: journal.writable,
    lockLost: deps.lockLost(),
    now: startedAt,
  });
  const end = async (result: Result | null, bug: string | null) => {
    const at = deps.now().toISOString();
    const entries = journal.entries();
    const found = result?.drift ?? null;
    const left = result === null ? [] : resultEntries(entries, result, number, at, reason === null);
    await journal.append(...(found === null ? [] : driftEntries(entries, found, at)), ...left);
    await journal.append(passEnded({ pass: number, askedBy, at, startedAt, result, bug, journal }));
  };
  try {
    const result = await reconcile(passDeps(deps, { number, reason, agreedSince, startedAt }), signal);
    await end(result, null);
    tellLog(deps, number, result);
    return { pass: number, startedAt, finishedAt: deps.now(), result };
  } catch (error) {
    await end(null, `A bug in kirosync (${EXIT_BUG}): ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

type PassState = {
  readonly number: number;
  readonly reason: string | null;
  readonly agreedSince: Map<string, Date>;
  readonly startedAt: Date;
};

function passDeps(deps: DaemonDeps, { number, reason, agreedSince, startedAt }: PassState): PassDeps {
  const { journal, settings } = deps;
  const entries = journal.entries();
  const applied = lastApplied(entries)?.revision ?? null;
  return {
    fetch: (signal) => policy({ source: deps.source, applied, accepted: deps.accepted }, signal),
    observe: deps.observe,
    writer: (scope, live) => journalled(deps.writer(scope, live), journal, deps.lockLost),
    usageTiers: async (configuration, live, signal) => (await deps.usageTiers?.(configuration, live, signal)) ?? new Map(),
    operator: settings,
    now: deps.now,
    emit: (event, plan) => {
      void journal.append(changeEntry(event, plan, number, deps.now().toISOString()));
      tellChange(deps, event);
    },
    standing: {
      record: seatRecord(entries),
      recentRemovals: recentRemovals(entries, startedAt),
      restraint: reason,
      observed: (profile) => modeOf(settings, profile) === 'observe',
      skip: (plan, revision) => {
        void journal.append(...contestEntries(deps, plan, revision, agreedSince));
        return skipping({ settings, entries: journal.entries(), now: deps.now() });
      },
    },
  };
}

/** Also keeps `agreedSince`: since when no plan has had a change of a contested key. */
function contestEntries(deps: DaemonDeps, plan: Plan, revision: string | null, agreedSince: Map<string, Date>): readonly JournalEntry[] {
  const now = deps.now();
  const entries = deps.journal.entries();
  const found = contest({ entries, plan, revision, now, agreedSince, actorOf: () => null });
  const wanted = new Set(changesOf(plan).map((change) => change.key));
  const open = contested([...entries, ...found]);
  for (const key of agreedSince.keys()) if (wanted.has(key) || !open.has(key)) agreedSince.delete(key);
  for (const key of open.keys()) if (!wanted.has(key) && !agreedSince.has(key)) agreedSince.set(key, now);
  return found;
}

/** A writer that sends nothing before the journal has written that it is about to, and nothing once it cannot. */
function journalled(writer: DirectoryWriter, journal: Journal, lockLost: () => string | null): DirectoryWriter {
  const ready = async () => {
    await journal.append();
    if (!journal.writable) throw new Error('It was not sent: the journal cannot be written.');
    const lost = lockLost();
    if (lost !== null) throw new Error(`It was not sent: another daemon may hold the state directory (${lost}).`);
  };
  return {
    createGroup: async (group, signal) => ready().then(() => writer.createGroup(group, signal)),
    createMembership: async (member, signal) => ready().then(() => writer.createMembership(member, signal)),
    deleteMembership: async (membership, signal) => ready().then(() => writer.deleteMembership(membership, signal)),
    assignApplication: async (assignment, signal) => ready().then(() => writer.assignApplication(assignment, signal)),
  };
}

type End = {
  readonly pass: number;
  readonly askedBy: readonly string[];
  readonly at: string;
  readonly startedAt: Date;
  readonly result: Result | null;
  readonly bug: string | null;
  readonly journal: Journal;
};

function passEnded({ pass: number, askedBy, at, startedAt, result, bug, journal }: End): JournalEntry {
  return {
    type: 'pass-ended',
    at,
    pass: number,
    askedBy,
    attempted: result?.attempted ?? null,
    applied: lastApplied(journal.entries())?.revision ?? null,
    planHash: result?.plan?.hash ?? null,
    outcome: result?.outcome ?? 'incomplete',
    counts: result === null ? { planned: 0, applied: 0, failed: 0, skipped: 0, effects: 0, held: 0, drift: 0 } : countsOf(result),
    milliseconds: Date.parse(at) - startedAt.getTime(),
    message: result?.message ?? bug,
  };
}

function tellChange(deps: DaemonDeps, { type, change, error, requestId }: ApplyEvent): void {
  if (type === 'started') return;
  const fields = { key: change.key, action: change.action, requestId };
  if (type === 'failed') deps.log.error({ ...fields, error }, 'a change failed');
  else deps.log.info({ ...fields, ...(error === undefined ? {} : { reason: error }) }, `change ${type}`);
}

function tellLog(deps: DaemonDeps, number: number, result: Result): void {
  const { outcome, message, attempted: revision, plan } = result;
  const fields = {
    pass: number,
    outcome,
    revision,
    planHash: plan?.hash ?? null,
    ...countsOf(result),
    ...(message === null ? {} : { message }),
  };
  const calm = outcome === 'in-sync' || outcome === 'applied' || outcome === 'pending';
  (calm ? deps.log.info : deps.log.warn)(fields, 'pass ended');
  for (const { rule, message: text, limit, actual } of plan?.violations ?? []) deps.log.warn({ rule, limit, actual }, text);
  for (const { rule, message: text, file, line, column } of result.diagnostics) deps.log.warn({ rule, file, line, column }, text);
  for (const { operation, kind, message: text, advice } of result.failures) deps.log.warn({ operation, kind, advice }, text);
}
