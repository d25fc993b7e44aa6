import type { Configuration } from '../model/configuration.ts';
import type { Advice, Credit, CreditsPerson } from '../model/credits.ts';
import { addHours, type Day, dayOf, firstOfNextMonth, type Month, startOf, windowOpens } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { type Resolution, seatKey } from '../model/seat.ts';
import type { Tier } from '../model/tier.ts';
import { type Choice, choice, confidenceOf, FEWEST_MONTHS, isContradicted } from './advice-choice.ts';
import { type Move, policyLimits } from './advice-limit.ts';
import { adviceNotes, type Silence, staleNote } from './advice-note.ts';
import { type Grounds, reasonOf, rises } from './advice-reason.ts';
import { type MovableSeat, movable } from './advice-seat.ts';
import { type BreakEven, breakEven } from './break-even.ts';
import { coverageNotes, coveredMonths, isRecent } from './coverage.ts';
import { type Facts, placeOf } from './facts.ts';
import type { Known } from './person.ts';
import { isAtLimit, type Need } from './tier-cost.ts';

/** One (person, profile) of the report, judged. */
export type Advised = { readonly known: Known; readonly person: Pick<CreditsPerson, 'state' | 'forecast'> };

export type AdviceInput = {
  readonly configuration: Configuration;
  readonly facts: Facts;
  readonly live: Live;
  readonly resolution: Resolution;
  readonly now: Date;
  readonly people: readonly Advised[];
};

export type AdviceResult = {
  /** By `seatKey(profile, bare user id)`; nobody else gets advice. */
  readonly byKey: ReadonlyMap<string, Advice>;
  /** What advice leaves out and a reader should know, full sentences without names. */
  readonly notes: readonly string[];
};

/** More closed months than this do not count: what somebody did long ago says little of the next month. */
const MOST_MONTHS = 3;

/** How long the old membership stays beside the new one, and how long Kiro may take to notice its end. */
const OVERLAP_HOURS = 24;
const KIRO_SYNC_HOURS = 24;

type Months = { readonly months: readonly Month[]; readonly used: readonly Credit[] };

type Covered = ReturnType<typeof coveredMonths>;

/**
 * Closed months that the reports of the place cover whole, and in which the person was seated from the first instant on,
 * newest last; none where the directory gives no date.
 */
function seatedMonths({ seat, usage }: Known, facts: Facts, covered: Covered): Months {
  const { since = null } = seat ?? {};
  if (since === null || usage === null) return { months: [], used: [] };
  const closed = facts.pastMonths.map((month, i) => ({ month, used: usage.pastUsed[i] ?? 0n }));
  const whole = covered.get(placeOf(usage)) ?? [];
  const all = [...closed, { month: facts.month, used: usage.used }].filter(({ month }) => whole.includes(month));
  const counted = all.filter(({ month }) => new Date(since) <= startOf(`${month}-01`)).slice(-MOST_MONTHS);
  return { months: counted.map(({ month }) => month), used: counted.map(({ used }) => used) };
}

/**
 * The day from which a move shows on the bill, if it is merged now: an upgrade today, or, where it
 * does not pay in what is left of this month, on the next 1st (merged then); a downgrade on the 1st after the old
 * membership has ended (it overlaps the new one for a day, and may wait for the month's end) and Kiro has seen it.
 */
function effectiveDay({ group }: MovableSeat, even: BreakEven | null, now: Date): Day {
  if (even !== null) return even.pays ? dayOf(now) : firstOfNextMonth(dayOf(now));
  const ends = addHours(now, OVERLAP_HOURS);
  const opens = startOf(windowOpens(dayOf(ends)));
  const ended = group.removals === 'month-end' && ends < opens ? opens : ends;
  return firstOfNextMonth(dayOf(addHours(ended, KIRO_SYNC_HOURS)));
}

type Candidate = {
  readonly key: string;
  readonly move: Move;
  readonly saving: number;
  readonly optedOut: boolean;
  readonly advice: Advice;
};

type Judged = { readonly candidate: Candidate | null; readonly silence: Silence | null };

type Context = AdviceInput & { readonly covered: Covered };

const NOTHING: Judged = { candidate: null, silence: null };

