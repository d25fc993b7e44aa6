import { CreateGroupCommand, CreateGroupMembershipCommand, CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import pLimit from 'p-limit';
import { describe, test } from 'vitest';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { directoryContract, type Site } from './directory.ts';
import { hasMoto, startMoto } from './moto.ts';
import { KIRO, REGION, SCOPE, SEED, STORE_ID } from './seed.ts';
import { awsEnvironment } from './wire-server.ts';

/** Puts the SEED's users, groups and members into moto; answers the ids that moto gave. */
async function fill(endpoint: string): Promise<ReadonlyMap<string, string>> {
  const client = new IdentitystoreClient({ region: REGION, endpoint });
  const limit = pLimit(8);
  const ids = new Map<string, string>();
  const IdentityStoreId = STORE_ID;
  await limit.map(SEED.users, async ({ UserId, UserName, DisplayName, Name, Emails }) => {
    const Person = { ...(Name ?? {}) };
    const input = { IdentityStoreId, UserName, DisplayName, Name: Person, Emails: (Emails ?? []).map((e) => ({ ...e })) };
    ids.set(UserId, (await client.send(new CreateUserCommand(input))).UserId ?? '');
  });
  await limit.map(SEED.groups, async ({ GroupId, DisplayName }) => {
    ids.set(GroupId, (await client.send(new CreateGroupCommand({ IdentityStoreId, DisplayName }))).GroupId ?? '');
  });
  await limit.map(SEED.memberships, async ({ GroupId, MemberId }) => {
    const member = { IdentityStoreId, GroupId: ids.get(GroupId), MemberId: { UserId: ids.get(MemberId.UserId) ?? '' } };
    await client.send(new CreateGroupMembershipCommand(member));
  });
  client.destroy();
  return ids;
}

/** Identities on moto, applications and their assignments on the emulator, which answers for principals it does not know. */
async function open(): Promise<Site> {
  awsEnvironment();
  const moto = await startMoto();
  const ids = await fill(moto.url);
  const real = (id: string): string => ids.get(id) ?? id;
  const moved = <Row extends { readonly PrincipalId: string }>(row: Row): Row => ({ ...row, PrincipalId: real(row.PrincipalId) });
  const emulator = await startTestEmulator({
    anyPrincipal: true,
    seed: {
      ...SEED,
      users: [],
      groups: [],
      memberships: [],
      assignments: SEED.assignments.map(moved),
      accountAssignments: SEED.accountAssignments.map(moved),
    },
  });
  process.env['AWS_ENDPOINT_URL_IDENTITYSTORE'] = moto.url;
  process.env['AWS_ENDPOINT_URL_SSO_ADMIN'] = emulator.url;
  return {
    scope: SCOPE,
    userId: (name) => real(SEED.users.find((u) => u.UserName === name)?.UserId ?? ''),
    groupId: (name) => real(SEED.groups.find((g) => g.DisplayName === name)?.GroupId ?? ''),
    application: KIRO,
    connect: { clock: virtualClock() },
    // moto 5.2.1: gives one membership twice, answers 200 for a missing one, knows no ExternalIds, times or status.
    lacks: new Set(['membership-conflict', 'missing-membership', 'external-ids', 'timestamps', 'user-status']),
    close: async () => {
      await emulator.close();
      await moto.close();
    },
  };
}

if (hasMoto()) directoryContract('moto (identities) and the emulator (applications)', open);
else describe.skip('directory port on moto: python3 has no moto.server', () => test('skipped', () => undefined));
