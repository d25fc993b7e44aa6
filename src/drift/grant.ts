import type { Configuration } from '../model/configuration.ts';
import type { RecordedSeat, SeatGrant, SeatRecord } from '../model/drift.ts';
import type { Resolution, Seat } from '../model/seat.ts';
import { seatId } from '../model/seat-change.ts';

const HELD = 'nothing grants it any more; its removal is held';

/**
 * The record with why each seat is there. A seat that was recorded before under the same assignment, or is only held now,
 * keeps the revision and time of its first record; `before` is the record before this one.
 */
export function withGrants(
  record: SeatRecord,
  {
    configuration,
    resolution,
    before,
  }: { readonly configuration: Configuration; readonly resolution: Resolution; readonly before: SeatRecord | null },
): SeatRecord {
  const old = new Map(before?.seats.map((seat) => [seatId(seat), seat.grant]));
  const wanted = new Map(resolution.seats.filter((seat) => !seat.external).map((seat) => [seatId(seat), seat]));
  const tiers = tiersOf(configuration);
  const prices = configuration.tiers;
  const grant = (seat: RecordedSeat): SeatGrant => {
    const now = wanted.get(seatId(seat));
    const known = old.get(seatId(seat));
    const tier = now?.tier ?? tiers.get(`${seat.profile}\u0000${seat.group}`) ?? known?.tier ?? '';
    const first = known !== undefined && (now === undefined || known.assignment === nameOf(now)) ? known : record;
    const { revision, at } = first;
    return { tier, ...wordsOf(now), monthly: prices.get(tier)?.monthly ?? null, revision, at };
  };
  return { ...record, seats: record.seats.map((seat) => ({ ...seat, grant: grant(seat) })) };
}

function nameOf(seat: Seat): string | null {
  return seat.assignment?.name ?? null;
}

function wordsOf(seat: Seat | undefined): Pick<SeatGrant, 'assignment' | 'owner' | 'costCenter' | 'why'> {
  if (seat === undefined) return { assignment: null, owner: null, costCenter: null, why: HELD };
  const { assignment, why } = seat;
  return { assignment: nameOf(seat), owner: assignment?.owner ?? null, costCenter: assignment?.costCenter ?? null, why };
}

function tiersOf({ profiles }: Configuration): ReadonlyMap<string, string> {
  return new Map(profiles.flatMap(({ name, seats }) => seats.map((seat) => [`${name}\u0000${seat.group}`, seat.tier] as const)));
}
