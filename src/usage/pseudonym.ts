import { createHash } from 'node:crypto';
import type { Configuration } from '../model/configuration.ts';
import type { Credits, CreditsPerson, CreditsRow, Mismatch, RejectedRow } from '../model/credits.ts';
import type { Live, LiveUser } from '../model/live.ts';
import { seatKey } from '../model/seat.ts';
import { bareUserId } from './facts.ts';
import { type Phrase, scrubber } from './scrub.ts';

const EMAIL = /[^\s"'<>()[\]{},;:@/\\]+@[^\s"'<>()[\]{},;:@/\\]+/gu;
const UUID = /(?:d-[0-9a-z]{10}\.)?(?:[0-9a-f]{10}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const COMPOUND = /[^\p{L}\p{N}]/u;
const REPORT_PATH = /(?:^|[/\\])(AWSLogs[/\\]\d{12}[/\\].*)$/;
const REPORT_NAME = /(?:^|[/\\])([A-Za-z_]+_\d{12}_user_report_\d+[A-Za-z0-9_]*\.csv)$/;

/**
 * `person-` and the first 12 hexadecimal digits of SHA-256 over the instance ARN, a line feed and the bare user id: the
 * same in every report of an instance. It hides people from readers who do not have their user ids; whoever has a user
 * id can make its pseudonym.
 */
export function pseudonym(instanceArn: string, userId: string): string {
  return `person-${createHash('sha256')
    .update(`${instanceArn}\n${bareUserId(userId)}`)
    .digest('hex')
    .slice(0, 12)}`;
}

function namesOf({ userName, emails, givenName, familyName }: LiveUser): readonly string[] {
  const parts = [userName, ...emails];
  const local = parts.filter((name) => name.includes('@')).map((name) => name.split('@')[0] ?? '');
  const full = givenName === null || familyName === null ? [] : [`${givenName} ${familyName}`, `${familyName} ${givenName}`];
  const listed = givenName === null || familyName === null ? [] : [`${familyName}, ${givenName}`];
  return [...parts, ...local, ...full, ...listed].filter((name) => name !== '');
}

/** Names of people as the configuration writes them: the directory may know none of them. */
function writtenNames({ assignments, protectedUsers, expectations, adviceOptOut }: Configuration): readonly string[] {
  return [...assignments.flatMap(({ users, exclude }) => [...users, ...exclude.users]), ...protectedUsers, ...adviceOptOut]
    .map(({ name }) => name)
    .concat(expectations.flatMap(({ user }) => (user === null ? [] : [user])));
}

/** Names of things, which stay: a person called like a tier or a team gives nothing away through them. */
function thingNames({ assignments, profiles, tiers, budgets }: Configuration): readonly string[] {
  return [
    ...profiles.flatMap(({ name, seats }) => [name, ...seats.map(({ group }) => group)]),
    ...[...tiers.values()].flatMap(({ name, label }) => [name, label]),
    ...assignments.flatMap(({ name, costCenter, groups, exclude }) => [
      name,
      costCenter ?? '',
      ...[...groups, ...exclude.groups].map((group) => group.name),
    ]),
    ...budgets.map(({ name }) => name),
  ].filter((name) => !name.includes('@'));
}

type Cleaner = {
  readonly person: (userId: string) => string;
  /** Of e-mail addresses and ids. */
  readonly label: (text: string) => string;
  /** Of these and of every known name. */
  readonly prose: (text: string) => string;
  /** Text that somebody else wrote: of single given and family names too. */
  readonly foreign: (text: string) => string;
};

/** Everybody whom the report speaks of, also those whose ids in the reports look like nothing known. */
function reported({ people, mismatches, movers }: Credits): readonly Who[] {
  return [...people, ...mismatches, ...movers];
}

function cleanerOf(credits: Credits, configuration: Configuration, live: Live | null): Cleaner {
  const person = (userId: string): string => pseudonym(configuration.organization.instanceArn, userId);
  const things: readonly Phrase[] = thingNames(configuration).map((text) => ({ text, instead: text }));
  const users = live?.users ?? [];
  const inDirectory: readonly Phrase[] = users.flatMap((user) => {
    const instead = person(user.id);
    return [user.id, bareUserId(user.id), ...namesOf(user)].map((text) => ({ text, instead }));
  });
  const inReport: readonly Phrase[] = reported(credits).flatMap(({ userId, userName }) =>
    [userId, userName ?? ''].map((text) => ({ text, instead: person(userId) })),
  );
  const known = [...inDirectory, ...inReport];
  const written: readonly Phrase[] = writtenNames(configuration).map((text) => ({ text, instead: person(text.toLowerCase()) }));
  const single: readonly Phrase[] = users.flatMap(({ id, givenName, familyName }) =>
    [givenName, familyName].flatMap((text) => (text === null ? [] : [{ text, instead: person(id) }])),
  );
  const byEmail = new Map([...written, ...known].map(({ text, instead }) => [text.toLowerCase(), instead]));
  const label = (text: string): string =>
    text.replace(UUID, (id) => person(id)).replace(EMAIL, (address) => byEmail.get(address.toLowerCase()) ?? person(address.toLowerCase()));
  const inTwo = (phrases: readonly Phrase[]): ((text: string) => string) => {
    // What is more than one word goes first, while it stands as it was written; single words may be parts of addresses.
    const whole = scrubber([...things, ...phrases.filter(({ text }) => COMPOUND.test(text))]);
    const words = scrubber([...things, ...phrases]);
    return (text) => words(label(whole(text)));
  };
  const prose = inTwo([...known, ...written]);
  const foreign = inTwo([...known, ...written, ...single]);
  const quoted = (text: string): string => text.replace(/"[^"]*"/g, (part) => foreign(part));
  return { person, label, prose: (text) => quoted(prose(text)), foreign };
}

/** The path below the bucket, or the file's own name, where they are as Kiro writes them; folders may be called after people. */
function fileOf(file: string, clean: Cleaner): string {
  const own = REPORT_PATH.exec(file)?.[1] ?? REPORT_NAME.exec(file)?.[1];
  return own === undefined ? `file-${createHash('sha256').update(file).digest('hex').slice(0, 12)}` : clean.foreign(own);
}

/** What a row held stands after the first colon of the reason; it may be anything. */
function rejectedOf({ file, line, reason }: RejectedRow, clean: Cleaner): RejectedRow {
  const at = reason.indexOf(': ');
  return { file: fileOf(file, clean), line, reason: clean.foreign(at === -1 ? reason : `${reason.slice(0, at)} (value withheld)`) };
}

type Who = { readonly userId: string; readonly userName: string | null };

function whoOf({ userId, userName }: Who, clean: Cleaner): Who {
  return { userId: clean.person(userId), userName: userName === null ? null : clean.person(userId) };
}

/** A tier of the catalogue stays; what else a report calls a tier is somebody else's text. */
function tierText(tier: string | null, tiers: Configuration['tiers'], clean: Cleaner): string | null {
  return tier === null || tiers.has(tier) ? tier : clean.foreign(tier);
}

function personOf(p: CreditsPerson, tiers: Configuration['tiers'], clean: Cleaner): CreditsPerson {
  return {
    ...p,
    ...whoOf(p, clean),
    profile: clean.label(p.profile),
    usageTier: tierText(p.usageTier, tiers, clean),
    advice: p.advice === null ? null : { ...p.advice, reason: clean.prose(p.advice.reason) },
    assignment: clean.label(p.assignment),
    costCenter: clean.label(p.costCenter),
    why: clean.prose(p.why),
  };
}

function byWho<T extends Who & { readonly profile: string }>(a: T, b: T): number {
  const key = (one: T): string => seatKey(one.profile, one.userId);
  return key(a) === key(b) ? 0 : key(a) < key(b) ? -1 : 1;
}

/**
 * The report with people under stable pseudonyms: user ids and user names become `pseudonym`, in sentences too; e-mail
 * addresses, ids and names of people are replaced wherever they stand, values of rejected rows and folders of report
 * files are left out, and nothing is in the order of the names. Names of profiles, tiers, assignments, groups, cost
 * centers and budgets stay, unless they are e-mail addresses. Pure: to be done before rendering, so it holds for every format.
 */
export function anonymise(credits: Credits, configuration: Configuration, live: Live | null): Credits {
  const clean = cleanerOf(credits, configuration, live);
  const { tiers } = configuration;
  const rows = (list: readonly CreditsRow[]): readonly CreditsRow[] => list.map((row) => ({ ...row, name: clean.label(row.name) }));
  const mismatch = (m: Mismatch): Mismatch => ({
    ...m,
    ...whoOf(m, clean),
    profile: clean.label(m.profile),
    usageTier: tierText(m.usageTier, tiers, clean),
    text: clean.prose(m.text),
  });
  const kinds = [...new Set(credits.mismatches.map(({ kind }) => kind))];
  return {
    ...credits,
    rejected: credits.rejected.map((row) => rejectedOf(row, clean)),
    people: credits.people.map((p) => personOf(p, tiers, clean)).sort(byWho),
    tiers: credits.tiers.map((row) => ({ ...row, name: tierText(row.name, tiers, clean) ?? row.name })),
    profiles: rows(credits.profiles),
    assignments: rows(credits.assignments),
    costCenters: rows(credits.costCenters),
    profileDays: credits.profileDays.map((own) => ({ ...own, profile: clean.label(own.profile) })),
    movers: credits.movers.map((mover) => ({ ...mover, ...whoOf(mover, clean), profile: clean.label(mover.profile) })),
    mismatches: kinds.flatMap((kind) =>
      credits.mismatches
        .filter((m) => m.kind === kind)
        .map(mismatch)
        .sort(byWho),
    ),
    budgets: credits.budgets.map((b) => ({
      ...b,
      name: clean.label(b.name),
      profile: b.profile === null ? null : clean.label(b.profile),
      costCenter: b.costCenter === null ? null : clean.label(b.costCenter),
    })),
    notes: credits.notes.map(clean.prose),
  };
}
