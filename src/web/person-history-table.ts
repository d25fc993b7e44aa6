import type { PersonEvent } from '../daemon/person-history.ts';
import { groupOf } from '../model/key.ts';
import type { Commit } from '../ports.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { approved } from './commit-text.ts';
import { tag } from './history-pass.ts';
import { address } from './paging.ts';
import { type Column, frame, row } from './table.ts';

const COLUMNS: readonly Column[] = [
  'When',
  { name: 'What', kind: 'text' },
  'Result',
  'Asked by',
  { name: 'Approved in', kind: 'text' },
  'Request id',
  'Pass',
];

/** Events of one person that a page shows; the History page has the others. */
const MOST_EVENTS = 100;

type Setting = { readonly reach: string | null; readonly commits: ReadonlyMap<string, Commit> };

/** What happened to a person's seats, newest first: who asked, by which revision, and the request id of each call. */
export function historyTable(events: readonly PersonEvent[], { reach, commits }: Setting): Html {
  const since =
    reach === null ? 'No complete pass has recorded seats yet.' : `The record of seats begins at ${reach.slice(0, 16).replace('T', ' ')}.`;
  if (events.length === 0) return html`<p class="none">Nothing is known. ${since}</p>`;
  const rows = events.slice(0, MOST_EVENTS).map((event) => row(COLUMNS, cells(event, commits)));
  const cut =
    events.length > MOST_EVENTS ? html`<p class="none">${events.length - MOST_EVENTS} older ones are left out here.</p>` : NOTHING;
  return html`${frame('seat-history', html`Changes of seats <span class="count">(${events.length})</span>`, COLUMNS, join(rows))}${cut}<p class="soft">${since}</p>`;
}

function cells(event: PersonEvent, commits: ReadonlyMap<string, Commit>): readonly (Html | string)[] {
  const { at, change, times, askedBy, revision, pass } = event;
  const often = times > 1 ? html` <span class="soft">×${grouped(times)}</span>` : NOTHING;
  const result =
    change === null
      ? html`<span class="soft">recorded</span>`
      : html`${tag(change.result === 'started' ? 'cut short' : change.result)}${often}`;
  const error = change?.error ?? null;
  return [
    html`<time class="plain" datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)}</time>`,
    html`${what(event)}${error === null ? NOTHING : html`<br><span class="soft">${error}</span>`}`,
    result,
    askedBy === null ? html`<span class="none">${pass === null ? '' : 'not kept'}</span>` : askedBy.join('; '),
    revision === null ? '' : approved(revision, commits),
    change?.requestId ? html`<code>${change.requestId}</code>` : '',
    pass === null ? '' : html`<a href="${address('/history', { pass: String(pass) })}">${pass}</a>`,
  ];
}

function what({ seat, change }: PersonEvent): string {
  if (seat !== null) {
    const tier = seat.seat.grant?.tier ?? seat.seat.group;
    const why = seat.seat.grant === undefined ? '' : `: ${seat.seat.grant.why}`;
    const here = `${tier} in ${seat.seat.profile}`;
    if (seat.what === 'given') return `Got ${here}${why}`;
    if (seat.what === 'ended') return `Lost ${here}`;
    if (seat.what === 'recorded') return change !== null ? `Got ${here}${why}` : `Had ${here} when the record began${why}`;
    return `Keeps ${here}, now by ${seat.seat.grant?.assignment ?? 'no assignment'}${why}`;
  }
  if (change === null) return '';
  return `${change.action === 'create' ? 'Add to' : 'Remove from'} ${groupOf(change.key)} in ${change.profile}`;
}
