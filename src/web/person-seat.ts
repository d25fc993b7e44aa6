import type { Daemon } from '../daemon/daemon.ts';
import { people } from '../daemon/people.ts';
import type { FoundPerson } from '../daemon/person.ts';
import type { RecordedSeat } from '../model/drift.ts';
import { seatRecord } from '../model/journal-state.ts';
import { dollars } from '../model/money.ts';
import type { Commit } from '../ports.ts';
import { explain, type ProfileExplanation } from '../report/explain.ts';
import type { Step } from '../report/explain-input.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { approved } from './commit-text.ts';

type Commits = ReadonlyMap<string, Commit>;

const NOT_YET = html`<p class="none">No pass has made a plan yet, so nothing is known of the seats that the policy gives.</p>`;

/** Why somebody has, gets, loses or has no seat, profile by profile: what `kirosync explain` says, and what was recorded. */
export function seatReasons(daemon: Daemon, found: Extract<FoundPerson, { ok: true }>, commits: Commits): Html {
  const { configuration, live, resolution, plan } = daemon.planned()?.result ?? {};
  if (!configuration || !live || !resolution || !plan) return NOT_YET;
  if (found.user === null) return html`<p class="none">The newest pass did not read this person, so nothing gives them a seat now.</p>`;
  const explanation = explain({ configuration, live, resolution, plan, user: found.userName });
  if (!explanation.ok || explanation.person.id !== found.userId) {
    const why = explanation.ok ? 'Two people share this name, so nothing can be granted by it.' : explanation.message;
    return html`<p class="banner warn">${why}</p>`;
  }
  const recorded = (seatRecord(daemon.deps.journal.entries())?.seats ?? []).filter((seat) => seat.userId === found.userId);
  const line = people(daemon)?.lines.find((each) => each.userId === found.userId);
  const done = new Set(line?.seats.flatMap((seat) => (seat.done ? [seat.profile] : [])));
  const [here, elsewhere] = [explanation.profiles.filter(concerns), explanation.profiles.filter((each) => !concerns(each))];
  const cards = here.map((each) =>
    profileCard(each, { recorded: recorded.filter((seat) => seat.profile === each.profile), isDone: done.has(each.profile) }, commits),
  );
  const rest =
    elsewhere.length === 0
      ? NOTHING
      : html`<details id="elsewhere"><summary>No seat in ${elsewhere.length === 1 ? `profile ${elsewhere[0]?.profile}` : `${elsewhere.length} ${here.length === 0 ? '' : 'other '}profiles`}: why not</summary>${join(elsewhere.map((each) => profileCard(each, { recorded: [], isDone: false }, commits)))}</details>`;
  const policy = plan.revision === null ? NOTHING : html`<p>By the policy at ${approved(plan.revision, commits)}.</p>`;
  return html`${policy}${join(cards)}${cards.length === 0 ? html`<p class="none">No seat in any profile.</p>` : NOTHING}${rest}`;
}

/** A profile in which the person has, gets or loses something; the others say why they have not. */
function concerns({ verdict, steps }: ProfileExplanation): boolean {
  return verdict !== 'no seat' || steps.some(({ about }) => about === 'plan' || about === 'held');
}

type Own = { readonly recorded: readonly RecordedSeat[]; readonly isDone: boolean };

function profileCard({ profile, verdict, steps }: ProfileExplanation, { recorded, isDone }: Own, commits: Commits): Html {
  const held = steps.some((step) => step.about === 'held');
  return html`<div class="card${held ? ' tone warn' : ''}"><h3>${profile}: ${verdict}</h3><ol class="steps">${join(steps.map((step) => stepItem(step, isDone)))}${join(recorded.map((seat) => recordedItem(seat, commits)))}</ol></div>`;
}

const NAMES = {
  assignment: 'Assignment',
  seat: 'Seat group',
  live: 'Live',
  plan: 'Plan',
  held: 'Held',
  usage: 'Usage',
} as const satisfies Record<Step['about'], string>;

/** `2026-11-09 03:30` for the instants of a sentence: a page has no room for seconds. */
function withShortTimes(text: string): string {
  return text.replace(/(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}):\d{2}(?:\.\d+)?Z/g, '$1 $2');
}

function stepItem({ about, text, place }: Step, isDone: boolean): Html {
  const at = place === null ? NOTHING : html` <code class="place">${place.file}:${place.line}</code>`;
  const done = isDone && about === 'plan' ? html` <span class="tag good">applied</span>` : NOTHING;
  return html`<li class="step-${about}"><span class="about">${NAMES[about]}</span> <span>${withShortTimes(text)}${at}${done}</span></li>`;
}

function recordedItem({ grant, group }: RecordedSeat, commits: Commits): Html {
  if (grant === undefined) return NOTHING;
  const by = grant.revision === null ? NOTHING : html`, approved in ${approved(grant.revision, commits)}`;
  return html`<li><span class="about">Recorded</span> <span>${group} for ${grant.assignment === null ? 'no assignment' : `assignment ${grant.assignment}`} since <time datetime="${grant.at}">${grant.at.slice(0, 16).replace('T', ' ')}</time>${by}</span></li>`;
}

/** Seats as they were recorded. */
export function seatsThen(seats: readonly RecordedSeat[], commits: Commits): Html {
  return join(seats.map((seat) => thenCard(seat, commits)));
}

function thenCard({ profile, group, since, grant }: RecordedSeat, commits: Commits): Html {
  const facts: readonly (readonly [string, Html])[] = [
    ['Seat group', html`${group}, member since ${since.slice(0, 10)}`],
    ...(grant === undefined
      ? [['Why', html`<span class="none">not recorded: the record is of an older version</span>`] as const]
      : [
          ['Why', html`${grant.why}`] as const,
          ...(grant.owner === null ? [] : [['Owner', html`${grant.owner}`] as const]),
          ...(grant.costCenter === null ? [] : [['Cost center', html`${grant.costCenter}`] as const]),
          ...(grant.revision === null ? [] : [['Approved in', approved(grant.revision, commits)] as const]),
          ['Price', html`${grant.monthly === null ? 'unknown' : `${dollars(grant.monthly)} a month`}`] as const,
        ]),
  ];
  return html`<div class="card"><h3>${profile}: ${grant?.tier ?? group}</h3><dl class="facts">${join(facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`))}</dl></div>`;
}
