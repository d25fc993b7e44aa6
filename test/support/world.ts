import { load } from '../../src/config/load.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { Live, LiveMembership, LiveUser } from '../../src/model/live.ts';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import type { Operator } from '../../src/model/settings.ts';
import { type PlanInput, plan } from '../../src/plan/plan.ts';
import type { SourceFile } from '../../src/ports.ts';

export const NOW = new Date('2026-11-10T12:00:00.000Z');
export const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const LONG_AGO = '2026-01-05T00:00:00.000Z';

/** The operator's word when nobody said anything. */
export const OPERATOR: Operator = {
  limits: {},
  seatGroups: ['kiro-*'],
  exceptions: {
    rules: [
      'too-many-removals',
      'empties-group',
      'too-many-moves',
      'monthly-increase',
      'over-budget',
      'duplicate-billing',
      'empty-configuration',
    ],
    maxKeys: 200,
  },
  protected: { users: [] },
  quota: { share: 0.75 },
  overlapHours: 24,
  applicationAssignments: 'verify',
};

export function sourceFile(path: string, text: string): SourceFile {
  return { path, content: new TextEncoder().encode(text), id: `${path}:${text.length}:${text}` };
}

/** Organization, and profiles `eng` (us-east-1) and `lab` (eu-central-1) with all tiers; enough for most cases. */
export const BASE = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }
removals: immediate
duplicates: warn
---
kind: Profile
name: eng
account: "111122223333"
region: us-east-1
seats:
  pro: { group: kiro-eng-pro, confirmed: 2026-11-01 }
  pro-plus: { group: kiro-eng-pro-plus, confirmed: 2026-11-01 }
  power: { group: kiro-eng-power, confirmed: 2026-11-01 }
---
kind: Profile
name: lab
account: "444455556666"
region: eu-central-1
seats:
  pro: { group: kiro-lab-pro, confirmed: 2026-11-01 }
  pro-max: { group: data-platform, members: external, confirmed: 2026-11-01 }
`;

/** Loads YAML texts as a repository; a diagnostic fails the test with its sentence. */
export function configuration(...texts: readonly string[]): Configuration {
  const loaded = load(
    texts.map((text, i) => sourceFile(`${String(i).padStart(2, '0')}.yaml`, text)),
    '2026-11-10',
  );
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.rule}: ${d.message}`).join('\n'));
  return loaded.configuration;
}

export type WorldUser = string | (Partial<LiveUser> & { readonly userName: string });

export type World = {
  readonly users?: readonly WorldUser[];
  /** Group name → members by userName; `name@ISO` sets when the membership was made, `name@-` leaves it unknown. */
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly provisioned?: readonly string[];
  /** Groups attached to the application of `eng` or `lab`; by default all that begin with its seat prefix. */
  readonly attached?: Readonly<Record<'eng' | 'lab', readonly string[]>>;
  readonly access?: Readonly<Record<string, { readonly applications?: readonly string[]; readonly accounts?: readonly string[] }>>;
  readonly applications?: Live['applications'];
};

const ENG_APP = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-1111111111111111';
const LAB_APP = 'arn:aws:sso::444455556666:application/ssoins-0123456789abcdef/apl-2222222222222222';

function person(user: WorldUser): LiveUser {
  const given = typeof user === 'string' ? { userName: user } : user;
  const email = given.userName.includes('@') ? [given.userName] : [];
  return { id: `id-${given.userName.toLowerCase()}`, emails: email, givenName: null, familyName: null, enabled: true, ...given };
}

function memberships(group: string, members: readonly string[], users: readonly LiveUser[]): LiveMembership[] {
  return members.map((text) => {
    const [, name = text, made] = /^(.*?)(?:@(\d{4}-.*|-))?$/.exec(text) ?? [];
    const user = users.find((one) => one.userName === name);
    if (user === undefined) throw new Error(`the world has no user ${name}`);
    return {
      id: `m-${group}-${user.id}`,
      groupId: `g-${group}`,
      userId: user.id,
      createdAt: made === '-' ? null : (made ?? LONG_AGO),
      createdBy: null,
    };
  });
}

