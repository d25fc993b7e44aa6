import { applicationAssignmentKey, groupKey } from '../model/key.ts';
import type { ManualStep } from '../model/plan.ts';
import { type Board, type SeatState, userName } from './board.ts';

/** Latest tier that usage shows: profile → user id → tier name. */
export type UsageTiers = ReadonlyMap<string, ReadonlyMap<string, string>>;

function place(b: Board, { seat }: SeatState): string {
  return `Kiro console, Region ${b.profiles.get(seat.profile)?.profile.region ?? ''}: Users & groups`;
}

function labelOf(b: Board, { seat }: SeatState): string {
  return b.configuration.tiers.get(seat.tier)?.label ?? seat.tier;
}

function consoleStep(b: Board, state: SeatState): string {
  return `${place(b, state)} → Add group → ${state.name} → ${labelOf(b, state)}`;
}

/** The group is attached already: there is nothing to add, only its tier to look at. Names stand after the semicolon, where notifications cut. */
function tierCheck(b: Board, state: SeatState, otherwise: string): string {
  return `${place(b, state)}: check that the tier of ${state.name} is ${labelOf(b, state)}; ${otherwise}`;
}

function usageSaysOtherwise(b: Board, state: SeatState, usage: UsageTiers): string | null {
  const tiers = usage.get(state.seat.profile);
  if (tiers === undefined) return null;
  const others = [...state.members.keys()].filter((userId) => (tiers.get(userId) ?? state.seat.tier) !== state.seat.tier);
  const elsewhere = new Set(
    b.seats.filter((one) => one.seat.profile === state.seat.profile && one !== state).flatMap((one) => [...one.members.keys()]),
  );
  const only = others.filter((userId) => !elsewhere.has(userId)).map((userId) => `${userName(b, userId)} (${tiers.get(userId)})`);
  if (only.length === 0) return null;
  return `usage shows another tier for ${only.slice(0, 3).join(', ')}${only.length > 3 ? ` and ${only.length - 3} more` : ''}`;
}

function seatStep(b: Board, state: SeatState, usage: UsageTiers): ManualStep | null {
  const { profile, seat } = { profile: state.seat.profile, seat: state.seat };
  const key = applicationAssignmentKey(profile, state.name);
  if (state.trouble !== null) return { profile, key: groupKey(seat.group), text: `Directory: ${state.trouble}` };
  if ((b.profiles.get(profile)?.trouble ?? null) !== null) return null;
  const step = consoleStep(b, state);
  if (!state.attached) return { profile, key, text: step };
  const otherwise = usageSaysOtherwise(b, state, usage);
  if (otherwise !== null) return { profile, key, text: tierCheck(b, state, otherwise) };
  if (seat.confirmed === null)
    return { profile, key, text: `${step}; once that is so, write \`confirmed: ${b.resolution.today}\` at the seat` };
  return null;
}

/**
 * What only a human can do. An application assignment proves that a group is attached, never which tier: that takes
 * `confirmed`, and usage can contradict it.
 */
export function manual(b: Board, usage: UsageTiers): readonly ManualStep[] {
  const troubles = [...b.profiles.values()].flatMap((state): ManualStep[] =>
    state.trouble === null
      ? []
      : [
          {
            profile: state.profile.name,
            key: `application/${state.profile.name}`,
            text: `Kiro profile ${state.profile.name}: ${state.trouble}`,
          },
        ],
  );
  const steps = b.seats.flatMap((state) => seatStep(b, state, usage) ?? []);
  return [...troubles, ...steps].sort((x, y) => (x.key < y.key ? -1 : 1));
}
