/**
 * Synthetic daily histories of credit use, to develop and judge the forecast on. Written before any forecaster, and knowing
 * nothing of one. The same seed always gives the same people. One seed is one organisation: its people share public
 * holidays and the pace at which the whole organisation grows or shrinks, so their errors are not independent.
 */

/** What the development of a forecaster may look at. */
export const DEVELOPMENT_SEEDS = [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22] as const;

/** What it is judged on: no setting of a forecaster may be chosen by them. */
export const UNSEEN_SEEDS = [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008, 9009, 9010, 9011, 9012] as const;

/**
 * steady: a level that hardly moves · level-shift: steps to another level every few weeks · holiday: away for one to three
 * weeks, once or twice · bursty: days of heavy use between silent weeks · joiner: begins somewhere in the half year ·
 * leaver: falls silent for ever.
 */
export const REGIMES = ['steady', 'level-shift', 'holiday', 'bursty', 'joiner', 'leaver'] as const;

export type SyntheticRegime = (typeof REGIMES)[number];

export type SyntheticPerson = {
  readonly regime: SyntheticRegime;
  /** Credits of each day, two decimals, 0 on a day without use. */
  readonly daily: Float64Array;
  /** Where the regime's events lie, as indices of `daily`: steps, first days of absence, the first day (joiner), the first silent day (leaver). */
  readonly events: readonly number[];
};

export type UsageHistory = {
  readonly seed: number;
  readonly from: string;
  readonly days: number;
  readonly people: readonly SyntheticPerson[];
};

export type HistoryOptions = {
  readonly seed: number;
  /** So many people of each regime. */
  readonly each: number;
  /** The 1st of a month. */
  readonly from?: string;
  readonly months?: number;
};

type Random = {
  /** In [0, 1). */
  readonly unit: () => number;
  readonly between: (low: number, high: number) => number;
  readonly whole: (low: number, high: number) => number;
  readonly normal: () => number;
  readonly chance: (probability: number) => boolean;
};

/** mulberry32: small, fast and the same on every machine. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (low: number, high: number): number => low + (high - low) * unit();
  return {
    unit,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    chance: (probability) => unit() < probability,
  };
}

/** Shared by all people of a seed: weekday of each day (0 is Sunday), days off, and the level of the whole organisation. */
type Calendar = { readonly weekdays: readonly number[]; readonly off: readonly boolean[]; readonly pace: readonly number[] };

function calendarOf(random: Random, from: string, days: number): Calendar {
  const first = new Date(`${from}T00:00:00Z`).getUTCDay();
  const weekdays = Array.from({ length: days }, (_, day) => (first + day) % 7);
  const off = Array.from({ length: days }, () => false);
  for (let block = 0; block < days; block += 30)
    if (random.chance(0.7)) off[block + random.whole(0, Math.min(29, days - block - 1))] = true;
  const monthly = random.between(-0.06, 0.1);
  let wander = 0;
  const pace = Array.from({ length: days }, (_, day) => {
    wander += 0.006 * random.normal();
    return Math.exp((monthly * day) / 30 + wander);
  });
  return { weekdays, off, pace };
}

/** Which part of the usual use falls on each weekday: most people rest at weekends, some work four days, some from Sunday to Thursday. */
function weekOf(random: Random): readonly number[] {
  const kind = random.unit();
  const rest = kind < 0.06 ? [5, 6] : [0, 6];
  const little = random.chance(0.75) ? 0 : random.between(0.05, 0.6);
  const week = Array.from({ length: 7 }, (_, day) => (rest.includes(day) ? little : random.between(0.75, 1.25)));
  if (kind > 0.88) week[random.whole(1, 5)] = 0;
  return week;
}

/** What somebody uses on a day on which they are there, as a multiple of their level. */
function workOf(random: Random): (day: number, calendar: Calendar) => number {
  const week = weekOf(random);
  const spread = random.between(0.25, 0.75);
  const attendance = random.between(0.72, 0.98);
  return (day, { weekdays, off, pace }) => {
    const noise = Math.exp(spread * random.normal() - (spread * spread) / 2);
    const present = random.chance(attendance) && !(off[day] === true && random.chance(0.9));
    return present ? (week[weekdays[day] ?? 0] ?? 0) * noise * (pace[day] ?? 1) : 0;
  };
}