function judge({ known, person }: Advised, seat: MovableSeat, tiers: readonly Tier[], input: Context): Judged {
  const { configuration, facts, resolution, now, covered } = input;
  const { months, used } = seatedMonths(known, facts, covered);
  // Nothing used at all is no matter of the tier: whether an idle seat goes is for a human to say.
  if (months.length < FEWEST_MONTHS || person.state === 'idle' || used.every((credits) => credits === 0n)) return NOTHING;
  const need: Need = { held: seat.tier, overage: known.overage === true, months: used };
  const limited = !need.overage && used.some((credits) => isAtLimit(seat.tier, credits));
  const wish = choice([...configuration.tiers.values()], need);
  const unseated = wish !== null && !tiers.some((tier) => tier.name === wish.tier.name);
  const silence: Silence | null =
    !seat.optedOut && (limited || unseated) ? { profile: known.profile, limited, unseated: unseated ? wish : null } : null;
  const chosen = unseated ? choice(tiers, need) : wish;
  if (chosen === null || isContradicted(chosen.tier, need, person.forecast)) return { candidate: null, silence };
  if (!rises(seat.tier, chosen.tier) && resolution.protectedUsers.has(seat.userId)) return { candidate: null, silence };
  const move: Move = { userId: seat.userId, profile: known.profile, from: seat.tier, to: chosen.tier };
  const even = rises(seat.tier, chosen.tier)
    ? breakEven({ need, to: chosen.tier, facts, usage: known.usage, forecast: person.forecast, now })
    : null;
  const keeps = even === null && seat.group.removals === 'never';
  const advice = adviceOf(seat, { need, tiers, months, choice: chosen, effective: effectiveDay(seat, even, now), keeps, even }, person);
  const { saving } = chosen;
  return { candidate: { key: seatKey(known.profile, known.userId), move, saving, optedOut: seat.optedOut, advice }, silence };
}

function adviceOf(seat: MovableSeat, grounds: Grounds & { readonly tiers: readonly Tier[] }, person: Advised['person']): Advice {
  const { tier, saving }: Choice = grounds.choice;
  return {
    tier: tier.name,
    from: seat.tier.name,
    monthlySaving: saving,
    effective: grounds.effective,
    confidence: confidenceOf(tier, grounds.tiers, grounds.need, person.forecast),
    months: grounds.months.length,
    reason: reasonOf(grounds),
    blockedBy: grounds.keeps ? seat.group.group : null,
  };
}

/** How notes call a place: by its profile, where there is one. */
function profileAt({ profiles }: Configuration): (place: string) => string {
  const names = new Map(profiles.map((profile) => [placeOf(profile), profile.name]));
  return (place) => (names.has(place) ? `profile ${names.get(place)}` : place);
}

/**
 * Right-size advice for everybody in the report: the tier with the least list price and expected overage of those that the
 * profile has managed seat groups for, where at least two closed months agree and nothing of the policy forbids it. What the
 * policy allows only some of (`maxSeats`, budgets) goes to the largest savings first. None for a month before the last closed
 * one. Pure; today is `now`'s UTC day.
 */
export function adviceFor(input: AdviceInput): AdviceResult {
  const { configuration, facts, live, resolution, now } = input;
  if (!isRecent(facts.month, now)) return { byKey: new Map(), notes: [staleNote(facts.month)] };
  const context: Context = { ...input, covered: coveredMonths(facts, dayOf(now)) };
  const { seatOf, tiersOf } = movable(configuration, live, resolution);
  const judged = input.people.map((one) => {
    const seat = seatOf(one.known);
    return seat === null ? NOTHING : judge(one, seat, tiersOf(one.known.profile), context);
  });
  const candidates = judged.flatMap(({ candidate }) => candidate ?? []);
  const limits = policyLimits(configuration, live, resolution);
  const byKey = new Map<string, Advice>();
  let refused = 0;
  for (const { key, move, optedOut, advice } of candidates.sort((a, b) => b.saving - a.saving || (a.key < b.key ? -1 : 1))) {
    if (optedOut || limits.refuses(move)) {
      refused += 1;
      continue;
    }
    limits.take(move);
    byKey.set(key, advice);
  }
  return {
    byKey,
    notes: [
      ...coverageNotes(facts, profileAt(configuration), dayOf(now)),
      ...adviceNotes(
        judged.flatMap(({ silence }) => silence ?? []),
        refused,
      ),
    ],
  };
}
