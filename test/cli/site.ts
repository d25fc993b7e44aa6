import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { State } from '../../src/emulator/emulator.ts';

/** A small organisation for tests of the whole product: its directory as a seed of the emulator, and its policy. */

export const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
export const STORE = 'd-0123456789';
const KIRO = 'arn:aws:sso::aws:applicationProvider/codewhisperer';
export const APPLICATION = {
  engineering: 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-1111111111111111',
  research: 'arn:aws:sso::444455556666:application/ssoins-0123456789abcdef/apl-2222222222222222',
} as const;
type ProfileName = keyof typeof APPLICATION;

const TIER_OF: Readonly<Record<string, State['subscriptions'][number]['Tier']>> = {
  pro: 'pro',
  plus: 'pro-plus',
  power: 'power',
};

export type DirectoryOptions = {
  readonly users?: readonly string[];
  readonly disabled?: readonly string[];
  /** Members by user name; `kiro-eng-*` and `kiro-res-*` are attached to their application and subscribed to the tier they end with. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Seat groups that nobody has added in the Kiro console yet. */
  readonly detached?: readonly string[];
  /** When the memberships were made. */
  readonly since?: string;
};

/** An id in AWS's pattern, the same for the same words. */
function idOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `0123456789-${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

export const userId = (name: string): string => idOf(`user ${name}`);
export const groupId = (name: string): string => idOf(`group ${name}`);

/** `ana` becomes `ana@example.com`. */
export const mail = (name: string): string => `${name}@example.com`;

function profileOf(group: string): ProfileName | null {
  return group.startsWith('kiro-eng-') ? 'engineering' : group.startsWith('kiro-res-') ? 'research' : null;
}

/** The seed of an emulator: users are everybody mentioned, in the order of their names. */
export function directory(options: DirectoryOptions): State {
  const { groups, disabled = [], detached = [], since = '2026-01-05T00:00:00.000Z' } = options;
  const users = [...new Set([...(options.users ?? []), ...disabled, ...Object.values(groups).flat()])].sort();
  const attached = Object.keys(groups).flatMap((name) => {
    const profile = profileOf(name);
    if (profile === null || detached.includes(name)) return [];
    return [
      {
        ApplicationArn: APPLICATION[profile],
        PrincipalId: groupId(name),
        PrincipalType: 'GROUP' as const,
        tier: name.split('-').at(-1) ?? '',
      },
    ];
  });
  return {
    instance: { InstanceArn: INSTANCE, IdentityStoreId: STORE, OwnerAccountId: '111122223333', Status: 'ACTIVE' },
    users: users.map((name) => ({
      UserId: userId(name),
      UserName: mail(name),
      DisplayName: name,
      Emails: [{ Value: mail(name), Type: 'work', Primary: true }],
      UserStatus: disabled.includes(name) ? ('DISABLED' as const) : ('ENABLED' as const),
    })),
    groups: Object.keys(groups).map((name) => ({ GroupId: groupId(name), DisplayName: name })),
    memberships: Object.entries(groups).flatMap(([name, members]) =>
      members.map((member) => ({
        MembershipId: idOf(`membership ${name} ${member}`),
        GroupId: groupId(name),
        MemberId: { UserId: userId(member) },
        CreatedAt: since,
        CreatedBy: 'arn:aws:iam::111122223333:user/admin',
      })),
    ),
    applications: [
      {
        ApplicationArn: APPLICATION.engineering,
        ApplicationProviderArn: KIRO,
        ApplicationAccount: '111122223333',
        Name: 'KiroProfile-us-east-1',
      },
      {
        ApplicationArn: APPLICATION.research,
        ApplicationProviderArn: KIRO,
        ApplicationAccount: '444455556666',
        Name: 'KiroProfile-eu-central-1',
      },
    ],
    assignments: attached.map(({ tier: _tier, ...assignment }) => assignment),
    accountAssignments: [],
    subscriptions: attached.flatMap(({ tier, ...assignment }) => {
      const known = TIER_OF[tier];
      return known === undefined ? [] : [{ ...assignment, Tier: known, CreatedAt: since }];
    }),
  };
}

export const ORGANIZATION = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }
removals: immediate
duplicates: warn
`;

export const PROFILE = `kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
application: KiroProfile-us-east-1
seats:
  pro: { group: kiro-eng-pro, confirmed: 2026-01-05 }
  power: { group: kiro-eng-power, confirmed: 2026-01-05 }
`;

/** The lines of one Assignment of people named in short. */
export function assignment(name: string, tier: string, users: readonly string[]): string {
  return `kind: Assignment
name: ${name}
profile: engineering
tier: ${tier}
users:
${users.map((user) => `  - ${mail(user)}`).join('\n')}
reason: Test
`;
}

/** Ana and Bob shall have Pro and Cleo Power; live, Ana has Pro and so has Eve, who is granted nothing. */
export const POLICY: Readonly<Record<string, string>> = {
  'organization.yaml': ORGANIZATION,
  'profile.yaml': PROFILE,
  'teams/a.yaml': assignment('team', 'pro', ['ana', 'bob']),
  'teams/b.yaml': assignment('power-team', 'power', ['cleo']),
};

export const DIRECTORY: DirectoryOptions = {
  users: ['bob', 'cleo', 'dan'],
  groups: { 'kiro-eng-pro': ['ana', 'eve'], 'kiro-eng-power': [], 'other-team': ['dan'] },
};

/** The keys of the plan for POLICY against DIRECTORY, in plan order. */
export const KEYS = [
  '+membership/kiro-eng-power/cleo@example.com',
  '+membership/kiro-eng-pro/bob@example.com',
  '-membership/kiro-eng-pro/eve@example.com',
];

export type Folder = {
  readonly path: string;
  readonly write: (files: Readonly<Record<string, string>>) => void;
  readonly dispose: () => void;
};

/** A folder of its own with these files. */
export function folder(files: Readonly<Record<string, string>> = {}): Folder {
  const path = mkdtempSync(join(tmpdir(), 'kirosync-site-'));
  const write: Folder['write'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return { path, write, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

export type PlanDocument = {
  readonly hash: string;
  readonly revision: string | null;
  readonly summary: Readonly<Record<string, number>>;
  readonly warnings: readonly { readonly rule: string }[];
  readonly stages: readonly { readonly changes: readonly { readonly action: string; readonly key: string }[] }[];
  readonly violations: readonly {
    readonly rule: string;
    readonly keys: readonly string[];
    readonly limit: unknown;
    readonly actual: unknown;
  }[];
  readonly money: { readonly thisMonthUsd: number };
};

/** The JSON plan on stdout. The schema is judged elsewhere. */
export function planOf(stdout: string): PlanDocument {
  return JSON.parse(stdout) as PlanDocument; // parse boundary: tests look at what is in it
}

/** `+key` and `-key` in plan order. */
export function keysOf(plan: PlanDocument): readonly string[] {
  return plan.stages.flatMap((stage) => stage.changes.map(({ action, key }) => `${action === 'create' ? '+' : '-'}${key}`));
}
