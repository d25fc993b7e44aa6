import { asksForChanges, type ChangeRecord, type PassFilter, type PassRecord } from '../model/pass-history.ts';
import { grouped } from '../report/credits-figure.ts';
import { callsOf } from '../report/history-csv.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { count } from '../report/summary.ts';
import { span } from './moment.ts';
import { revisionText } from './now-fact.ts';
import { address } from './paging.ts';
import { personPath } from './person-path.ts';
import { type Column, frame, row } from './table.ts';
import type { Tone } from './verdict.ts';

/** Changes that are shown below a pass in the list; its own page has all of them. */
const MOST_CHANGES = 25;

const TONES: Readonly<Record<string, Tone>> = {
  'in-sync': 'good',
  applied: 'good',
  pending: 'warn',
  incomplete: 'warn',
  refused: 'bad',
  invalid: 'bad',
  unreachable: 'bad',
  succeeded: 'good',
  skipped: 'warn',
  failed: 'bad',
};

/** A word in the colour of what it means. */
export function tag(word: string): Html {
  return html`<span class="tag ${TONES[word] ?? ''}">${word}</span>`;
}

/** `0.4 s`, `12 s`, `3 min`. */
export function duration(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : span(milliseconds);
}

/** What a pass did, in a few words. */
export function whatOf({ counts, changes, outcome }: PassRecord): string {
  if (outcome === null) return changes.length === 0 ? 'nothing was sent' : `${count(changes.length, 'change', 'changes')} taken up`;
  if (counts === null || counts.planned === 0) return 'no changes';
  const { planned, applied, failed, skipped } = counts;
  const parts = [
    applied > 0 ? `${grouped(applied)} applied` : '',
    failed > 0 ? `${grouped(failed)} failed` : '',
    skipped > 0 ? `${grouped(skipped)} skipped` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? `${grouped(planned)} planned` : `${parts.join(', ')} of ${grouped(planned)}`;
}

/** True for a pass of which there is nothing to say but that all was well. */
export function isQuiet({ outcome, changes, counts, override }: PassRecord): boolean {
  return outcome === 'in-sync' && changes.length === 0 && (counts?.held ?? 0) === 0 && (counts?.drift ?? 0) === 0 && override === null;
}

/** A pass on one line, which unfolds to everything that is known of it. `isOpen` for one that was asked for. */
export function passItem(record: PassRecord, filter: PassFilter, isOpen: boolean): Html {
  const { pass, at, outcome, askedBy, milliseconds } = record;
  const took = milliseconds === null ? '' : duration(milliseconds);
  const more = record.changes.length - MOST_CHANGES;
  const all =
    more <= 0
      ? NOTHING
      : html`<p class="more"><a href="${address('/history', { ...onlyChanges(filter), pass: String(pass) })}">All ${grouped(record.changes.length)} changes of pass ${pass}</a></p>`;
  return html`<li><details class="pass" id="pass-${pass}"${isOpen ? html` open` : NOTHING}><summary><time datetime="${at}">${at.slice(11, 16)}</time> ${tag(outcome ?? 'unfinished')} <span class="what">${whatOf(record)}</span> <span class="by">${askedBy.join('; ')}</span> <span class="took">${took}</span> <span class="id">#${pass}</span></summary><div class="inside">${passFacts(record)}${changeTable(`changes-of-${pass}`, record.changes.slice(0, MOST_CHANGES), asksForChanges(filter))}${all}</div></details></li>`;
}

function onlyChanges({ profile, person, key }: PassFilter): Readonly<Record<string, string>> {
  return { profile, person, key };
}

/** The facts of a pass, whatever it did. */
export function passFacts(record: PassRecord): Html {
  const { startedAt, at, outcome, askedBy, mode, attempted, applied, planHash, milliseconds, message, violations, override, counts } =
    record;
  const when = (text: string): Html => html`<time datetime="${text}">${text.replace('T', ' ').slice(0, 19)}</time>`;
  const none = html`<span class="none">not kept</span>`;
  const span =
    outcome === null
      ? html`began ${when(at)}; it is running, or the process died in it`
      : html`${startedAt === null ? NOTHING : html`${when(startedAt)} to `}${when(at)}${milliseconds === null ? NOTHING : `, ${duration(milliseconds)}`}`;
  const { held = 0, drift = 0 } = counts ?? {};
  const besides = [held > 0 ? `${grouped(held)} held` : '', drift > 0 ? `${grouped(drift)} drift` : '']
    .filter((part) => part !== '')
    .join(', ');
  const facts: readonly (readonly [string, Html])[] = [
    ...(message === null ? [] : [['Why', html`${message}`] as const]),
    ...violations.map((each) => [`Guard ${each.rule}`, html`${each.message}`] as const),
    ...(override === null ? [] : [['Past windows', html`${override.owner}: ${override.reason} (${override.windows.join(', ')})`] as const]),
    ['Asked by', askedBy.length === 0 ? none : html`${askedBy.join('; ')}`],
    ['When', span],
    ['Revision', attempted === null ? none : revisionText(attempted)],
    ...(applied === null || applied === attempted ? [] : [['Applied then', revisionText(applied)] as const]),
    ['Plan hash', planHash === null ? html`<span class="none">no plan</span>` : html`<code>${planHash}</code>`],
    ...(mode === null ? [] : [['Mode', html`${mode}`] as const]),
    ...(besides === '' ? [] : [['Besides', html`${besides}`] as const]),
    ['API calls', callText(record)],
  ];
  return html`<dl class="facts">${join(facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>`;
}

function callText(record: PassRecord): Html {
  const total = callsOf(record);
  if (record.calls === null || total === null) return html`<span class="none">not kept</span>`;
  const each = Object.entries(record.calls).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`${grouped(total)}${total === 0 ? NOTHING : html` <span class="soft">(${each.map(([operation, times]) => `${operation} ${grouped(times)}`).join(', ')})</span>`}`;
}

const COLUMNS: readonly Column[] = [
  'Change',
  'Profile',
  'Result',
  { name: 'When', kind: 'date' },
  'Request id',
  { name: 'What came back', kind: 'text' },
];

/** Changes with what came of each; nothing without any. */
export function changeTable(id: string, changes: readonly ChangeRecord[], areMatching: boolean): Html {
  if (changes.length === 0) return NOTHING;
  const rows = join(changes.map((change) => row(COLUMNS, changeCells(change))));
  return frame(id, areMatching ? 'Changes that match' : 'Changes', COLUMNS, rows);
}

function changeCells({ key, action, profile, userId, result, effect, at, requestId, error }: ChangeRecord): readonly (string | Html)[] {
  const sign =
    action === 'create' ? html`<span class="sign down" title="create">+</span>` : html`<span class="sign up" title="delete">−</span>`;
  const name = userId === null ? html`${key}` : html`<a href="${personPath(userId)}">${key}</a>`;
  const words = result === 'started' ? 'cut short' : result;
  const back = error ?? (result === 'succeeded' && !effect ? 'It was so already.' : '');
  return [
    html`${sign} ${name}`,
    profile,
    tag(words),
    html`<time datetime="${at}">${at.slice(11, 19)}</time>`,
    requestId === null ? '' : html`<code>${requestId}</code>`,
    back,
  ];
}
