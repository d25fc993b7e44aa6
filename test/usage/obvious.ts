/*
 * The aggregation again, slow and obvious: walk every row, keep the later export, add up. It shares nothing with the code
 * it checks: numbers are read and written by text and BigInt here, tiers and ids are normalised by this file's own words.
 */

/** 18 places, which is what a credit has here. */
const PLACES = 18;
const ONE = 10n ** 18n;

/** Units of 10^-18 as a decimal, by text alone. */
export function exact(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** `12.5`, `+.5`, `7.`, `1.25e2` in units of 10^-18; null for what is no number that a report may hold. */
export function units(text: string): bigint | null {
  const match = /^\s*\+?(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?\s*$/.exec(text);
  const [, whole = '', fraction = '', power = '0'] = match ?? [];
  if (match === null || whole + fraction === '') return null;
  const shift = PLACES + Number(power) - fraction.length;
  const digits = BigInt(whole + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : null;
}

export type Written = {
  readonly place: string;
  readonly stamp: string;
  /** Sorts files of one stamp. */
  readonly path: string;
  readonly date: string;
  readonly user: string;
  readonly client: string;
  readonly credits: string;
  readonly overage: string;
  readonly tier: string;
};

export type Seated = {
  readonly profile: string;
  readonly user: string;
  readonly tier: string;
};
export type Granted = Seated & { readonly assignment: string; readonly costCenter: string };

export type Price = { readonly name: string; readonly spellings: readonly string[]; readonly cents: bigint; readonly credits: bigint };

export const PRICES: readonly Price[] = [
  { name: 'pro', spellings: ['pro', 'kiropro'], cents: 2_000n, credits: 1_000n },
  { name: 'pro-plus', spellings: ['proplus', 'kiroproplus'], cents: 4_000n, credits: 2_000n },
  { name: 'pro-max', spellings: ['promax', 'kiropromax'], cents: 10_000n, credits: 5_000n },
  { name: 'power', spellings: ['power', 'kiropower'], cents: 20_000n, credits: 10_000n },
];

const priceOf = (text: string): Price | undefined => {
  const key = text
    .toLowerCase()
    .split('')
    .map((char) => (char === '+' ? 'plus' : char))
    .filter((char) => !['_', '-', ' '].includes(char))
    .join('');
  return PRICES.find(({ spellings }) => spellings.includes(key));
};

function bare(id: string): string {
  const tail = id.trim().toLowerCase().slice(-36);
  return tail.length === 36 ? tail : id.trim();
}

type Chosen = Written & { readonly userId: string; readonly used: bigint; readonly over: bigint };

/** Rows that count, and how many did not. */
export function choose(rows: readonly Written[], isDay: (text: string) => boolean) {
  const kept = new Map<string, Chosen>();
  let rejected = 0;
  const inOrder = [...rows.entries()].sort(([i, a], [j, b]) =>
    a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : a.path < b.path ? -1 : a.path > b.path ? 1 : i - j,
  );
  for (const [, row] of inOrder) {
    const used = units(row.credits);
    const over = row.overage.trim() === '' ? 0n : units(row.overage);
    const late = row.date.split('-').join('') > row.stamp.slice(0, 8);
    if (used === null || over === null || over > used || !isDay(row.date) || late || row.user.trim() === '') rejected += 1;
    else {
      const one = { ...row, userId: bare(row.user), used, over };
      kept.set([row.place, row.date, one.userId, row.client].join('|'), one);
    }
  }
  return { kept: [...kept.values()], rejected };
}

export type Line = {
  profile: string;
  userId: string;
  tier: string;
  assignment: string;
  costCenter: string;
  used: bigint;
  over: bigint;
  plan: bigint;
  overageCents: bigint;
  seatCents: bigint;
  seats: number;
};

/** One line for each seat, and for each person without one who has a row in the month. */
export function lines(
  chosen: readonly Chosen[],
  given: {
    readonly month: string;
    readonly seats: readonly Seated[];
    readonly grants: readonly Granted[];
    readonly profileOf: (place: string) => string;
  },
): readonly Line[] {
  const keys = new Set([
    ...given.seats.map((seat) => `${seat.profile}|${seat.user}`),
    ...chosen.filter((row) => row.date.startsWith(given.month)).map((row) => `${given.profileOf(row.place)}|${row.userId}`),
  ]);
  return [...keys].sort().map((key) => {
    const mine = chosen.filter((row) => `${given.profileOf(row.place)}|${row.userId}` === key);
    const month = mine.filter((row) => row.date.startsWith(given.month));
    const last = (month.length > 0 ? month : mine)
      .map((row) => ({ row, at: `${row.date}|${row.stamp.padEnd(14, '0')}|${row.client}` }))
      .sort((a, b) => (a.at < b.at ? 1 : -1))[0]?.row;
    const seat = given.seats.find((one) => `${one.profile}|${one.user}` === key);
    const grant = given.grants.find((one) => `${one.profile}|${one.user}` === key);
    const shown = last === undefined ? undefined : priceOf(last.tier);
    const held = seat === undefined ? undefined : priceOf(seat.tier);
    const over = month.reduce((sum, row) => sum + row.over, 0n);
    const [profile = '', userId = ''] = key.split('|');
    return {
      profile,
      userId,
      tier: held?.name ?? shown?.name ?? (last === undefined || last.tier === '' ? '(unknown)' : last.tier),
      assignment: grant?.assignment ?? '(none)',
      costCenter: grant?.costCenter ?? '(none)',
      used: month.reduce((sum, row) => sum + row.used, 0n),
      over,
      plan: (held ?? shown)?.credits ?? 0n,
      // Four cents a credit, half a cent up.
      overageCents: shown === undefined && held === undefined ? 0n : (over * 4n * 2n + ONE) / (ONE * 2n),
      seatCents: held?.cents ?? 0n,
      seats: seat === undefined ? 0 : 1,
    };
  });
}

/** Sums by a name, as text that can be compared. */
export function table(all: readonly Line[], nameOf: (line: Line) => string): readonly string[] {
  const names = [...new Set(all.map(nameOf))].sort();
  return names.map((name) => {
    const mine = all.filter((line) => nameOf(line) === name);
    const sum = (pick: (line: Line) => bigint): bigint => mine.reduce((total, line) => total + pick(line), 0n);
    const cost = sum((line) => line.seatCents + line.overageCents);
    return [
      name,
      `seats ${mine.reduce((total, line) => total + line.seats, 0)}`,
      `people ${mine.length}`,
      `plan ${sum((line) => line.plan)}`,
      `used ${exact(sum((line) => line.used))}`,
      `overage ${exact(sum((line) => line.over))} ${sum((line) => line.overageCents)}`,
      `cost ${cost}`,
    ].join(' ');
  });
}
