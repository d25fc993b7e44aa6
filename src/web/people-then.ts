import type { Daemon } from '../daemon/daemon.ts';
import { seatsAt } from '../daemon/seat-history.ts';
import type { RecordedSeat } from '../model/drift.ts';
import { dollars } from '../model/money.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { endOfDay, unknownDay } from './as-of.ts';
import { revisionText } from './now-fact.ts';
import { address, cut, pager } from './paging.ts';
import { personPath } from './person-path.ts';
import { type Column, frame, row } from './table.ts';

/** Who had which seat at the end of a day, by the record; the CSV for an access review has external seats and held drift beside it. */
export function peopleThen({ deps }: Pick<Daemon, 'deps'>, day: string, query: Readonly<Record<string, string>>): Html {
  const q = (query['q'] ?? '').slice(0, 300);
  const then = seatsAt(deps.journal.entries(), endOfDay(day));
  const head = html`${form(day, q)}<p><a href="/people">People now</a></p>`;
  if (!then.ok) return html`${head}${unknownDay(day, then.since)}`;
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const seats = then.seats.filter((seat) => words.every((word) => textOf(seat).includes(word)));
  const shown = cut(
    seats.toSorted((a, b) => (a.user < b.user ? -1 : a.user > b.user ? 1 : 0)),
    query['page'],
  );
  const pages = pager(shown, '/people', { q, 'as-of': day }, 'seats');
  const rows = join(shown.rows.map((seat) => row(COLUMNS, cells(seat))));
  const since = html`This set of seats was recorded at <time datetime="${then.from}">${then.from.replace('T', ' ').slice(0, 16)}</time>${then.revision === null ? NOTHING : html`, by ${revisionText(then.revision)}`}.`;
  const list =
    seats.length === 0
      ? html`<p class="none">Nobody matches.</p>`
      : html`${frame('seats-then', html`Seats at the end of ${day} <span class="count">(${grouped(seats.length)})</span>`, COLUMNS, rows)}${pages}`;
  return html`${head}<p>${since} <a href="${address('/api/access-review', { date: day })}">Access review as CSV, with external seats and held drift</a></p>${list}`;
}

const COLUMNS: readonly Column[] = [
  'Person',
  'Profile',
  'Tier',
  { name: 'Why', kind: 'text' },
  'Owner',
  { name: 'Member since', kind: 'date' },
  'Approved in',
  { name: 'A month', kind: 'number' },
];

function cells({ user, userId, profile, group, since, grant }: RecordedSeat): readonly (Html | string)[] {
  const { tier, why, owner, revision, monthly } = grant ?? { tier: null, why: 'not recorded', owner: null, revision: null, monthly: null };
  return [
    html`<a href="${personPath(userId)}">${user}</a>`,
    profile,
    tier === null ? html`<code>${group}</code>` : tier,
    why,
    owner ?? '',
    html`<time datetime="${since}">${since.slice(0, 10)}</time>`,
    revision === null ? '' : revisionText(revision),
    monthly === null ? '' : dollars(monthly),
  ];
}

function textOf({ user, userId, profile, group, grant }: RecordedSeat): string {
  return [user, userId, profile, group, grant?.tier ?? '', grant?.assignment ?? '', grant?.owner ?? ''].join('\n').toLowerCase();
}

function form(day: string, q: string): Html {
  return html`<form class="search filter" action="/people" method="get" role="search"><label class="wide" for="then-q">Search<input id="then-q" type="search" name="q" value="${q}" autocomplete="off" spellcheck="false"></label><label for="as-of">As of a day<input id="as-of" type="date" name="as-of" value="${day}"></label><button type="submit">Show</button></form>`;
}
