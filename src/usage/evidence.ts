import { addHours, type Day, dayOf, firstOfNextMonth } from '../model/day.ts';
import type { Tier } from '../model/tier.ts';

/**
 * True when a usage row of a day can say anything of a seat. Kiro may take 24 hours to notice a new membership, and a
 * downgrade shows from the 1st of the next month on (Kiro enterprise documentation, 2026): earlier rows still carry the
 * tier from before, and prove nothing. `tier` is the row's, null where it is not recognised.
 */
export function speaksOf(
  row: { readonly day: Day; readonly tier: Tier | null },
  seat: { readonly tier: Tier; readonly since: string | null },
): boolean {
  if (seat.since === null) return true;
  const changed = new Date(seat.since);
  if (row.day <= dayOf(addHours(changed, 24))) return false;
  return row.tier === null || row.tier.rank <= seat.tier.rank || row.day >= firstOfNextMonth(dayOf(changed));
}
