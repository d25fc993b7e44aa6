import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { load } from '../../src/config/load.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import { dayOf } from '../../src/model/day.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import type { Live } from '../../src/model/live.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Operator } from '../../src/model/settings.ts';
import { plan } from '../../src/plan/plan.ts';
import type { ExplainUsage } from '../../src/report/explain.ts';
import { OPERATOR } from '../support/world.ts';

export type UsageRow = {
  profile: string;
  userId: string;
  tier: string | null;
  used: number;
  lastActive: string | null;
  state: ExplainUsage['state'];
};

/** A scenario as its `case.yaml` tells it; everything the product reads follows from this file. */
export type Case = {
  about: string;
  now: string;
  yaml: string;
  operator?: Partial<Operator>;
  people: Record<string, { emails?: string[]; given?: string; family?: string; disabled?: boolean } | null>;
  groups: Record<
    string,
    { members?: (string | { user: string; since?: string | null; by?: string })[]; provisioned?: boolean; accounts?: string[] } | null
  >;
  applications: Record<string, { account: string; groups?: string[]; users?: string[]; arn?: string }>;
  usage?: Record<string, Record<string, string>>;
  explain?: { user: string; profile?: string; usage?: UsageRow[] }[];
};

export function readCase(url: URL): Case {
  // The shape is the test's own; a case that does not fit it fails in the first lines that use it.
  return parse(readFileSync(url, 'utf8')) as Case;
}

/** Live state of a scenario, with ids that tell what they are. */
export function liveOf(c: Pick<Case, 'now' | 'people' | 'groups' | 'applications'>): Live {
  const userId = (name: string) => `user-${Object.keys(c.people).indexOf(name) + 1}`;
  const groupId = (name: string) => `group-${Object.keys(c.groups).indexOf(name) + 1}`;
  const users = Object.entries(c.people).map(([userName, facts]) => ({
    id: userId(userName),
    userName,
    emails: facts?.emails ?? (userName.includes('@') ? [userName] : []),
    givenName: facts?.given ?? null,
    familyName: facts?.family ?? null,
    enabled: facts?.disabled !== true,
  }));
  const groups = Object.entries(c.groups).map(([name, facts]) => ({ id: groupId(name), name, provisioned: facts?.provisioned === true }));
  const memberships = Object.entries(c.groups).flatMap(([name, facts]) =>
    (facts?.members ?? []).map((member) => {
      const { user, since = '2026-09-01T08:00:00Z', by = null } = typeof member === 'string' ? { user: member } : member;
      return { id: `${groupId(name)}-${userId(user)}`, groupId: groupId(name), userId: userId(user), createdAt: since, createdBy: by };
    }),
  );
  const applications = Object.entries(c.applications).map(([name, facts], i) => ({
    arn: facts.arn ?? `arn:aws:sso::999988887777:application/ssoins-0123456789abcdef/apl-${i + 1}`,
    name,
    account: facts.account,
    principals: [
      ...(facts.groups ?? []).map((group) => ({ id: groupId(group), type: 'GROUP' as const })),
      ...(facts.users ?? []).map((user) => ({ id: userId(user), type: 'USER' as const })),
    ],
  }));
  const access = groups.map((group) => ({
    groupId: group.id,
    applications: applications.filter((one) => one.principals.some((p) => p.id === group.id)).map((one) => one.arn),
    accounts: c.groups[group.name]?.accounts ?? [],
  }));
  return {
    format: 'kirosync.live/v1',
    instant: c.now,
    instance: { arn: 'arn:aws:sso:::instance/ssoins-0123456789abcdef', identityStoreId: 'd-0123456789' },
    asked: { users: null, groups: null },
    users,
    groups,
    membersRead: groups.map((group) => group.id),
    memberships,
    applications,
    access,
  };
}

export function configurationOf(yaml: string, now: string): Configuration {
  const loaded = load([{ path: 'kirosync.yaml', content: new TextEncoder().encode(yaml), id: yaml }], dayOf(new Date(now)));
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(sentence).join('\n'));
  return loaded.configuration;
}

export type Scenario = { configuration: Configuration; live: Live; now: Date; operator: Operator; plan: Plan };

/** The scenario through the product's own load, resolve and plan. */
export function scenario(c: Case): Scenario {
  const configuration = configurationOf(c.yaml, c.now);
  const live = liveOf(c);
  const now = new Date(c.now);
  const operator = { ...OPERATOR, ...c.operator };
  const ids = new Map(live.users.map((user) => [user.userName, user.id]));
  const usageTiers = new Map(
    Object.entries(c.usage ?? {}).map(([profile, tiers]) => [
      profile,
      new Map(Object.entries(tiers).map(([user, tier]) => [ids.get(user) ?? user, tier])),
    ]),
  );
  const revision = 'main@sha1:3f1c0de5a7b9d2e4f60718293a4b5c6d7e8f9012';
  return { configuration, live, now, operator, plan: plan({ configuration, live, now, operator, revision, usageTiers }) };
}
