import { addMonths, daysInMonth, type Month, monthOf } from '../model/day.ts';
import { add, floatOf, type Sum, sum, total } from './amount-column.ts';
import type { Facts, UsageDay, UsagePerson } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { placeDays } from './place-days.ts';
import { dayNumber, numberedDay } from './span.ts';

type Rows = ReturnType<Ledger['rows']>;

/** What the rows that count say, without the counts of files and rejected rows. */
type Tally = Pick<Facts, 'from' | 'through' | 'people' | 'days' | 'pastMonths' | 'places' | 'historyFrom' | 'historyThrough'> & {
  readonly inMonth: number;
};

/** The days that the sums are laid out over, as day numbers: `first` to `last` is the month. */
type Frame = {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly through: number;
  readonly pastMonths: readonly Month[];
  readonly historyFrom: number;
  /** Before `historyFrom` without history. */
  readonly historyThrough: number;
};

type Place = { readonly account: string; readonly region: string };

/** What is added up for one person. `latest` and `latestOfMonth` are row numbers, -1 without one. */
type PersonTally = Place & {
  readonly userId: string;
  readonly used: Sum;
  readonly overage: Sum;
  readonly past: readonly Sum[];
  readonly active: Uint8Array;
  readonly daily: Float64Array;
  latest: number;
  latestOfMonth: number;
};

type DayTally = Place & { readonly day: number; readonly used: Sum; readonly overage: Sum; people: number };

const firstOf = (month: Month): number => dayNumber(`${month}-01`);

function frameOf(rows: Rows, month: Month, past: number): Frame | null {
  const first = firstOf(month);
  const last = first + daysInMonth(month) - 1;
  let [from, through, historyThrough] = [Number.MAX_SAFE_INTEGER, -1, -1];
  for (let row = 0; row < rows.count; row += 1) {
    const day = rows.day[row] ?? 0;
    if (day < from) from = day;
    if (day > through) through = day;
    if (day <= last && day > historyThrough) historyThrough = day;
  }
  if (through === -1) return null;
  const began = monthOf(numberedDay(from));
  const pastMonths = Array.from({ length: past }, (_, i) => addMonths(month, i - past)).filter((one) => one >= began);
  return { first, last, from, through, pastMonths, historyFrom: firstOf(pastMonths[0] ?? month), historyThrough };
}

/** True when row `a` is the later witness of the tier: the later day, then the later export, then the later client name. */
function isLater(rows: Rows, a: number, b: number, { clients }: Ledger, stamps: readonly string[]): boolean {
  const [dayA = 0, dayB = 0] = [rows.day[a], rows.day[b]];
  if (dayA !== dayB) return dayA > dayB;
  const [stampA = '', stampB = ''] = [stamps[rows.rank[a] ?? 0], stamps[rows.rank[b] ?? 0]];
  if (stampA !== stampB) return stampA > stampB;
  return (clients.texts[rows.client[a] ?? 0] ?? '') > (clients.texts[rows.client[b] ?? 0] ?? '');
}

/** Tallies of days by account, Region and day. Files hold one day each: the last one asked for is mostly the next. */
function dayTallies(): { readonly of: (place: Place, day: number) => DayTally; readonly all: ReadonlyMap<string, DayTally> } {
  const all = new Map<string, DayTally>();
  let last: DayTally | null = null;
  const of = ({ account, region }: Place, day: number): DayTally => {
    if (last !== null && last.day === day && last.account === account && last.region === region) return last;
    const key = `${account}/${region}/${day}`;
    last = all.get(key) ?? { account, region, day, used: sum(), overage: sum(), people: 0 };
    all.set(key, last);
    return last;
  };
  return { of, all };
}

function emptyPerson(text: string, frame: Frame, length: number): PersonTally {
  const [account = '', region = ''] = text.split('/', 2);
  const userId = text.slice(account.length + region.length + 2);
  const past = frame.pastMonths.map(sum);
  const active = new Uint8Array(frame.last - frame.first + 1);
  const daily = new Float64Array(length);
  return { account, region, userId, used: sum(), overage: sum(), past, active, daily, latest: -1, latestOfMonth: -1 };
}

