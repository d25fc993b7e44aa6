import type { Advice, Credits, CreditsDay, CreditsPerson, CreditsRow, CreditsSum, Forecast } from '../../src/model/credits.ts';
import { addDays, daysInMonth } from '../../src/model/day.ts';
import { costPerCredit, creditOf, priceOf, ratio } from '../../src/usage/amount.ts';

/** A report made of the model's types alone: what the formats are tested with, whatever the engine does. */
export type Wish = {
  readonly people?: number;
  readonly closed?: boolean;
  /** No live state: seats, cost and desired are null. */
  readonly live?: boolean;
  /** No usage given: the roster. */
  readonly usage?: boolean;
  readonly forecast?: boolean;
  readonly seed?: number;
};

const TIERS = [
  ['pro', 2_000, 1_000],
  ['pro-plus', 4_000, 2_000],
  ['pro-max', 10_000, 5_000],
  ['power', 20_000, 10_000],
] as const;

const rankOf = (tier: string): number => TIERS.findIndex(([name]) => name === tier);

const TEAMS = [
  ['engineering', 'platform', 'RND'],
  ['engineering', 'storefront', 'RND'],
  ['research', 'modelling', 'LAB'],
  ['engineering', '(none)', '(none)'],
] as const;

const FIRST = 'ana bo cy dee eli fay gus hana ivo jun kai lea mina noor otto pia quinn rosa sami tove uma vera wim xia yara zoe'.split(' ');

/** Marsaglia's xorshift: the same people on every machine. */
function random(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4_294_967_296;
  };
}

const whole = (value: number): bigint => creditOf(Math.round(value * 100) / 100);

function forecastFor(used: bigint, next: () => number): Forecast {
  const rest = (used * BigInt(Math.round(40 + next() * 60))) / 100n;
  return { expected: used + rest, low: used + (rest * 7n) / 10n, high: used + (rest * 14n) / 10n };
}

function adviceFor(from: number, used: bigint, next: () => number): Advice | null {
  const tier = TIERS[from + 1];
  const held = TIERS[from];
  if (held === undefined || tier === undefined || used < creditOf(held[2] * 1.5)) return null;
  const saving = Math.round(next() * 4_000) + 120;
  return {
    tier: tier[0],
    from: held[0],
    monthlySaving: saving,
    blockedBy: null,
    effective: '2026-11-19',
    confidence: next() < 0.5 ? 'high' : 'medium',
    months: 3,
    reason: `Used ${Number(used / 10n ** 18n)} credits a month on average of 3 closed months; ${tier[0]} covers more of it than the overage costs.`,
  };
}

