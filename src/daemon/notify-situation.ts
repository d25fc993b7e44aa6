import { createHash } from 'node:crypto';
import { lastApplied } from '../model/journal-state.ts';
import type { Facts } from '../notify/fact.ts';
import type { Context } from '../notify/message.ts';
import { moments } from '../notify/moment.ts';
import { judges, problems } from '../notify/problem.ts';
import type { OverBudget, PolicyPart, ReportFailure, Situation } from '../notify/situation.ts';
import type { Daemon } from './daemon.ts';
import { changedParts, digests, policyChanges } from './digest.ts';
import { lostRemovals } from './window-loss.ts';

/** What of the credits reports a notifier has heard since the start; null before it heard anything. */
export type Heard = { readonly failures: readonly ReportFailure[] | null; readonly budgets: readonly OverBudget[] | null };

/** A pass that is so late is stuck; `/readyz` says so from then on too. */
const GRACE_MS = 3_600_000;

/** Everything that there is to tell now. */
export function factsOf(daemon: Daemon, heard: Heard): Facts {
  const situation = situationOf(daemon, heard);
  return { problems: problems(situation), moments: moments(situation), judges: judges(situation) };
}

function situationOf(daemon: Daemon, { failures, budgets }: Heard): Situation {
  const { journal, now, lockLost, loaded, settings } = daemon.deps;
  const latest = daemon.latest();
  const bug = daemon.bug();
  return {
    now: now(),
    entries: journal.entries(),
    last: latest === null ? null : { ...latest.result, pass: latest.pass, finishedAt: latest.finishedAt },
    bug,
    unwritable: journal.writable ? null : (journal.problems.at(-1) ?? 'The journal cannot be written.'),
    lockLost: lockLost(),
    settingsProblems: loaded?.().problems ?? [],
    overdueSince: bug === null ? overdueSince(daemon) : null,
    reportFailures: failures,
    budgets,
    windowLosses: lostRemovals(daemon.planned()?.result ?? null, settings.windows, now()),
    policyParts: policyParts(daemon),
  };
}

function overdueSince(daemon: Daemon): Date | null {
  const latest = daemon.latest();
  const due = latest === null ? daemon.startedAt : latest.nextDue;
  return due !== null && daemon.deps.now().getTime() - due.getTime() > GRACE_MS ? due : null;
}

/** Changes of what bounds the policy: of the revision that is attempted, and of those that were applied. */
function policyParts(daemon: Daemon): readonly PolicyPart[] {
  const entries = daemon.deps.journal.entries();
  const { configuration = null, attempted = null } = daemon.planned()?.result ?? {};
  const applied = policyChanges(entries).map(({ revision, at, parts }) => {
    const entry = entries.findLast((each) => each.type === 'applied' && each.at === at);
    return { id: idOf(parts, entry?.type === 'applied' ? entry.digests : {}), revision, at, parts };
  });
  const parts = configuration === null ? [] : changedParts(configuration, lastApplied(entries)?.digests ?? null);
  // From when the revision was met first, so that one that waits for days stays one piece of news.
  const met = entries.find((each) => each.type === 'pass-ended' && each.attempted === attempted);
  if (configuration === null || parts.length === 0 || met === undefined) return applied;
  return [{ id: idOf(parts, digests(configuration)), revision: attempted, at: met.at, parts }, ...applied];
}

function idOf(parts: readonly string[], after: Readonly<Record<string, string>>): string {
  const said = new Map(Object.entries(after));
  return createHash('sha256')
    .update(JSON.stringify(parts.map((part) => [part, said.get(part)])))
    .digest('hex')
    .slice(0, 32);
}

/** How the daemon stands, for the foot of a message. */
export function contextOf(daemon: Daemon): Context {
  const { settings, journal } = daemon.deps;
  const latest = daemon.latest();
  const repository =
    (settings.git?.url ?? '')
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  return {
    source: `${repository}@${settings.git?.branch ?? ''}`,
    mode: settings.mode,
    outcome: daemon.bug() === null ? (latest?.result.outcome ?? null) : 'incomplete',
    pass: latest?.pass ?? null,
    attempted: latest?.result.attempted ?? null,
    applied: lastApplied(journal.entries())?.revision ?? null,
  };
}
