import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { type PersonLine, people } from '../daemon/people.ts';
import { type FoundPerson, findPerson } from '../daemon/person.ts';
import { personCredits } from '../daemon/person-credits.ts';
import { personHistory } from '../daemon/person-history.ts';
import { recordReach, seatsAt } from '../daemon/seat-history.ts';
import type { DriftItem } from '../model/drift.ts';
import type { Commit } from '../ports.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { asOfDay, asOfForm, endOfDay, unknownDay } from './as-of.ts';
import { commitsOf } from './commit-text.ts';
import { moment } from './moment.ts';
import { creditsTable } from './person-credits-table.ts';
import { historyTable } from './person-history-table.ts';
import { personPath } from './person-path.ts';
import { seatReasons, seatsThen } from './person-seat.ts';
import { seatText } from './seat-text.ts';
import { show } from './show.ts';

type Known = Extract<FoundPerson, { ok: true }>;

/** `/people/NAME`: any person by userName, e-mail or id; `?as-of=` says which seats they had on a day. */
export async function personPage(c: Context, daemon: Daemon): Promise<Response> {
  const name = c.req.param('name') ?? '';
  const found = findPerson(daemon, name);
  if (!found.ok) return show(c, daemon, { tab: 'people', title: 'Nobody of that name', body: unknown(name, found.suggestion) }, 404);
  const day = asOfDay(c.req.query('as-of'));
  const entries = daemon.deps.journal.entries();
  const now = daemon.deps.now().toISOString();
  const events = personHistory(entries, found.userId);
  const revisions = [daemon.planned()?.result.plan?.revision ?? null, ...events.map((event) => event.revision)];
  const commits = await commitsOf(daemon.deps.source, revisions);
  const credits = await personCredits(daemon, found.userId);
  const body = html`${facts(found, daemon, now)}
<h2 id="seats">${day === null ? 'Seats and why' : `Seats on ${day}`}</h2>${asOfForm(personPath(found.userId), day, {})}${day === null ? seatReasons(daemon, found, commits) : then(daemon, found, day, commits)}
<h2 id="history">History of seats</h2>${historyTable(events, { reach: recordReach(entries), commits })}
<h2 id="credits">Credits</h2>${creditsTable(credits)}`;
  return show(c, daemon, { tab: 'people', title: found.userName, body });
}

function unknown(name: string, suggestion: string): Html {
  return html`<p>Neither the newest pass nor the record of seats knows ${name}${suggestion || '.'}</p><p>Passes read the people whom the policy names, and the members of groups that it names. <a href="/people">Search everybody who was read</a></p>`;
}

function facts(found: Known, daemon: Daemon, now: string): Html {
  const { user, userId, userName } = found;
  const { resolution, live } = daemon.planned()?.result ?? {};
  const line = people(daemon)?.lines.find((each) => each.userId === userId);
  const called = [user?.givenName ?? null, user?.familyName ?? null].filter((part) => part !== null).join(' ');
  const emails = (user?.emails ?? []).filter((email) => email !== userName);
  const protection = resolution?.protectedUsers.get(userId);
  const drifted = (daemon.drift()?.items ?? []).filter((item) => item.person === userName);
  const rows: readonly (readonly [string, Html])[] = [
    ['Now', seatsNow(line, user !== null)],
    ...(called === '' ? [] : [['Name', html`${called}`] as const]),
    ...(emails.length === 0 ? [] : [['E-mail', html`${emails.join(', ')}`] as const]),
    ['Id', html`<code>${userId}</code>`],
    [
      'Directory',
      user === null
        ? html`was not read by the newest pass`
        : html`${user.enabled ? 'enabled' : html`<span class="tag warn">disabled</span>`}${live ? html`, read ${moment(live.instant, now)}` : NOTHING}`,
    ],
    ...(protection === undefined ? [] : [['Protected', html`as ${protection}: never removed`] as const]),
    ...drifted.map((item) => ['Drift', driftText(item, now)] as const),
  ];
  return html`<div class="card"><dl class="facts">${join(rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`))}</dl></div>`;
}

function seatsNow(line: PersonLine | undefined, isRead: boolean): Html {
  if (line === undefined || line.seats.length === 0) return html`<span class="none">${isRead ? 'no seat' : 'no seat is known'}</span>`;
  return join(line.seats.map((seat) => html`<div>${seatText(seat)}</div>`));
}

function driftText({ kind, key, note, firstSeen }: DriftItem, now: string): Html {
  return html`<a href="/drift">${kind}</a> <code>${key}</code>${firstSeen === null ? NOTHING : html`, first seen ${moment(firstSeen, now)}`}: ${note}`;
}

function then(daemon: Daemon, found: Known, day: string, commits: ReadonlyMap<string, Commit>): Html {
  const known = seatsAt(daemon.deps.journal.entries(), endOfDay(day));
  if (!known.ok) return unknownDay(day, known.since);
  const seats = known.seats.filter((seat) => seat.userId === found.userId);
  return seats.length === 0 ? html`<p class="none">No seat was recorded on ${day}.</p>` : seatsThen(seats, commits);
}