/** Live state from a few words. Users that only groups mention come into being by themselves. */
export function live(world: World, now: Date = NOW): Live {
  const groups = world.groups ?? {};
  const mentioned = Object.values(groups)
    .flat()
    .map((text) => text.replace(/@(\d{4}-.*|-)$/, ''));
  const given = (world.users ?? []).map(person);
  const users = [...given, ...[...new Set(mentioned)].filter((name) => !given.some((one) => one.userName === name)).map(person)];
  const names = Object.keys(groups);
  const attached = world.attached ?? {
    eng: names.filter((name) => name.startsWith('kiro-eng')),
    lab: names.filter((name) => name.startsWith('kiro-lab') || name === 'data-platform'),
  };
  const principals = (list: readonly string[]) => list.map((name) => ({ id: `g-${name}`, type: 'GROUP' as const }));
  return {
    format: 'kirosync.live/v1',
    instant: now.toISOString(),
    instance: { arn: INSTANCE, identityStoreId: 'd-0123456789' },
    asked: { users: null, groups: null },
    users: users.sort((a, b) => (a.id < b.id ? -1 : 1)),
    groups: names
      .map((name) => ({ id: `g-${name}`, name, provisioned: world.provisioned?.includes(name) ?? false }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    membersRead: names.map((name) => `g-${name}`).sort(),
    memberships: names.flatMap((name) => memberships(name, groups[name] ?? [], users)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    applications: world.applications ?? [
      { arn: ENG_APP, name: 'KiroProfile-us-east-1', account: '111122223333', principals: principals(attached.eng) },
      { arn: LAB_APP, name: 'KiroProfile-eu-central-1', account: '444455556666', principals: principals(attached.lab) },
    ],
    access: names
      .filter((name) => name.startsWith('kiro-'))
      .map((name) => ({
        groupId: `g-${name}`,
        applications:
          world.access?.[name]?.applications ?? (attached.eng.includes(name) ? [ENG_APP] : attached.lab.includes(name) ? [LAB_APP] : []),
        accounts: world.access?.[name]?.accounts ?? [],
      })),
  };
}

/** A plan of policy texts (after BASE) against a world. */
export function planOf(policy: string, world: World, more: Partial<PlanInput> = {}): Plan {
  return plan({ configuration: configuration(BASE, policy), live: live(world), now: NOW, operator: OPERATOR, revision: null, ...more });
}

/** `+key` and `-key` in plan order. */
export function changes(made: Plan): readonly string[] {
  return changesOf(made).map((change) => `${change.action === 'create' ? '+' : '-'}${change.key}`);
}

/** The live state after a complete apply, an instant later: the simplest possible Identity Center. */
export function applied(before: Live, made: Plan, now: Date): Live {
  const all = changesOf(made);
  const made_groups = all.flatMap((change) =>
    change.kind === 'group' ? [{ id: `g-${change.group}`, name: change.group, provisioned: false }] : [],
  );
  const ended = new Set(all.flatMap((change) => (change.action === 'delete' ? [change.membershipId] : [])));
  const added = all.flatMap((change): LiveMembership[] =>
    change.action === 'create' && change.kind === 'membership'
      ? [
          {
            id: `m-${change.group}-${change.userId}-new`,
            groupId: change.groupId ?? `g-${change.group}`,
            userId: change.userId,
            createdAt: now.toISOString(),
            createdBy: null,
          },
        ]
      : [],
  );
  return {
    ...before,
    instant: now.toISOString(),
    groups: [...before.groups, ...made_groups],
    membersRead: [...before.membersRead, ...made_groups.map((group) => group.id)],
    access: [...before.access, ...made_groups.map((group) => ({ groupId: group.id, applications: [], accounts: [] }))],
    memberships: [...before.memberships.filter((membership) => !ended.has(membership.id)), ...added],
  };
}
