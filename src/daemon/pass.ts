import { PassError } from '../errors.ts';
import { EXIT_BUG } from '../exit.ts';
import type { JournalEntry } from '../model/journal.ts';
import { agreed, contested, lastApplied, nextPass, recentRemovals, seatRecord } from '../model/journal-state.ts';
import type { Key } from '../model/key.ts';
import type { Live } from '../model/live.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import type { DirectoryWriter, Journal } from '../ports.ts';
import { type PassDeps, type Result, reconcile } from '../reconcile.ts';
import { attachmentEntries, unsettled } from './attachment.ts';
import { callsSince } from './calls.ts';
import { contest } from './contest.ts';
import type { DaemonDeps, Ended } from './deps.ts';
import { withoutEnded } from './ended.ts';
import { changeEntry, countsOf, countsOfEntries, driftEntries, resultEntries } from './entry.ts';
import type { Turn } from './loop.ts';
import { overrideEntries } from './override.ts';
import { policy } from './policy.ts';
import { refrains } from './refrain.ts';
import { restraint, skipping, waits } from './restraint.ts';
import { tellChange, tellLog } from './tell.ts';

/** One pass with its book-keeping: the journal is told before anything is written and again at the end, also of a bug. */
export async function pass(deps: DaemonDeps, turn: Turn, signal: AbortSignal): Promise<Omit<Ended, 'calls' | 'nextDue'>> {
  const { journal, settings, log } = deps;
  const startedAt = deps.now();
  const before = deps.calls();
  const number = nextPass(journal.entries());
  const askedBy = turn.asks.map((ask) => `${ask.by}: ${ask.reason}`);
  const overrides = overrideEntries(turn, settings, number, startedAt);
  for (const { owner, reason, windows } of overrides)
    log.warn({ pass: number, owner, reason, windows }, 'this pass is let past the change windows');
  // The journal finds out here whether it can be written, so that the answer below is of now.
  await journal.append({ type: 'pass-started', at: startedAt.toISOString(), pass: number, askedBy, mode: settings.mode }, ...overrides);
  const reason = restraint({
    settings,
    entries: journal.entries(),
    journalWritable: journal.writable,
    lockLost: deps.lockLost(),
    now: startedAt,
  });
  const end = async (result: Result | null, bug: Bug | null) => {
    const at = deps.now().toISOString();
    const entries = journal.entries();
    const found = result?.drift ?? null;
    const left = result === null ? [] : resultEntries(entries, result, number, at, reason === null);
    await journal.append(...(found === null ? [] : driftEntries(entries, found, at)), ...left);
    await journal.append(
      passEnded({ pass: number, askedBy, at, startedAt, result, bug, journal, calls: callsSince(before, deps.calls()) }),
    );
  };
  let result: Result;
  try {
    result = await reconcile(passDeps(deps, { number, reason, startedAt, overridden: overrides.length > 0 }), signal);
    await end(result, null);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const attempted = error instanceof PassError ? error.attempted : null;
    await end(null, { message: `A bug in kirosync (${EXIT_BUG}): ${words}`, attempted });
    throw error;
  }
  const finishedAt = deps.now();
  const seconds = Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000;
  const by = [...new Set(turn.asks.map((ask) => ask.by))];
  tellLog(deps, { pass: number, askedBy: by, seconds, calls: callsSince(before, deps.calls()), result });
  return { pass: number, startedAt, finishedAt, result };
}

/** What ended a pass that has no result. */
type Bug = { readonly message: string; readonly attempted: string | null };

type PassState = {
  readonly number: number;
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly overridden: boolean;
};

function passDeps(deps: DaemonDeps, { number, reason, startedAt, overridden }: PassState): PassDeps {
  const { journal, settings } = deps;
  const entries = journal.entries();
  const applied = lastApplied(entries)?.revision ?? null;
  const byProfile = { settings, overridden, now: deps.now };
  let seen: Live | null = null;
  return {
    fetch: (signal) => policy({ source: deps.source, applied, accepted: deps.accepted }, signal),
    observe: async (scope, signal) => {
      seen = withoutEnded(await deps.observe(scope, signal), journal.entries());
      return seen;
    },
    writer: (scope, live) => journalled(deps.writer(scope, live), journal, deps.lockLost),
    usageTiers: async (configuration, live, signal) => (await deps.usageTiers?.(configuration, live, signal)) ?? new Map(),
    operator: settings,
    blobs: deps.blobs ?? new Map(),
    now: deps.now,
    emit: (event, plan) => {
      void journal.append(changeEntry(event, plan, number, deps.now().toISOString()));
      tellChange(deps, number, event);
    },
    standing: {
      record: seatRecord(entries),
      recentRemovals: recentRemovals(entries, startedAt),
      restraint: reason,
      waits: (profile) => waits(byProfile, profile),
      refrains: (configuration, earlier) => refrains(deps, configuration, earlier),
      skip: (plan, revision, found) => {
        void journal.append(...contestEntries(deps, plan, revision, seen));
        const { overlapHours } = settings;
        void journal.append(...attachmentEntries({ entries: journal.entries(), found, now: deps.now(), overlapHours }));
        const late = unsettled({ entries: journal.entries(), found, overlapHours });
        return skipping({ ...byProfile, entries: journal.entries() }, late);
      },
    },
  };
}

/** What a plan tells about contested keys: reversals, settlements, and since when live agrees about each. */
function contestEntries(deps: DaemonDeps, plan: Plan, revision: string | null, live: Live | null): readonly JournalEntry[] {
  const now = deps.now();
  const at = now.toISOString();
  const entries = deps.journal.entries();
  const since = agreed(entries);
  const agreedSince = new Map([...since].map(([key, entry]) => [key, new Date(entry.at)]));
  const found = contest({ entries, plan, revision, now, agreedSince, actorOf: actorOf(plan, live) });
  const wanted = new Set(changesOf(plan).map((change) => change.key));
  const open = [...contested([...entries, ...found]).keys()];
  return [
    ...found,
    ...open.filter((key) => !wanted.has(key) && !since.has(key)).map((key) => ({ type: 'agreed', at, key }) satisfies JournalEntry),
    ...open.filter((key) => wanted.has(key) && since.has(key)).map((key) => ({ type: 'disagreed', at, key }) satisfies JournalEntry),
  ];
}

/** Who made the membership that a plan is to remove again; the directory does not say who removed one. */
function actorOf(plan: Plan, live: Live | null): (key: Key) => string | null {
  const makers = new Map(live?.memberships.map(({ id, createdBy }) => [id, createdBy]));
  const ends = new Map(changesOf(plan).flatMap((change) => (change.action === 'delete' ? [[change.key, change.membershipId]] : [])));
  return (key) => makers.get(ends.get(key) ?? '') ?? null;
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
  readonly bug: Bug | null;
  readonly journal: Journal;
  readonly calls: Readonly<Record<string, number>>;
};

function passEnded({ pass: number, askedBy, at, startedAt, result, bug, journal, calls }: End): JournalEntry {
  return {
    type: 'pass-ended',
    at,
    pass: number,
    askedBy,
    attempted: result?.attempted ?? bug?.attempted ?? null,
    applied: lastApplied(journal.entries())?.revision ?? null,
    planHash: result?.plan?.hash ?? null,
    outcome: result?.outcome ?? 'incomplete',
    counts: result === null ? countsOfEntries(journal.entries(), number) : countsOf(result),
    // A clock that was set back meanwhile tells nothing about how long it took.
    milliseconds: Math.max(0, Date.parse(at) - startedAt.getTime()),
    calls,
    message: result?.message ?? bug?.message ?? null,
  };
}
