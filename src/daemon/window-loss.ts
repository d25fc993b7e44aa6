import { addDays, dayOf, firstOfNextMonth, type Month, monthOf, startOf, windowOpens } from '../model/day.ts';
import { usd } from '../model/money.ts';
import { changesOf } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import type { Result } from '../reconcile.ts';
import { coversAll, freezeOf } from './window.ts';

/** Month-end removals that change windows keep from being applied before they cost another month. `usd` a month, at list price. */
export type LostRemovals = {
  readonly profile: string;
  /** Whose end is covered. */
  readonly month: Month;
  readonly windows: readonly string[];
  readonly removals: number;
  readonly usd: number;
  /** A full sentence. */
  readonly message: string;
};

/**
 * The profiles with seats that should end in this month's removal window (from 00:00 UTC on its second-last day), which change
 * windows cover to its end. Empty without a plan.
 */
export function lostRemovals(
  result: Pick<Result, 'plan' | 'configuration'> | null,
  windows: Settings['windows'],
  now: Date,
): readonly LostRemovals[] {
  const { plan = null, configuration = null } = result ?? {};
  if (plan === null || configuration === null || windows.length === 0) return [];
  const today = dayOf(now);
  const opens = startOf(windowOpens(today));
  const closes = startOf(firstOfNextMonth(today));
  const from = now > opens ? now : opens;
  const waiting = plan.held.filter(
    (row) => row.action === 'delete' && row.until !== null && new Date(row.until).getTime() === opens.getTime(),
  );
  const planned = now < opens ? [] : changesOf(plan).filter((change) => change.action === 'delete');
  const prices = pricesOf(configuration);
  return configuration.profiles.flatMap(({ name: profile }): readonly LostRemovals[] => {
    const ends = [...waiting, ...planned].filter((each) => each.profile === profile);
    if (ends.length === 0 || !coversAll(windows, profile, from, closes)) return [];
    const cents = ends.reduce((sum, { key }) => sum + (prices.get(`${profile}\u0000${groupOf(key)}`) ?? 0), 0);
    const names = freezeOf(windows, profile, from)?.windows ?? [];
    const month = monthOf(today);
    const seats = `${ends.length} ${ends.length === 1 ? 'seat' : 'seats'} of ${profile}`;
    const message = `Change windows (${names.join(', ')}) cover the removal window of ${month} (${windowOpens(today)} to ${addDays(firstOfNextMonth(today), -1)}): ${seats} that should end then would be paid for another month, $${usd(cents).toFixed(2)}. \`kirosync reconcile --override REASON\` in it lets one pass through.`;
    return [{ profile, month, windows: names, removals: ends.length, usd: usd(cents), message }];
  });
}

type Prices = ReadonlyMap<string, number>;

function pricesOf({ profiles, tiers }: NonNullable<Result['configuration']>): Prices {
  return new Map(
    profiles.flatMap(({ name, seats }) =>
      seats.map((seat) => [`${name}\u0000${seat.group.toLowerCase()}`, tiers.get(seat.tier)?.monthly ?? 0] as const),
    ),
  );
}

/** The group of a membership's key, in lower case: keys have the directory's spelling, prices that of the policy. */
function groupOf(key: string): string {
  return decodeURIComponent(key.split('/')[1] ?? '').toLowerCase();
}
