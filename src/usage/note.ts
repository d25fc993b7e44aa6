import type { Configuration } from '../model/configuration.ts';
import type { CreditsPerson } from '../model/credits.ts';
import { addDays, addMonths, dayOf, type Month } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { names } from '../resolve/names.ts';
import { type Facts, PAST_MONTHS, placeOf, tierOf } from './facts.ts';

/** Reports arrive a day late; a silence longer than this many days is worth a word. */
const LATE_DAYS = 3;

/** Notes of one sort: reports can name as many tiers and places as they have rows. */
const MOST_NOTES = 20;

function bounded(notes: readonly string[], what: string): readonly string[] {
  const more = notes.length - MOST_NOTES;
  return more <= 0 ? notes : [...notes.slice(0, MOST_NOTES), `${more} more ${what} are not listed.`];
}

type NoteInput = {
  readonly configuration: Configuration;
  readonly facts: Facts | null;
  readonly live: Live | null;
  readonly people: readonly CreditsPerson[];
  readonly month: Month;
  readonly now: Date;
  /** What idle and unconfirmed speak of. */
  readonly asOf: Date;
  readonly closed: boolean;
};

/** The directory tells who is a member now, and nothing of the past: a closed month is shown with the seats of now. */
function closedNotes({ closed, live, month, now, people, asOf }: NoteInput): readonly string[] {
  if (!closed || live === null) return [];
  const later = people.filter(({ since }) => since !== null && Date.parse(since) > asOf.getTime()).length;
  const joined = later === 0 ? '' : ` ${later} of them began after the month.`;
  return [
    `${month} is closed. Its use and overage are final; seats, list prices and included credits are those of ${dayOf(now)}, since the directory does not tell who was seated then.${joined}`,
  ];
}

/** Where the month has no row: what the reports do have. */
function emptyNotes({ from, through, month, files, people }: Facts): readonly string[] {
  if (files.reports === 0 || people.some(({ activeDays }) => activeDays > 0)) return [];
  if (from === null || through === null) return [`The reports have no usable row of ${month} or the ${PAST_MONTHS} months before it.`];
  return [`The reports have no usable row of ${month}; the rows read are of ${from} to ${through}.`];
}

function liveNotes({ configuration, live }: NoteInput): readonly string[] {
  if (live === null)
    return ['Live state was not read: seats, their cost, assignments and "since" are missing, and nobody can be called idle.'];
  const find = names([], live.groups).group;
  const read = new Set(live.membersRead);
  return configuration.profiles
    .flatMap((profile) => profile.seats)
    .flatMap((seat) => {
      const group = find(seat.group)?.found;
      if (group === undefined) return [`Seat group ${seat.group} (${seat.profile}, ${seat.tier}) does not exist, so it seats nobody.`];
      return read.has(group.id) ? [] : [`The members of seat group ${seat.group} were not read; its seats are missing here.`];
    });
}

function tierNotes(facts: Facts, configuration: Configuration): readonly string[] {
  const unknown = new Map<string, number>();
  for (const { monthTier, latestTier } of facts.people) {
    const text = monthTier ?? latestTier;
    if (tierOf(text, configuration.tiers) === null) unknown.set(text, (unknown.get(text) ?? 0) + 1);
  }
  const notes = [...unknown]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([text, n]) => {
      const said = text === '' ? 'a blank tier' : `the unrecognised tier "${text}"`;
      return `The reports show ${said} for ${n} ${n === 1 ? 'person' : 'people'}; it gives no plan credits and no overage price here.`;
    });
  return bounded(notes, 'unrecognised tiers');
}

/** The day from which on the reports speak. */
function lookedBack(facts: Facts, month: Month): string {
  const start = `${addMonths(month, -PAST_MONTHS)}-01`;
  return facts.from !== null && facts.from > start ? facts.from : start;
}

function factNotes(facts: Facts, { configuration, people, live, month, asOf }: NoteInput): readonly string[] {
  const places = new Map(configuration.profiles.map((profile) => [placeOf(profile), profile]));
  const found = new Set(facts.people.map(placeOf));
  const strange = [...found]
    .filter((place) => !places.has(place))
    .map((place) => `Usage of ${place} belongs to no profile of the configuration.`);
  const notes = [...bounded(strange, 'accounts and Regions without a profile')];
  if (facts.files.reports === 0)
    notes.push(
      `The usage paths hold no per-client report of ${month} or the ${PAST_MONTHS} months before it (names like KIRO_IDE_<account>_user_report_<time>.csv).`,
    );
  for (const [place, profile] of places) {
    if (facts.files.reports > 0 && !found.has(place)) notes.push(`The reports have no usable row of profile ${profile.name} (${place}).`);
    const over = people.some((person) => person.profile === profile.name && person.overageCredits > 0n);
    if (over && !profile.overage) notes.push(`Profile ${profile.name} shows overage, which its configuration declares to be off.`);
  }
  if (facts.fromS3 === true)
    notes.push(
      'Of usage in S3 only report objects are listed: legacy reports, markers and other objects there are not counted among the files left alone.',
    );
  notes.push(...emptyNotes(facts));
  if (facts.through !== null && facts.through < addDays(dayOf(asOf), -LATE_DAYS))
    notes.push(`The newest row is of ${facts.through}: idle and unconfirmed seats may be overstated until newer reports are given.`);
  const unconfirmed = people.filter((person) => person.state === 'unconfirmed').length;
  if (live !== null && unconfirmed > 0)
    notes.push(
      `${unconfirmed} ${unconfirmed === 1 ? 'member has' : 'members have'} no usage row in their profile since ${lookedBack(facts, month)} (unconfirmed): a seat that Kiro never made and a person who never used it cannot be told apart by public means.`,
    );
  return [...notes, ...tierNotes(facts, configuration)];
}

/** What is missing from a credits report or needs care, as full sentences. */
export function notesOf(input: NoteInput): readonly string[] {
  const { facts } = input;
  const own =
    facts === null
      ? ['No usage was given: this is the roster. Give the user reports with --usage, the setting usage, or usage of a profile.']
      : factNotes(facts, input);
  return [...liveNotes(input), ...closedNotes(input), ...own];
}
