import type { Credits } from '../../src/model/credits.ts';
import type { Live } from '../../src/model/live.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { credits } from '../../src/usage/credits.ts';
import type { Facts, PlaceDays, UsageDay, UsagePerson } from '../../src/usage/facts.ts';
import { BASE, configuration, live, OPERATOR, type World } from '../support/world.ts';

export const NOW = new Date('2026-11-20T12:00:00.000Z');

/** A stable UUID for a short name, so that people keep their ids over tests. */
export function idOf(name: string): string {
  const hex = Buffer.from(name.padEnd(4, '0').slice(0, 4)).toString('hex');
  return `${hex}-0000-4000-8000-000000000000`;
}

type Use = Partial<Omit<UsagePerson, 'used' | 'overageCredits' | 'userId'>> & { readonly used?: string; readonly overage?: string };

/** What reports say of somebody in `eng` (unless said otherwise). */
export function use(name: string, given: Use = {}): UsagePerson {
  const { used = '0', overage = '0', ...more } = given;
  return {
    account: '111122223333',
    region: 'us-east-1',
    userId: idOf(name),
    used: parseCredit(used),
    overageCredits: parseCredit(overage),
    activeDays: 1,
    lastActive: '2026-11-19',
    monthTier: 'PRO',
    latestTier: given.monthTier ?? 'PRO',
    pastUsed: [],
    daily: [],
    ...more,
  };
}

export function day(date: string, used: string, people = 1): UsageDay {
  return { account: '111122223333', region: 'us-east-1', date, people, used: parseCredit(used), overageCredits: 0n };
}

/** A place whose reports cover these months but for some working days. */
export function placeOfMonths(months: readonly string[], more: Partial<PlaceDays> = {}): PlaceDays {
  return {
    account: '111122223333',
    region: 'us-east-1',
    from: `${months[0]}-01`,
    through: `${months.at(-1)}-31`,
    months: months.map((month) => ({ month, missing: 0 })),
    ...more,
  };
}

/** Facts whose past months every place covers whole. */
export function facts(people: readonly UsagePerson[], more: Partial<Facts> = {}): Facts {
  const months = [...(more.pastMonths ?? []), more.month ?? '2026-11'];
  const at = new Map(people.map(({ account, region }) => [`${account}/${region}`, { account, region }]));
  return {
    month: '2026-11',
    from: '2026-11-01',
    through: '2026-11-19',
    rows: { read: 0, used: 0, superseded: 0, rejected: 0, inMonth: 0 },
    files: { reports: 1, legacy: 0, markers: 0, other: 0 },
    rejected: [],
    people,
    days: [],
    pastMonths: [],
    places: [...at.values()].map((place) => placeOfMonths(months, place)),
    historyFrom: null,
    historyThrough: null,
    ...more,
  };
}

/** A world whose users have UUIDs. */
export function uuidWorld(world: World): Live {
  const made = live(world, NOW);
  const id = (old: string): string => (old.startsWith('id-') ? idOf(old.slice(3)) : old);
  return {
    ...made,
    users: made.users.map((user) => ({ ...user, id: id(user.id) })),
    memberships: made.memberships.map((one) => ({ ...one, userId: id(one.userId) })),
  };
}

/** The report of policy texts (after BASE) on a world, with facts or without. */
export function creditsOf(
  policy: string,
  world: World | Live | null,
  given: Facts | null,
  more: { readonly now?: Date; readonly month?: string } = {},
): Credits {
  const now = more.now ?? NOW;
  const config = configuration(BASE, policy);
  const state = world === null ? null : 'format' in world ? world : uuidWorld(world);
  const resolution = state === null ? null : resolve(config, state, now, OPERATOR);
  return credits({ configuration: config, facts: given, live: state, resolution, month: more.month ?? '2026-11', now });
}
