import type { State } from '../../src/emulator/emulator.ts';

/** How large the organisation is. `seated`: how many of its people hold the seat that the policy grants them. */
export type Size = {
  readonly users: number;
  readonly sources: number;
  /** Members of source groups in all; a person is in one or more of them. */
  readonly memberships: number;
  readonly granted: number;
  /** People who hold a seat and are granted none. */
  readonly leavers: number;
  readonly seated: number;
};

export const INSTANCE = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
const ACCOUNT = '111122223333';
const APPLICATION = `arn:aws:sso::${ACCOUNT}:application/ssoins-0123456789abcdef/apl-0123456789abcdef`;
export const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;
const MADE = '2026-01-05T00:00:00Z';

const hex = (number: number, width: number): string => number.toString(16).padStart(width, '0');
const idOf = (kind: number, number: number): string => `0123456789-${hex(number, 8)}-0000-4000-8000-${hex(kind, 12)}`;
export const userName = (number: number): string => `person${String(number).padStart(6, '0')}@example.com`;
export const sourceName = (number: number): string => `team-${String(number).padStart(4, '0')}`;
export const seatGroup = (tier: string): string => `kiro-engineering-${tier}`;

/** A prime, so that steps of it meet every person once: a directory lists people in no order that follows from who has a seat. */
const STEP = 2749;

/** One profile with a seat group a tier; the first people are granted a tier by name or through their teams, and some hold it already. */
export function organisation(size: Size): State {
  const users = Array.from({ length: size.users }, (_, at) => (at * STEP) % size.users).map((i) => ({
    UserId: idOf(1, i),
    UserName: userName(i),
    Name: { GivenName: `Given${i}`, FamilyName: `Family${i}` },
    Emails: [{ Value: userName(i), Primary: true }],
    CreatedAt: MADE,
  }));
  const sources = Array.from({ length: size.sources }, (_, i) => ({ GroupId: idOf(2, i), DisplayName: sourceName(i), CreatedAt: MADE }));
  const seats = TIERS.map((tier, i) => ({ GroupId: idOf(3, i), DisplayName: seatGroup(tier), CreatedAt: MADE }));
  const member = (GroupId: string, number: number) => ({ GroupId, MemberId: { UserId: idOf(1, number) }, CreatedAt: MADE });
  const inSources = Array.from({ length: size.memberships }, (_, i) =>
    member(idOf(2, i % size.sources), Math.floor(i / size.sources + (i % size.sources) * 25) % size.users),
  );
  const tierOf = (number: number): number => number % TIERS.length;
  const holding = [
    ...Array.from({ length: size.seated }, (_, i) => i),
    ...Array.from({ length: size.leavers }, (_, i) => size.granted + i),
  ].map((number) => member(idOf(3, tierOf(number)), number));
  return {
    instance: { InstanceArn: INSTANCE, IdentityStoreId: 'd-0123456789', OwnerAccountId: ACCOUNT, Status: 'ACTIVE' },
    users,
    groups: [...sources, ...seats],
    memberships: [...inSources, ...holding],
    applications: [
      {
        ApplicationArn: APPLICATION,
        ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/codewhisperer',
        ApplicationAccount: ACCOUNT,
        Name: 'KiroProfile-us-east-1',
        Status: 'ENABLED',
      },
    ],
    assignments: seats.map((seat) => ({ ApplicationArn: APPLICATION, PrincipalId: seat.GroupId, PrincipalType: 'GROUP' })),
    accountAssignments: [],
    subscriptions: seats.map((seat, i) => ({
      ApplicationArn: APPLICATION,
      PrincipalId: seat.GroupId,
      PrincipalType: 'GROUP',
      Tier: TIERS[i] ?? 'pro',
    })),
  };
}

/** The policy: `byName` people are granted their tier by userName; with `bySource` every team is granted Pro. */
export function policy({ byName, bySource }: { readonly byName: number; readonly bySource: number }): string {
  const people = (tier: number) => Array.from({ length: byName }, (_, i) => i).filter((number) => number % TIERS.length === tier);
  const documents = [
    `kind: Organization\nversion: 1\nidentityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }\nremovals: immediate\n`,
    `kind: Profile\nname: engineering\naccount: "${ACCOUNT}"\nregion: us-east-1\nseats:\n${TIERS.map((tier) => `  ${tier}: { group: ${seatGroup(tier)}, confirmed: 2026-01-05 }\n`).join('')}`,
    ...TIERS.flatMap((tier, i) =>
      people(i).length === 0
        ? []
        : [
            `kind: Assignment\nname: by-name-${tier}\nprofile: engineering\ntier: ${tier}\nusers:\n${people(i)
              .map((number) => `  - ${userName(number)}\n`)
              .join('')}`,
          ],
    ),
    ...(bySource === 0
      ? []
      : [
          `kind: Assignment\nname: by-team\nprofile: engineering\ntier: pro\ngroups:\n${Array.from({ length: bySource }, (_, i) => `  - ${sourceName(i)}\n`).join('')}`,
        ]),
  ];
  return documents.join('---\n');
}
