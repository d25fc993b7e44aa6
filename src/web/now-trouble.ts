import type { Diagnostic } from '../model/diagnostic.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { count } from '../report/summary.ts';
import { sentence } from './code-span.ts';
import { command } from './command.ts';
import { moment } from './moment.ts';
import type { Now } from './now-page.ts';
import { someOf, type Todo } from './todo.ts';

const IN_STATUS = html`<a href="/api/status">the status</a> has all.`;

/** What keeps passes from ending well: the policy's files, remotes, the journal, changes that fail or are reversed, reports. */
export function troubles({ status }: Now): readonly Todo[] {
  const { diagnostics, failures, quarantined, contested, journal, reports, now } = status;
  return [
    ...some('diagnostics', 'bad', 'Policy', diagnostics, (n) => `${count(n, 'problem', 'problems')} in the policy`, diagnosticText),
    ...some(
      'failures',
      'bad',
      'No answer',
      failures,
      (n) => `${count(n, 'operation', 'operations')} did not answer as wanted`,
      (each) => {
        const request = each.requestId === null ? NOTHING : html` <span class="soft">Request ${each.requestId}.</span>`;
        return html`<code>${each.operation}</code> ${sentence(`${each.message} ${each.advice}`)}${request}`;
      },
    ),
    ...journalTodo(journal),
    ...some(
      'settings',
      'bad',
      'Settings',
      status.settings.problems,
      () => 'The changed settings are not in force',
      sentence,
      html`<p class="soft">Those read ${moment(status.settings.loadedAt, now)} are. Correct the file, then send SIGHUP again.</p>`,
    ),
    ...some(
      'restart',
      'quiet',
      'Settings',
      status.settings.needsRestart,
      () => 'Some settings wait for a restart',
      (each) => html`<code>${each}</code>`,
    ),
    ...some(
      'lost-removals',
      'warn',
      'Windows',
      status.lostRemovals,
      () => 'Windows keep month-end removals from being applied in time',
      (each) => sentence(each.message),
    ),
    ...some(
      'unknown-profiles',
      'quiet',
      'Windows',
      status.windows.flatMap(({ name, unknownProfiles }) => unknownProfiles.map((profile) => ({ name, profile }))),
      () => 'Windows that name profiles which the policy does not have',
      ({ name, profile }) => html`window ${name}: ${profile}`,
    ),
    ...some(
      'contested',
      'bad',
      'Contested',
      contested,
      (n) => `Somebody else keeps reversing ${count(n, 'seat', 'seats')}`,
      (each) => html`<code>${each.key}</code> since ${moment(each.since, now)}`,
      html`<p class="soft">Find out who: then change the policy, or stop the other side. It is settled when the policy changes or live agrees for 24 hours.</p>`,
    ),
    ...some(
      'quarantined',
      'warn',
      'Quarantined',
      quarantined,
      (n) => `${count(n, 'change keeps', 'changes keep')} failing; others go on`,
      (each) =>
        html`<code>${each.key}</code> failed ${each.failures} times since ${moment(each.since, now)}, next try ${moment(each.retryAt, now)}${each.error === null ? NOTHING : html`<br>${sentence(each.error)}`}`,
    ),
    ...some(
      'forge',
      'warn',
      'Forge',
      status.forge?.failures ?? [],
      () => 'The outcome could not be posted to the forge',
      (each) => html`<code>${each.operation}</code> ${sentence(`${each.message} ${each.advice}`)}`,
    ),
    ...some(
      'reports',
      'warn',
      'Credits report',
      reports?.troubles ?? [],
      () => 'What the last report could not do',
      (each) => html`${each.to === null ? NOTHING : html`<code>${each.to}</code> `}${sentence(`${each.message} ${each.advice}`)}`,
    ),
  ];
}

function some<T>(
  id: string,
  tone: Todo['tone'],
  kind: string,
  list: readonly T[],
  title: (count: number) => string,
  text: (each: T) => Html,
  after: Html = NOTHING,
): readonly Todo[] {
  if (list.length === 0) return [];
  return [{ id, tone, kind, title: title(list.length), body: html`${someOf(id, list, text, IN_STATUS)}${after}` }];
}

function diagnosticText({ file, line, column, rule, message }: Diagnostic): Html {
  const place = file === undefined ? NOTHING : html`<code>${file}:${line ?? 1}:${column ?? 1}</code> `;
  return html`${place}${sentence(message)} <span class="soft">(${rule})</span>`;
}

/** A journal that cannot be written stops all applying; what was repaired in it is only worth knowing. */
function journalTodo({ writable, fresh, problems }: Now['status']['journal']): readonly Todo[] {
  if (writable && problems.length === 0) return [];
  const list =
    problems.length === 0 ? NOTHING : html`<ul>${join(problems.slice(-10).map((each) => html`<li>${sentence(each)}</li>`))}</ul>`;
  const begun = fresh ? html`<p>It began with this process: drift and first sightings start anew.</p>` : NOTHING;
  const mend = writable
    ? NOTHING
    : html`<p>Nothing is applied until it can be written. Mend the disk of stateDir, then:</p>${command('kirosync reconcile', 'Ask for a pass')}`;
  return [
    {
      id: 'journal',
      tone: writable ? 'quiet' : 'bad',
      kind: 'Journal',
      title: writable ? 'The journal had to be repaired' : 'The journal cannot be written',
      body: html`${list}${begun}${mend}`,
    },
  ];
}
