import { CreateGroupCommand, CreateGroupMembershipCommand, CreateUserCommand, IdentitystoreClient } from '@aws-sdk/client-identitystore';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DIRECTORY, directory, folder, KEYS, keysOf, POLICY, planOf, STORE } from '../cli/site.ts';
import { hasMoto, startMoto } from '../contract/moto.ts';
import { against, kirosync } from '../support/cli.ts';
import { startTestEmulator } from '../support/emulator.ts';

const PEOPLE = directory(DIRECTORY);

/** Puts users, groups and members into moto; answers its id for each of ours. */
async function fill(endpoint: string): Promise<ReadonlyMap<string, string>> {
  const client = new IdentitystoreClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const IdentityStoreId = STORE;
  const ids = new Map<string, string>();
  for (const { UserId, UserName = '', DisplayName = '', Emails = [] } of PEOPLE.users) {
    const input = {
      IdentityStoreId,
      UserName,
      DisplayName,
      Name: { GivenName: DisplayName, FamilyName: 'Example' },
      Emails: Emails.map((each) => ({ ...each })),
    };
    ids.set(UserId, (await client.send(new CreateUserCommand(input))).UserId ?? '');
  }
  for (const { GroupId, DisplayName = '' } of PEOPLE.groups)
    ids.set(GroupId, (await client.send(new CreateGroupCommand({ IdentityStoreId, DisplayName }))).GroupId ?? '');
  for (const { GroupId, MemberId } of PEOPLE.memberships)
    await client.send(
      new CreateGroupMembershipCommand({
        IdentityStoreId,
        GroupId: ids.get(GroupId) ?? '',
        MemberId: { UserId: ids.get(MemberId.UserId) ?? '' },
      }),
    );
  client.destroy();
  return ids;
}

describe.skipIf(!hasMoto())('identities on moto, applications on the emulator', () => {
  test('plan 2, apply 0, plan 0; a move to another tier stays held where no CreatedAt is given', { timeout: 60_000 }, async () => {
    const moto = await startMoto();
    onTestFinished(moto.close);
    const ids = await fill(moto.url);
    const assignments = PEOPLE.assignments.map((row) => ({ ...row, PrincipalId: ids.get(row.PrincipalId) ?? '' }));
    const emulator = await startTestEmulator({
      anyPrincipal: true,
      seed: { ...PEOPLE, users: [], groups: [], memberships: [], subscriptions: [], assignments },
    });
    onTestFinished(emulator.close);
    const { AWS_ENDPOINT_URL: _, ...credentials } = against(emulator.url);
    const env = { ...credentials, AWS_ENDPOINT_URL_IDENTITYSTORE: moto.url, AWS_ENDPOINT_URL_SSO_ADMIN: emulator.url };
    const policy = folder(POLICY);
    onTestFinished(policy.dispose);
    const run = (...args: readonly string[]) => kirosync(args, { cwd: policy.path, env });

    const first = await run('plan', '--format', 'json');
    expect({ code: first.code, keys: keysOf(planOf(first.stdout)) }, first.stderr).toEqual({ code: 2, keys: KEYS });
    const applied = await run('apply', '--yes');
    expect(applied.code, applied.stdout + applied.stderr).toBe(0);
    const last = await run('plan', '--format', 'json');
    expect({ code: last.code, keys: keysOf(planOf(last.stdout)) }, last.stderr).toEqual({ code: 0, keys: [] });

    policy.write({ 'teams/b.yaml': POLICY['teams/b.yaml']?.replace('cleo', 'bob') ?? '' });
    const moved = await run('apply', '--yes');
    expect(moved.code, moved.stdout + moved.stderr).toBe(0);
    const held = JSON.parse((await run('plan', '--format', 'json')).stdout) as { held: readonly object[] };
    expect(held.held).toContainEqual(
      expect.objectContaining({ key: 'membership/kiro-eng-pro/bob@example.com', reason: expect.stringContaining('overlap'), until: null }),
    );
  });
});
