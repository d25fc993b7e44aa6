import type { JournalEntry } from '../model/journal.ts';
import { failing } from '../model/journal-state.ts';
import type { EventName } from '../model/notification.ts';
import { changesOf } from '../model/plan.ts';
import { factId, type Problem, plain, withoutPerson } from './fact.ts';
import { isDriftKnown, ofDaemon, ofJournal, ofReport } from './problem-daemon.ts';
import type { PassFound, Situation } from './situation.ts';

/** Everything that stands now, whoever wants to hear of it. */
export function problems(s: Situation): readonly Problem[] {
  return [...ofPass(s), ...ofPlan(s), ...ofJournal(s), ...ofDaemon(s), ...ofReport(s)];
}

/** Whether the situation says all about an event: what a pass could not find out is neither there nor over. */
export function judges({ last, bug, reportFailures, budgets }: Situation): (event: EventName) => boolean {
  return (event) => {
    switch (event) {
      case 'refused':
      case 'manual':
      case 'missed-window':
      case 'quarantined':
      case 'window-loss':
      case 'pending':
        return last !== null && last.plan !== null;
      case 'invalid':
      case 'history-rewritten':
      case 'signature':
        return last !== null && (last.plan !== null || last.diagnostics.length > 0);
      case 'incomplete':
        return last !== null && ['in-sync', 'applied', 'incomplete'].includes(last.outcome);
      case 'drift':
        return isDriftKnown(last);
      case 'unreachable':
        return last !== null;
      case 'bug':
        return last !== null || bug !== null;
      case 'report':
        return reportFailures !== null;
      case 'budget':
        return budgets !== null;
      default:
        return true;
    }
  };
}

/** Commits that were not signed as they must be. */
const SIGNATURES = new Set([
  ...['unsigned-commit', 'bad-signature', 'unknown-signer', 'expired-key', 'revoked-key', 'unsupported-signature', 'too-many-commits'],
]);

function ofPass({ last, entries }: Situation): readonly Problem[] {
  if (last === null) return [];
  const { outcome, diagnostics, failures, message } = last;
  const since = outcomeSince(entries, outcome);
  const found: Problem[] = diagnostics.map(({ rule, file, line, message: named }) => {
    const event = rule === 'history-rewritten' ? rule : SIGNATURES.has(rule) ? 'signature' : 'invalid';
    const text = file === undefined ? `${rule}.` : `${rule} in ${file}, line ${line}.`;
    return {
      id: event === 'history-rewritten' ? event : factId(event, rule),
      event,
      since,
      text,
      named: file === undefined ? named : `${file}:${line} ${named}`,
    };
  });
  if (outcome === 'invalid' && diagnostics.length === 0) found.push(plain('invalid', since, 'The pass ended as invalid.', message));
  for (const { operation, kind, message: named } of failures)
    found.push({ id: factId('unreachable', operation), event: 'unreachable', since, text: `${operation}: ${kind}.`, named });
  if (outcome === 'incomplete') found.push(plain('incomplete', since, countsText(entries, last), message));
  return found;
}

function countsText(entries: readonly JournalEntry[], { pass }: PassFound): string {
  const counts = entries.findLast((entry) => entry.type === 'pass-ended' && entry.pass === pass);
  if (counts?.type !== 'pass-ended') return 'The pass did not end as it should.';
  const { applied, failed, skipped, planned } = counts.counts;
  return `${applied} applied, ${failed} failed and ${skipped} skipped of ${planned} planned changes.`;
}

/** When the newest passes began to end like this; null when no pass did. */
export function outcomeSince(entries: readonly JournalEntry[], outcome: string): string | null {
  let since: string | null = null;
  for (const entry of [...entries].reverse()) {
    if (entry.type !== 'pass-ended') continue;
    if (entry.outcome !== outcome) break;
    since = entry.at;
  }
  return since;
}

function ofPlan({ last, entries, windowLosses }: Situation): readonly Problem[] {
  if (last === null || last.plan === null) return [];
  const { plan, outcome, message } = last;
  const since = outcomeSince(entries, outcome);
  const wanted = new Set(changesOf(plan).map((change) => change.key));
  const waiting = wanted.size === 1 ? '1 change is waiting' : `${wanted.size} changes are waiting`;
  return [
    ...plan.violations.map(({ rule, limit, actual, message: named }): Problem => {
      const numbers = limit === null || actual === null ? '' : ` (${actual}, limit ${limit})`;
      return {
        id: factId('refused', rule),
        event: 'refused',
        since: outcome === 'refused' ? since : null,
        text: `${rule}${numbers}.`,
        named,
      };
    }),
    ...(outcome === 'pending' ? [plain('pending', since, `${waiting}.`, `${waiting}. ${message ?? ''}`.trim())] : []),
    ...plan.manual.map(
      ({ profile, key, text }): Problem => ({
        id: factId('manual', profile, key),
        event: 'manual',
        since: null,
        text: stepText(key, text),
        named: text,
      }),
    ),
    ...windowLosses.map(
      ({ profile, month, message: text }): Problem => ({
        id: factId('window-loss', month, profile),
        event: 'window-loss',
        since: null,
        text,
        named: text,
      }),
    ),
    ...plan.warnings.filter(({ rule }) => rule === 'missed-window').map(missed),
    ...[...failing(entries)]
      .filter(([key, { count }]) => count > 1 && wanted.has(key))
      .map(([key, { since: first, count, error }]): Problem => {
        const words = (of: string) => `${of} failed ${count} times in a row`;
        return {
          ...{ id: factId('quarantined', key), event: 'quarantined', since: first },
          ...{ text: `${words(withoutPerson(key))}.`, named: `${words(key)}: ${error ?? 'no reason given'}` },
        };
      }),
  ];
}

/** What a step says before its first semicolon is the console's path; after it, and in steps of other kinds, people may be named. */
function stepText(key: string, text: string): string {
  const [path = ''] = text.split(';');
  return path.startsWith('Kiro console, ') ? `${path}.` : `${key}: the status says what.`;
}

function missed({ file, line, message }: { readonly file?: string; readonly line?: number; readonly message: string }): Problem {
  const text = file === undefined ? 'A seat was kept past its end.' : `A seat was kept past the end that ${file} says in line ${line}.`;
  return { id: factId('missed-window', message), event: 'missed-window', since: null, text, named: message };
}
