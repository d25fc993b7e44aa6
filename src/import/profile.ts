import type { Live, LiveApplication, LiveGroup } from '../model/live.ts';

/** A Kiro profile as it is live: what its application is called tells the Region. */
export type ImportProfile = {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly application: LiveApplication;
  /** Groups assigned to the application, by name. */
  readonly groups: readonly LiveGroup[];
  /** Single users assigned to it: seats that kirosync cannot own. */
  readonly directUsers: readonly string[];
};

export type ImportProfiles = { readonly profiles: readonly ImportProfile[]; readonly notes: readonly string[] };

/** `KiroProfile-<Region>`; `QDevProfile-<Region>` on older ones (Kiro administration documentation, 2026). */
const NAME = /^(?<kind>Kiro|QDev)Profile-(?<region>[a-z0-9]+(?:-[a-z0-9]+)+)$/;

type Found = { readonly application: LiveApplication; readonly region: string; readonly legacy: boolean };

/**
 * The profiles behind the Kiro applications of an instance, named by their Region, or `<account>-<Region>` where two
 * accounts have one there. Of two applications for one account and Region the current name is taken, the other noted.
 */
export function importProfiles(live: Live): ImportProfiles {
  const found = live.applications.flatMap((application): Found[] => {
    const { kind, region } = NAME.exec(application.name)?.groups ?? {};
    return region === undefined ? [] : [{ application, region, legacy: kind === 'QDev' }];
  });
  const ordered = [...found].sort((a, b) => Number(a.legacy) - Number(b.legacy) || (a.application.arn < b.application.arn ? -1 : 1));
  const notes: string[] = [];
  const taken = new Map<string, Found>();
  for (const one of ordered) {
    const id = `${one.application.account}-${one.region}`;
    const first = taken.get(id);
    if (first === undefined) taken.set(id, one);
    else
      notes.push(
        `${one.application.name} (${one.application.arn}) is a second Kiro application of account ${one.application.account} in ${one.region}; ${first.application.name} was taken.`,
      );
  }
  const kept = [...taken.values()];
  const profiles = kept.map((one) => {
    const shared = kept.some((other) => other !== one && other.region === one.region);
    return profileOf(live, one, shared ? `${one.application.account}-${one.region}` : one.region);
  });
  return { profiles: profiles.sort((a, b) => (a.name < b.name ? -1 : 1)), notes };
}

function profileOf(live: Live, { application, region }: Found, name: string): ImportProfile {
  const ids = (type: 'GROUP' | 'USER') => new Set(application.principals.filter((one) => one.type === type).map((one) => one.id));
  const groupIds = ids('GROUP');
  const users = new Map(live.users.map((user) => [user.id, user.userName]));
  return {
    name,
    account: application.account,
    region,
    application,
    groups: live.groups.filter((group) => groupIds.has(group.id)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    directUsers: [...ids('USER')].map((id) => users.get(id) ?? id).sort(),
  };
}
