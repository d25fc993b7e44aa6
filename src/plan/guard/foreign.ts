import { groupKey } from '../../model/key.ts';
import type { Violation } from '../../model/plan.ts';
import type { Board, SeatState } from '../board.ts';
import { allowedByOperator } from '../released.ts';
import { type Guard, some } from './guard.ts';

function otherApplications(b: Board, state: SeatState): readonly string[] {
  const access = b.live.access.find((one) => one.groupId === state.group?.id);
  const { application = null, profile } = b.profiles.get(state.seat.profile) ?? {};
  // Without its application a profile is held as a whole; any Kiro application of its account may be the one meant.
  const possible = application === null ? b.live.applications.filter((one) => one.account === profile?.account) : [application];
  const own = new Set(possible.map((one) => one.arn));
  return (access?.applications ?? []).filter((arn) => !own.has(arn));
}

function reasons(b: Board, state: SeatState, allowed: (name: string) => boolean): readonly string[] {
  const access = b.live.access.find((one) => one.groupId === state.group?.id);
  const accounts = access?.accounts ?? [];
  const others = otherApplications(b, state);
  const globs = b.operator.seatGroups.join(', ');
  return [
    ...(allowed(state.name) ? [] : [`the operator's settings allow seat groups named ${globs} only`]),
    ...(/^AWS/i.test(state.name) ? ['groups named AWS* belong to AWS'] : []),
    ...(state.group?.provisioned ? ['SCIM or Active Directory owns it (it has ExternalIds)'] : []),
    ...(accounts.length > 0 ? [`it opens AWS account ${some(accounts)}`] : []),
    ...(others.length > 0 ? [`it is assigned to another application (${some(others)})`] : []),
  ];
}

/** A managed seat group that is not ours to write: a pull request must not be able to hand out access. Never lifted. */
export const foreignGroup: Guard = ({ b }) => {
  const allowed = allowedByOperator(b.operator.seatGroups);
  return b.seats
    .filter((state) => state.seat.members === 'managed')
    .flatMap((state): Violation[] => {
      const why = reasons(b, state, allowed);
      if (why.length === 0) return [];
      const { file, line } = state.seat.place;
      const message = `${state.name}, the seat group of ${state.seat.profile}/${state.seat.tier} (${file}:${line}), may not be written: ${why.join('; ')}.`;
      return [{ rule: 'foreign-group', message, limit: null, actual: null, keys: [groupKey(state.name)] }];
    });
};
