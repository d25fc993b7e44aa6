import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { matchingPeople, type People, type PeopleFilter, type PersonLine, people } from '../daemon/people.ts';
import { dollars } from '../model/money.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { asOfDay } from './as-of.ts';
import { moment } from './moment.ts';
import { revisionText } from './now-fact.ts';
import { address, cut, pager } from './paging.ts';
import { peopleThen } from './people-then.ts';
import { personPath } from './person-path.ts';
import { seatText } from './seat-text.ts';
import { show } from './show.ts';
import { type Column, frame, row } from './table.ts';

export { personPage } from './person-page.ts';

const WHO = {
  '': 'With a seat; a search finds everybody',
  seated: 'With a seat',
  changing: 'The plan changes a seat',
  held: 'A change is held',
  unseated: 'Without a seat',
} as const satisfies Record<PeopleFilter['who'], string>;

const isWho = (value: string): value is PeopleFilter['who'] => Object.hasOwn(WHO, value);

/** `/people`: everybody with a seat, a search over everybody who was read, and with `?as-of=` the record of a day. */
export function peoplePage(c: Context, daemon: Daemon): Response {
  const query = c.req.query();
  const day = asOfDay(query['as-of']);
  if (day !== null) return show(c, daemon, { tab: 'people', title: `People as of ${day}`, body: peopleThen(daemon, day, query) });
  const found = people(daemon);
  const body = found === null ? NONE : peopleNow(found, query, daemon.deps.now());
  return show(c, daemon, { tab: 'people', title: 'People', body });
}

const NONE = html`<p class="none">Nobody is known yet: no pass has got as far as a plan. What the last one said is on the page <a href="/">Now</a>.</p>`;

function peopleNow(found: People, query: Readonly<Record<string, string>>, now: Date): Html {
  const wish = query['who'] ?? '';
  const filter: PeopleFilter = {
    q: (query['q'] ?? '').slice(0, 300),
    profile: query['profile'] ?? '',
    tier: query['tier'] ?? '',
    who: isWho(wish) ? wish : '',
  };
  const matching = matchingPeople(found, filter);
  const shown = cut(matching, query['page']);
  const list =
    matching.length === 0
      ? html`<p class="none">${noneText(filter)}</p>`
      : html`${table(shown.rows, matching.length)}${pager(shown, '/people', { ...filter }, 'people')}`;
  const revision = found.revision === null ? NOTHING : html`, by ${revisionText(found.revision)}`;
  return html`${form(found, filter)}
<p class="line">${grouped(matching.length)} of ${grouped(found.lines.length)} people who were read ${moment(found.at, now.toISOString())}${revision}. <a href="${address('/people', { 'as-of': now.toISOString().slice(0, 10) })}">As of a day</a></p>${list}`;
}

function noneText({ q }: PeopleFilter): string {
  return q === ''
    ? 'Nobody matches.'
    : `Nobody who was read matches “${q}”. People whom neither the policy nor a group of it names are not read.`;
}

function form(found: People, filter: PeopleFilter): Html {
  const options = (values: readonly (readonly [string, string])[], chosen: string): Html =>
    join(values.map(([value, name]) => html`<option value="${value}"${value === chosen ? html` selected` : NOTHING}>${name}</option>`));
  const any = (names: readonly string[]) => [['', 'any'] as const, ...names.map((name) => [name, name] as const)];
  const isNarrow = Object.values(filter).some((value) => value !== '');
  return html`<form class="search filter" action="/people" method="get" role="search">
<label class="wide" for="people-q">Search<input id="people-q" type="search" name="q" value="${filter.q}" placeholder="name, e-mail, id, assignment" autocomplete="off" spellcheck="false"></label>
<label for="people-profile">Profile<select id="people-profile" name="profile">${options(any(found.profiles), filter.profile)}</select></label>
<label for="people-tier">Tier<select id="people-tier" name="tier">${options(any(found.tiers), filter.tier)}</select></label>
<label class="wide" for="people-who">Who<select id="people-who" name="who">${options(Object.entries(WHO), filter.who)}</select></label>
<button type="submit">Show</button>${isNarrow ? html` <a class="reset" href="/people">Show all</a>` : NOTHING}</form>`;
}

const COLUMNS: readonly Column[] = ['Person', 'Seat', { name: 'Why', kind: 'text' }, { name: 'A month', kind: 'number' }];

function table(lines: readonly PersonLine[], total: number): Html {
  const rows = join(lines.map((line) => row(COLUMNS, cells(line))));
  return frame('people-list', html`People <span class="count">(${grouped(total)})</span>`, COLUMNS, rows);
}

function cells({ userId, userName, name, enabled, seats }: PersonLine): readonly (Html | string)[] {
  const called = name === '' || name === userName ? NOTHING : html`<br><span class="soft small">${name}</span>`;
  const off = enabled ? NOTHING : html` <span class="tag warn">disabled</span>`;
  const none = html`<span class="none">no seat</span>`;
  const sum = seats.some((seat) => seat.monthly === null) ? null : seats.reduce((total, seat) => total + (seat.monthly ?? 0), 0);
  return [
    html`<a href="${personPath(pathName(userName, userId))}">${userName}</a>${off}${called}`,
    seats.length === 0 ? none : lined(seats.map(seatText)),
    lined(seats.map((seat) => html`${seat.why}`)),
    seats.length === 0 ? '' : sum === null ? 'unknown' : dollars(sum),
  ];
}

/** What the page of a person is called: the userName, which people know, or the id where that could not be told from an id. */
function pathName(userName: string, userId: string): string {
  return /[/\\]|^\.+$/.test(userName) ? userId : userName;
}

function lined(pieces: readonly Html[]): Html {
  const [only] = pieces;
  return pieces.length === 1 && only !== undefined ? only : join(pieces.map((piece) => html`<div>${piece}</div>`));
}
