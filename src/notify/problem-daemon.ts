import { contested, openDrift, suspension } from '../model/journal-state.ts';
import { factId, type Problem, plain, withoutPerson } from './fact.ts';
import type { PassFound, Situation } from './situation.ts';

/**
 * False while drift is live against the configuration, since no seat set was recorded yet: all that the first pass has to
 * do would be drift.
 */
export function isDriftKnown(last: PassFound | null): boolean {
  return last?.drift?.base === 'record';
}

/** What the journal says to stand, whether a pass has ended in this process or not. */
export function ofJournal({ entries, now, last }: Situation): readonly Problem[] {
  const pause = suspension(entries, now);
  return [
    ...(isDriftKnown(last) ? [...openDrift(entries).values()] : []).map(({ key, kind, profile, at }): Problem => {
      const words = (of: string) => `${kind} in ${profile}: ${of}.`;
      return { id: factId('drift', key), event: 'drift', since: at, text: words(withoutPerson(key)), named: words(key) };
    }),
    ...[...contested(entries).values()].map(
      ({ key, at }): Problem => ({
        id: factId('contested', key),
        event: 'contested',
        since: at,
        text: `${withoutPerson(key)}.`,
        named: `${key}.`,
      }),
    ),
    ...(pause === null
      ? []
      : [
          {
            ...({ id: factId('suspended', pause.at), event: 'suspended', since: pause.at, text: `Until ${pause.until}.` } as const),
            named: `By ${pause.owner} until ${pause.until}: ${pause.reason}`,
          },
        ]),
  ];
}

/** Trouble of the daemon itself. */
export function ofDaemon({ settingsProblems, bug, unwritable, lockLost, overdueSince }: Situation): readonly Problem[] {
  const since = overdueSince?.toISOString() ?? null;
  return [
    ...(settingsProblems.length === 0
      ? []
      : [plain('settings', null, 'The log and the status say what is wrong.', settingsProblems.join(' '))]),
    ...(bug === null ? [] : [plain('bug', null, 'The log says where.', bug)]),
    ...(unwritable === null ? [] : [plain('journal', null, 'Its last problem is in the status.', unwritable)]),
    ...(lockLost === null ? [] : [plain('lock', null, 'Its last problem is in the log.', lockLost)]),
    ...(since === null ? [] : [plain('overdue', since, `The pass that was due at ${since} has not ended.`)]),
  ];
}

/** What the credits report did not do, and what it says of budgets. */
export function ofReport({ reportFailures, budgets }: Situation): readonly Problem[] {
  return [
    ...(reportFailures ?? []).map(
      ({ step, message }): Problem => ({
        id: factId('report', step),
        event: 'report',
        since: null,
        text: `It could not be ${STEPS.get(step) ?? step}.`,
        named: message,
      }),
    ),
    ...(budgets ?? []).map(({ name, monthlyUsd, forecastUsd, exceededOn }): Problem => {
      const when = exceededOn === null ? '' : ` on ${exceededOn}`;
      const expected = forecastUsd === null ? '' : `: ${money(forecastUsd)} are expected`;
      const text = `${name} (${money(monthlyUsd)} a month)${when}${expected}.`;
      return { id: factId('budget', name), event: 'budget', since: null, text, named: text };
    }),
  ];
}

const STEPS: ReadonlyMap<string, string> = new Map([
  ['make', 'made'],
  ['keep', 'kept in the state directory'],
  ['directory', 'written to a folder'],
  ['s3', 'written to S3'],
]);

function money(usd: number): string {
  return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
}
