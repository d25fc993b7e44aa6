import type { Profile } from '../model/configuration.ts';
import type { LiveUser } from '../model/live.ts';
import { names } from '../resolve/names.ts';
import type { ExplainInput, Step } from './explain-input.ts';

/** Which seat group stands for the tier that the person is to have. */
export function seatSteps({ configuration, resolution }: ExplainInput, person: LiveUser, profile: Profile): readonly Step[] {
  return resolution.seats
    .filter((seat) => seat.userId === person.id && seat.profile === profile.name)
    .map((seat): Step => {
      const place = profile.seats.find((one) => one.tier === seat.tier && one.group === seat.group)?.place ?? null;
      const label = configuration.tiers.get(seat.tier)?.label ?? seat.tier;
      const kind = seat.external ? 'the external group' : 'the seat group';
      const who = seat.external ? '; the identity provider decides who is in it' : '';
      return { about: 'seat', text: `${label} is ${kind} ${seat.group}${who}`, place };
    });
}

/** The person's memberships of the profile's seat groups as they are now: since when, and made by whom. */
export function liveSteps({ live }: ExplainInput, person: LiveUser, profile: Profile): readonly Step[] {
  const found = names(live.users, live.groups);
  const steps = profile.seats.flatMap((seat): Step[] => {
    const id = found.group(seat.group)?.found.id;
    const membership = live.memberships.find((one) => one.groupId === id && one.userId === person.id);
    if (membership === undefined) return [];
    const since = membership.createdAt === null ? ', since an unknown day' : ` since ${membership.createdAt}`;
    const by = membership.createdBy === null ? '' : `, added by ${membership.createdBy}`;
    return [{ about: 'live', text: `member of ${seat.group} (${seat.tier})${since}${by}`, place: null }];
  });
  return [
    ...steps,
    ...directStep(live.applications, person, profile),
    ...(steps.length > 0 ? [] : [{ about: 'live' as const, text: 'member of none of the seat groups', place: null }]),
  ];
}

function directStep(applications: ExplainInput['live']['applications'], person: LiveUser, profile: Profile): readonly Step[] {
  const direct = applications
    .filter((application) => application.account === profile.account && application.name.endsWith(profile.region))
    .filter((application) => application.principals.some((principal) => principal.type === 'USER' && principal.id === person.id));
  return direct.map((application) => ({
    about: 'live',
    text: `assigned to ${application.name} directly, outside every seat group; kirosync cannot end such a seat`,
    place: null,
  }));
}