/** Credits of a working day: few people use a lot, most use little. */
function levelOf(random: Random): number {
  return Math.min(900, Math.exp(3.2 + 1.1 * random.normal()));
}

type Course = { readonly level: (day: number) => number; readonly events: readonly number[] };

function shifting(random: Random, base: number, days: number): Course {
  const events: number[] = [];
  const levels = Array.from({ length: days }, () => base);
  let level = base;
  let next = random.whole(10, 60);
  for (let day = 0; day < days; day += 1) {
    if (day === next) {
      const factor = Math.exp(random.between(0.5, 1.4) * (random.chance(0.5) ? 1 : -1));
      level = Math.min(1_500, Math.max(0.5, level * factor));
      events.push(day);
      next = day + random.whole(25, 75);
    }
    levels[day] = level;
  }
  return { level: (day) => levels[day] ?? 0, events };
}

function holidaying(random: Random, base: number, days: number): Course {
  const away = new Set<number>();
  const events = Array.from({ length: random.whole(1, 2) }, () => {
    const start = random.whole(15, Math.max(15, days - 8));
    const length = random.whole(7, 23);
    for (let day = start; day < start + length; day += 1) away.add(day);
    return start;
  });
  return { level: (day) => (away.has(day) ? 0 : base), events: events.sort((a, b) => a - b) };
}

/** Projects of a few days, heavy ones, with silence between them. */
function bursting(random: Random, base: number, days: number): Course {
  const levels = Array.from({ length: days }, () => 0);
  const gap = random.between(6, 22);
  const events: number[] = [];
  let day = random.whole(0, 15);
  while (day < days) {
    events.push(day);
    const height = base * Math.exp(0.9 + 0.7 * random.normal());
    const until = day + random.whole(1, 6);
    for (; day < until && day < days; day += 1) levels[day] = height;
    day += 1 + Math.floor(-gap * Math.log(1 - random.unit()));
  }
  return { level: (at) => levels[at] ?? 0, events };
}

/** From a late first day on, with two weeks in which use grows. */
function joining(random: Random, base: number, days: number): Course {
  const first = random.whole(20, days - 6);
  const ramp = random.between(1, 15);
  return { level: (day) => (day < first ? 0 : base * Math.min(1, (day - first + 1) / ramp)), events: [first] };
}

function leaving(random: Random, base: number, days: number): Course {
  const last = random.whole(40, days - 4);
  return { level: (day) => (day < last ? base : 0), events: [last] };
}

function courseOf(regime: SyntheticRegime, random: Random, days: number): Course {
  const base = levelOf(random);
  if (regime === 'level-shift') return shifting(random, base, days);
  if (regime === 'holiday') return holidaying(random, base, days);
  if (regime === 'bursty') return bursting(random, base, days);
  if (regime === 'joiner') return joining(random, base, days);
  if (regime === 'leaver') return leaving(random, base, days);
  return { level: () => base, events: [] };
}

function personOf(regime: SyntheticRegime, seed: number, calendar: Calendar): SyntheticPerson {
  const random = randomOf(seed);
  const days = calendar.weekdays.length;
  const { level, events } = courseOf(regime, random, days);
  const work = workOf(random);
  const daily = Float64Array.from({ length: days }, (_, day) => Math.round(level(day) * work(day, calendar) * 100) / 100);
  return { regime, daily, events };
}

/** `each` people of every regime, from `from` (2026-05-01) for `months` (6) whole months. */
export function usageHistory({ seed, each, from = '2026-05-01', months = 6 }: HistoryOptions): UsageHistory {
  const [year = 0, month = 0] = from.split('-').map(Number);
  const days = Math.round((Date.UTC(year, month - 1 + months, 1) - Date.UTC(year, month - 1, 1)) / 86_400_000);
  const calendar = calendarOf(randomOf(seed), from, days);
  const people = REGIMES.flatMap((regime, kind) =>
    Array.from({ length: each }, (_, i) => personOf(regime, seed * 1_000_003 + kind * 100_003 + i + 1, calendar)),
  );
  return { seed, from, days, people };
}