function personAt(i: number, wish: Required<Wish>, next: () => number): CreditsPerson {
  const [profile, assignment, costCenter] = TEAMS[i % TEAMS.length] ?? TEAMS[0];
  const kind = next();
  const at = kind < 0.55 ? 0 : kind < 0.8 ? 1 : kind < 0.92 ? 2 : 3;
  const [tier, monthly, plan] = TIERS[at] ?? TIERS[0];
  const mood = next();
  const state = !wish.usage
    ? 'seat'
    : !wish.live
      ? 'usage'
      : i % 17 === 3
        ? 'idle'
        : i % 29 === 5
          ? 'unconfirmed'
          : i % 41 === 7
            ? 'no-seat'
            : 'active';
  const silent = state === 'idle' || state === 'unconfirmed' || state === 'seat';
  const used = silent ? 0n : whole(plan * (mood < 0.15 ? 1 + next() * 1.2 : mood * 0.9));
  const planCredits = creditOf(plan);
  const overageCredits = used > planCredits ? used - planCredits : 0n;
  const seated = wish.live && state !== 'no-seat';
  const overage = priceOf(overageCredits, 0.04);
  const cost = wish.live ? (seated ? monthly : 0) + overage : null;
  const name = `${FIRST[i % FIRST.length]}${i < FIRST.length ? '' : i}@example.com`;
  return {
    userId: `${i.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
    userName: wish.live && i % 53 !== 11 ? name : null,
    profile,
    desired: seated ? tier : null,
    tier: seated ? tier : null,
    usageTier: silent ? null : i === 4 ? 'ULTRA' : tier,
    used,
    planCredits,
    utilisation: ratio(used, planCredits),
    overageCredits,
    overage,
    monthly: seated ? monthly : null,
    cost,
    costPerCredit: costPerCredit(cost, used),
    activeDays: silent ? 0 : Math.ceil(next() * 18),
    lastActive: state === 'idle' ? '2026-10-04' : silent ? null : `2026-11-${String(10 + (i % 9)).padStart(2, '0')}`,
    idleDays: state === 'idle' ? 46 : silent ? null : i % 9,
    state,
    forecast: wish.forecast && !wish.closed && !silent ? forecastFor(used, next) : null,
    advice: seated && !silent ? adviceFor(at, used, next) : null,
    assignment: seated ? assignment : '(none)',
    costCenter: seated ? costCenter : '(none)',
    since: seated ? `2026-0${1 + (i % 9)}-11T08:00:00.000Z` : null,
    why: seated
      ? `assignment ${assignment}: member of group ${assignment}-engineers`
      : 'in the usage reports; member of no seat group of this profile',
  };
}

function sumOf(people: readonly CreditsPerson[], wish: Required<Wish>): CreditsSum {
  const credit = (of: (p: CreditsPerson) => bigint | null): bigint => people.reduce((sum, p) => sum + (of(p) ?? 0n), 0n);
  const cents = (of: (p: CreditsPerson) => number | null): number => people.reduce((sum, p) => sum + (of(p) ?? 0), 0);
  const [used, planCredits, overage] = [credit((p) => p.used), credit((p) => p.planCredits), cents((p) => p.overage)];
  const cost = wish.live ? cents((p) => p.monthly) + overage : null;
  const seats = people.filter((p) => p.tier !== null).length;
  const dear = credit((p) => p.forecast?.expected ?? p.used);
  return {
    seats: wish.live ? seats : null,
    desired: wish.live ? seats + (seats > 10 ? 1 : 0) : null,
    people: people.length,
    planCredits,
    used,
    overageCredits: credit((p) => p.overageCredits),
    overage,
    cost,
    utilisation: ratio(used, planCredits),
    costPerCredit: cost === null || used === 0n ? null : Math.round((cost / 100 / Number(used / 10n ** 18n)) * 1e6) / 1e6,
    forecast:
      wish.forecast && !wish.closed && used > 0n
        ? { expected: dear, low: used + ((dear - used) * 8n) / 10n, high: used + ((dear - used) * 12n) / 10n }
        : null,
  };
}

function rowsBy(people: readonly CreditsPerson[], wish: Required<Wish>, nameOf: (p: CreditsPerson) => string): readonly CreditsRow[] {
  const names = [...new Set(people.map(nameOf))].sort();
  return names.map((name) => ({
    name,
    ...sumOf(
      people.filter((p) => nameOf(p) === name),
      wish,
    ),
  }));
}

/** What was used, spread over the days with quiet weekends; the last day takes what is left, so that the days add up. */
function spread(people: readonly CreditsPerson[], through: number): readonly CreditsDay[] {
  const used = people.reduce((sum, p) => sum + p.used, 0n);
  const overage = people.reduce((sum, p) => sum + p.overageCredits, 0n);
  const weight = Array.from({ length: through }, (_, i) => (i % 7 === 0 || i % 7 === 6 ? 12n : 90n + BigInt((i * 37) % 40)));
  const total = weight.reduce((a, b) => a + b, 0n);
  const late = weight.map((w, i) => (i > through / 2 ? w : 0n));
  const lateTotal = late.reduce((a, b) => a + b, 0n) || 1n;
  let [left, leftOverage] = [used, overage];
  return weight.map((w, i) => {
    const last = i === through - 1;
    const [mine, over] = last ? [left, leftOverage] : [(used * w) / total, (overage * (late[i] ?? 0n)) / lateTotal];
    left -= mine;
    leftOverage -= over;
    return { date: addDays('2026-11-01', i), people: Math.ceil((people.length * Number(w)) / 130), used: mine, overageCredits: over };
  });
}

/** A whole report; see `Wish`. Without wishes: 60 people in two profiles, 18 days into November. */
export function creditsScenario(wishes: Wish = {}): Credits {
  const wish = { people: 60, closed: false, live: true, usage: true, forecast: true, seed: 7, ...wishes };
  const next = random(wish.seed);
  const people = Array.from({ length: wish.people }, (_, i) => personAt(i, wish, next));
  const totals = sumOf(people, wish);
  const through = wish.closed ? 30 : 18;
  const by = (nameOf: (p: CreditsPerson) => string): readonly CreditsRow[] => rowsBy(people, wish, nameOf);
  const profiles = by((p) => p.profile);
  const busy = wish.usage && totals.used > 0n;
  const rest = totals.forecast === null ? 0n : totals.forecast.expected - totals.used;
  const ahead = daysInMonth('2026-11') - through;
  return {
    month: '2026-11',
    throughDate: busy ? `2026-11-${through}` : null,
    closed: wish.closed,
    idleAfterDays: 30,
    files: wish.usage ? { reports: 54, legacy: 2, markers: 1, other: 0 } : null,
    rows: wish.usage
      ? { read: 24_310, used: 24_100, superseded: 208, rejected: 2, inMonth: 9_120 }
      : { read: 0, used: 0, superseded: 0, rejected: 0, inMonth: 0 },
    rejected: wish.usage
      ? [
          {
            file: 'reports/AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/11/03/00/KIRO_IDE_111122223333_user_report_202611040200.csv',
            line: 7,
            reason: 'Credits_Used is not a number: NaN',
          },
          { file: 'reports/AWSLogs/b.csv', line: null, reason: 'the file has no header line; its one row is rejected' },
        ]
      : [],
    totals,
    people,
    tiers: by((p) => p.tier ?? p.usageTier ?? '(unknown)').toSorted((a, b) => rankOf(a.name) - rankOf(b.name)),
    profiles,
    assignments: by((p) => p.assignment),
    costCenters: by((p) => p.costCenter),
    days: busy ? spread(people, through) : [],
    profileDays: busy
      ? profiles.map(({ name }) => ({
          profile: name,
          days: spread(
            people.filter((p) => p.profile === name),
            through,
          ),
        }))
      : [],
    outlook:
      totals.forecast === null
        ? []
        : Array.from({ length: ahead }, (_, i) => {
            const share = (rest * ((i + through) % 7 === 0 || (i + through) % 7 === 6 ? 3n : 11n)) / 100n;
            return { date: addDays('2026-11-01', through + i), expected: share, low: (share * 6n) / 10n, high: (share * 15n) / 10n };
          }),
    movers:
      busy && !wish.closed
        ? people
            .filter((p) => p.used > 0n)
            .slice(0, 10)
            .map((p, i) => ({
              userId: p.userId,
              userName: p.userName,
              profile: p.profile,
              before: (p.used * BigInt(i * 23)) / 100n,
              now: p.used,
            }))
            .toSorted((a, b) =>
              Number((b.now > b.before ? b.now - b.before : b.before - b.now) - (a.now > a.before ? a.now - a.before : a.before - a.now)),
            )
        : [],
    mismatches: mismatchesOf(people, wish),
    budgets: budgetsOf(totals, wish),
    notes: notesOf(wish),
  };
}

function mismatchesOf(people: readonly CreditsPerson[], wish: Required<Wish>): Credits['mismatches'] {
  if (!wish.live || !wish.usage) return [];
  const base = { recognised: true, date: '2026-11-17', cost: null };
  return people.flatMap((p, i): Credits['mismatches'] => {
    const who = { userId: p.userId, userName: p.userName, profile: p.profile, tier: p.tier, usageTier: p.usageTier };
    if (p.state === 'no-seat')
      return [{ ...base, ...who, kind: 'no-seat' as const, text: 'Used credits but is a member of no seat group of this profile.' }];
    if (i === 4)
      return [
        { ...base, ...who, recognised: false, kind: 'tier' as const, text: 'The reports show a tier that the catalogue does not have.' },
      ];
    if (i === 9)
      return [
        {
          ...base,
          ...who,
          date: null,
          kind: 'two-profiles' as const,
          cost: 24_000,
          text: 'Holds seats in engineering (pro) and research (power); each is billed.',
        },
      ];
    if (p.profile === 'research' && p.overageCredits > 0n)
      return [
        { ...base, ...who, kind: 'overage-off' as const, cost: p.overage, text: 'Overage was used, and the profile declares it off.' },
      ];
    return [];
  });
}

function budgetsOf({ cost, overage }: CreditsSum, wish: Required<Wish>): Credits['budgets'] {
  const known = wish.live && cost !== null;
  const share = (part: number): number | null => (known ? Math.round(cost * part) : null);
  const make = (
    name: string,
    part: number,
    monthly: number,
    costCenter: string | null,
    exceededOn: string | null,
  ): Credits['budgets'][number] => {
    const spent = share(part);
    const committed = known ? Math.round((cost - overage) * part) : null;
    const forecast = wish.usage && wish.forecast && !wish.closed && spent !== null ? Math.round(spent * 1.04) : null;
    return {
      name,
      profile: null,
      costCenter,
      monthly,
      committed,
      cost: spent,
      forecast,
      exceededOn: known ? exceededOn : null,
      over: spent === null ? null : spent > monthly,
    };
  };
  if (cost === 0) return [];
  return [
    make('research', 0.3, Math.round((cost ?? 100_000) * 0.28), 'LAB', '2026-11-01'),
    make('roll-out', 0.6, Math.round((cost ?? 100_000) * 0.61), 'RND', '2026-11-27'),
    make('everything', 1, Math.round((cost ?? 100_000) * 1.4), null, null),
  ];
}

function notesOf(wish: Required<Wish>): readonly string[] {
  if (!wish.usage) return [];
  return [
    ...(wish.live
      ? []
      : ['Live state was not read: seats, their cost, assignments and "since" are missing, and nobody can be called idle.']),
    'The reports show the unrecognised tier "ULTRA" for 1 person; it gives no plan credits and no overage price here.',
  ];
}
