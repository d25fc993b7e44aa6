type Point = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

type Sums = Record<
  'seats' | 'seatUsd' | 'plan' | 'used' | 'overage' | 'overageUsd' | 'idle' | 'unconfirmed' | 'advised' | 'savingUsd' | 'blockedUsd',
  number
>;

/** What the metrics say of a report: sums over people, by profile and tier. Names nobody. */
export type Figures = {
  readonly month: Point;
  /** False: it is the roster, and says nothing of use. */
  readonly hasUsage: boolean;
  /** 24:00 UTC of the last day with usage. */
  readonly throughSeconds: number | null;
  readonly rows: readonly Point[];
  readonly tiers: readonly { readonly labels: Readonly<Record<'profile' | 'tier', string>>; readonly sums: Readonly<Sums> }[];
  readonly forecasts: readonly Point[];
  /** Names of all budgets. */
  readonly budgets: readonly string[];
};

const NO_SUMS: Readonly<Sums> = {
  ...{
    seats: 0,
    seatUsd: 0,
    plan: 0,
    used: 0,
    overage: 0,
    overageUsd: 0,
    idle: 0,
    unconfirmed: 0,
    advised: 0,
    savingUsd: 0,
    blockedUsd: 0,
  },
};

/** Usage without a seat. What the reports call its tier is somebody else's text, and not shown. */
const NO_TIER = '(none)';

/**
 * The figures of a report as `/api/credits` gives it, so that both say the same, after a restart too. Null for a text that is
 * no such report; a field that a report of another version lacks counts as nothing.
 */
export function figuresOf(json: string): Figures | null {
  const document = parsed(json);
  if (at(document, 'format') !== 'kirosync.credits/v1') return null;
  const through = Date.parse(`${text(document, 'throughDate')}T24:00:00Z`);
  const profiles = list(document, 'profiles');
  return {
    month: { labels: { month: text(document, 'month'), closed: String(at(document, 'closed') === true) }, value: 1 },
    hasUsage: at(document, 'files') !== null,
    throughSeconds: Number.isNaN(through) ? null : through / 1000,
    rows: ['used', 'superseded', 'rejected'].map((result) => ({ labels: { result }, value: number(at(document, 'rows'), result) })),
    tiers: tiersOf(list(document, 'people')),
    budgets: list(document, 'budgets').map((row) => text(row, 'name')),
    forecasts: profiles.flatMap((row) => {
      const forecast = at(row, 'forecast');
      if (typeof forecast !== 'object' || forecast === null) return [];
      const profile = text(row, 'name');
      return ['low', 'expected', 'high'].map((bound) => ({ labels: { profile, bound }, value: number(forecast, bound) }));
    }),
  };
}

const known = new WeakMap<{ readonly json: string }, { readonly figures: Figures | null }>();

/** The same of a report in memory, read once: the report of a large organisation is ten megabytes. */
export function reportFigures(report: { readonly json: string }): Figures | null {
  const found = known.get(report) ?? { figures: figuresOf(report.json) };
  known.set(report, found);
  return found.figures;
}

function tiersOf(people: readonly unknown[]): Figures['tiers'] {
  const found = new Map<string, { readonly labels: Record<'profile' | 'tier', string>; readonly sums: Sums }>();
  for (const person of people) {
    const labels = { profile: text(person, 'profile'), tier: text(person, 'tier') || NO_TIER };
    const key = JSON.stringify(labels);
    const entry = found.get(key) ?? { labels, sums: { ...NO_SUMS } };
    found.set(key, entry);
    add(entry.sums, person);
  }
  return [...found.values()];
}

function add(sums: Sums, person: unknown): void {
  const state = at(person, 'state');
  const advice = at(person, 'advice');
  const isAdvised = typeof advice === 'object' && advice !== null;
  sums.seats += at(person, 'tier') === null ? 0 : 1;
  sums.seatUsd += number(person, 'monthlyUsd');
  sums.plan += number(person, 'planCredits');
  sums.used += number(person, 'used');
  sums.overage += number(person, 'overageCredits');
  sums.overageUsd += number(person, 'overageUsd');
  sums.idle += state === 'idle' ? 1 : 0;
  sums.unconfirmed += state === 'unconfirmed' ? 1 : 0;
  sums.advised += isAdvised ? 1 : 0;
  if (isAdvised) sums[text(advice, 'blockedBy') === '' ? 'savingUsd' : 'blockedUsd'] += number(advice, 'monthlySavingUsd');
}

function parsed(json: string): unknown {
  try {
    const document: unknown = JSON.parse(json);
    return document;
  } catch {
    return null;
  }
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function text(value: unknown, name: string): string {
  const found = at(value, name);
  return typeof found === 'string' ? found : '';
}

function number(value: unknown, name: string): number {
  const found = at(value, name);
  return typeof found === 'number' ? found : 0;
}

function list(value: unknown, name: string): readonly unknown[] {
  const found = at(value, name);
  return Array.isArray(found) ? found : [];
}