function addUp(rows: Rows, frame: Frame, of: Ledger, stamps: readonly string[]) {
  const length = Math.max(0, frame.historyThrough - frame.historyFrom + 1);
  // By day since `historyFrom`: which of the past months it lies in.
  const pastOf = new Int8Array(Math.max(0, frame.first - frame.historyFrom));
  for (const [i, month] of frame.pastMonths.entries()) pastOf.fill(i, firstOf(month) - frame.historyFrom);
  const people: PersonTally[] = [];
  const days = dayTallies();
  let inMonth = 0;
  for (let row = 0; row < rows.count; row += 1) {
    const day = rows.day[row] ?? 0;
    const number = rows.person[row] ?? 0;
    const person = people[number] ?? emptyPerson(of.people.texts[number] ?? '', frame, length);
    people[number] = person;
    if (person.latest === -1 || isLater(rows, row, person.latest, of, stamps)) person.latest = row;
    const offset = day - frame.historyFrom;
    if (offset >= 0 && offset < length) person.daily[offset] = (person.daily[offset] ?? 0) + floatOf(rows.credits, row);
    const month = offset < 0 || offset >= pastOf.length ? undefined : person.past[pastOf[offset] ?? 0];
    if (month !== undefined) add(month, rows.credits, row);
    if (day < frame.first || day > frame.last) continue;
    inMonth += 1;
    if (person.latestOfMonth === -1 || isLater(rows, row, person.latestOfMonth, of, stamps)) person.latestOfMonth = row;
    const sums = days.of(person, day);
    if (person.active[day - frame.first] === 0) sums.people += 1;
    person.active[day - frame.first] = 1;
    add(person.used, rows.credits, row);
    add(sums.used, rows.credits, row);
    add(person.overage, rows.overage, row);
    add(sums.overage, rows.overage, row);
  }
  // Every number of the dictionary has a row, unless the file that brought it turned out not to be plain.
  return { people: people.filter((person) => person !== undefined), days: [...days.all.values()], inMonth };
}

const NOTHING: Tally = {
  from: null,
  through: null,
  people: [],
  days: [],
  pastMonths: [],
  places: [],
  historyFrom: null,
  historyThrough: null,
  inMonth: 0,
};

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Adds up the rows of a ledger. `stamps` are the export times by rank. A past month is one of the `past` months before
 * `month` in which, or before which, some row lies: earlier months are not known to have been reported at all.
 */
export function tally(of: Ledger, stamps: readonly string[], month: Month, past: number): Tally {
  const rows = of.rows();
  const frame = frameOf(rows, month, past);
  if (frame === null) return NOTHING;
  const { people, days, inMonth } = addUp(rows, frame, of, stamps);
  const tierAt = (row: number): string => of.tiers.texts[rows.tier[row] ?? 0] ?? '';
  const madePeople = people.map(
    (one): UsagePerson => ({
      account: one.account,
      region: one.region,
      userId: one.userId,
      used: total(one.used),
      overageCredits: total(one.overage),
      activeDays: one.active.reduce((days, active) => days + active, 0),
      lastActive: numberedDay(rows.day[one.latest] ?? 0),
      monthTier: one.latestOfMonth === -1 ? null : tierAt(one.latestOfMonth),
      latestTier: tierAt(one.latest),
      pastUsed: one.past.map(total),
      daily: one.daily,
    }),
  );
  const madeDays = days.map(
    ({ account, region, day, people: count, used, overage }): UsageDay => ({
      account,
      region,
      date: numberedDay(day),
      people: count,
      used: total(used),
      overageCredits: total(overage),
    }),
  );
  const hasHistory = frame.historyThrough >= frame.historyFrom;
  return {
    from: numberedDay(frame.from),
    through: numberedDay(frame.through),
    people: madePeople.sort((a, b) => byText(a.account, b.account) || byText(a.region, b.region) || byText(a.userId, b.userId)),
    days: madeDays.sort((a, b) => byText(a.date, b.date) || byText(a.account, b.account) || byText(a.region, b.region)),
    pastMonths: frame.pastMonths,
    places: placeDays(of, [...frame.pastMonths, month]),
    historyFrom: hasHistory ? numberedDay(frame.historyFrom) : null,
    historyThrough: hasHistory ? numberedDay(frame.historyThrough) : null,
    inMonth,
  };
}
