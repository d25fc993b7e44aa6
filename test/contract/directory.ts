import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, type ConnectOptions, connect, connectReader } from '../../src/adapters/identity-center/connect.ts';
import { RemoteError } from '../../src/errors.ts';
import type { Live, ReadScope } from '../../src/model/live.ts';
import { REGION } from './seed.ts';

/** A directory that holds the SEED, and what an implementation of the API is known not to do. */
export type Site = {
  readonly scope: ReadScope;
  readonly userId: (userName: string) => string;
  readonly groupId: (name: string) => string;
  readonly application: string;
  readonly connect?: Partial<ConnectOptions>;
  /** Differences of this implementation from AWS (see the reference table of moto): what they touch is not asserted. */
  readonly lacks: ReadonlySet<'membership-conflict' | 'missing-membership' | 'external-ids' | 'timestamps' | 'user-status'>;
  readonly close: () => Promise<void>;
};

/** What every implementation of the directory port must do, reading and writing. */
export function directoryContract(name: string, open: () => Promise<Site>): void {
  describe(`directory port on ${name}`, () => {
    let site: Site;
    let connection: Connection;
    const never = new AbortController().signal;
    const options = (): ConnectOptions => ({
      region: REGION,
      quotaShare: 1,
      assumeRoleArn: null,
      now: () => new Date('2026-11-10T12:00:00Z'),
      ...site.connect,
    });
    const observe = (scope: Partial<ReadScope> = {}): Promise<Live> => connection.reader.observe({ ...site.scope, ...scope }, never);
    const memberIds = (live: Live, group: string): readonly string[] =>
      live.memberships
        .filter((m) => m.groupId === site.groupId(group))
        .map((m) => m.userId)
        .sort();

    beforeAll(async () => {
      site = await open();
      connection = connect(options());
    });
    afterAll(async () => {
      connection?.close();
      await site?.close();
    });

    test('reads what the scope asks for: people, groups, members, applications', async () => {
      const live = await observe();
      expect(live.instant).toBe('2026-11-10T12:00:00.000Z');
      expect(live.instance.identityStoreId).toBe(site.scope.identityStoreId ?? live.instance.identityStoreId);
      expect(live.groups.map((g) => g.name)).toEqual(expect.arrayContaining(['kiro-pro', 'kiro-power', 'Platform-Engineers']));
      expect(memberIds(live, 'kiro-pro')).toEqual([site.userId('ana@example.com'), site.userId('dan@example.com')].sort());
      const ana = live.users.find((u) => u.userName === 'ana@example.com');
      expect(ana).toMatchObject({ id: site.userId('ana@example.com'), emails: ['ana@example.com'], givenName: 'ana', enabled: true });
      if (!site.lacks.has('user-status')) expect(live.users.find((u) => u.userName === 'dan@example.com')?.enabled).toBe(false);
      if (!site.lacks.has('timestamps')) expect(live.memberships[0]?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    });

    test('a name that differs only in case exists, with its members; ExternalIds mean provisioned', async () => {
      const live = await observe();
      expect(live.membersRead).toContain(site.groupId('Platform-Engineers'));
      expect(memberIds(live, 'Platform-Engineers')).toHaveLength(2);
      if (!site.lacks.has('external-ids')) {
        expect(live.groups.find((g) => g.name === 'Platform-Engineers')?.provisioned).toBe(true);
        expect(live.groups.find((g) => g.name === 'kiro-pro')?.provisioned).toBe(false);
      }
    });

    test('every membership has its user, and an empty group was read', async () => {
      const live = await observe({ memberGroups: ['everybody', 'empty'] });
      const known = new Set(live.users.map((u) => u.id));
      expect(live.memberships.filter((m) => !known.has(m.userId))).toEqual([]);
      expect(memberIds(live, 'everybody')).toHaveLength(130);
      expect(live.membersRead).toContain(site.groupId('empty'));
      expect(memberIds(live, 'empty')).toEqual([]);
    });

    test('a released group on the application has its members read; another one only its name', async () => {
      const live = await observe();
      expect(memberIds(live, 'kiro-old')).toHaveLength(2);
      expect(live.membersRead).not.toContain(site.groupId('unrelated'));
      expect(live.groups.map((g) => g.name)).toContain('unrelated');
    });

    test('finds the Kiro application by provider and name, with what is assigned to it, and nothing else', async () => {
      const live = await observe();
      expect(live.applications.map((a) => a.arn)).toEqual([site.application]);
      const direct = live.applications[0]?.principals.filter((p) => p.type === 'USER').map((p) => p.id);
      expect(direct).toEqual([site.userId('Cleo@example.com')]);
      expect(live.users.map((u) => u.userName)).toContain('Cleo@example.com');
    });

    test('reads what else each managed seat group opens', async () => {
      const live = await observe();
      const access = (group: string) => live.access.find((a) => a.groupId === site.groupId(group));
      expect(live.access).toHaveLength(2);
      expect(access('kiro-pro')).toMatchObject({ applications: [site.application], accounts: [] });
      expect(access('kiro-power')?.accounts).toEqual(['444455556666']);
      expect(access('kiro-power')?.applications).toHaveLength(1);
    });

    test('names that nobody has are no failure; an e-mail finds its user', async () => {
      const live = await observe({ users: ['nobody@example.com', 'bob@example.com'], managedGroups: ['kiro-missing'], memberGroups: [] });
      expect(live.groups.some((g) => g.name === 'kiro-missing')).toBe(false);
      expect(live.users.find((u) => u.emails.includes('bob@example.com'))?.userName).toBe('bob');
      expect(live.access).toEqual([]);
    });

    test('reads the same twice, and by a connection that knows nothing of the size', async () => {
      const first = await observe();
      expect(await observe()).toEqual(first);
      const other = connectReader(options());
      expect(await other.reader.observe(site.scope, never)).toEqual(first);
      expect(Object.keys(other)).not.toContain('writer');
      other.close();
    });

    test('finds the instance and the accounts with Kiro applications before anything is configured', async () => {
      const found = await connection.discover(never);
      expect(found).toMatchObject({ instanceArn: site.scope.instanceArn, accounts: ['111122223333', '444455556666'] });
    });

    test('another instance is wrong, whatever else is right', async () => {
      const failing = observe({ instanceArn: 'arn:aws:sso:::instance/ssoins-ffffffffffffffff' });
      await expect(failing).rejects.toThrow(/no Identity Center instance/);
      await expect(failing).rejects.toBeInstanceOf(RemoteError);
      await expect(observe({ identityStoreId: 'd-ffffffffff' })).rejects.toThrow(/the configuration says d-ffffffffff/);
    });

    test('an abort is thrown as it is', async () => {
      await expect(connection.reader.observe(site.scope, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
    });

    test('adds a member once, and removes one once', async () => {
      const group = site.groupId('kiro-power');
      const member = { groupId: group, userId: site.userId('bob') };
      expect(await connection.writer.createMembership(member, never)).toMatchObject({ effect: true });
      if (!site.lacks.has('membership-conflict')) {
        expect(await connection.writer.createMembership(member, never)).toMatchObject({ effect: false });
      }
      const live = await observe();
      const made = live.memberships.filter((m) => m.groupId === group);
      expect(made.map((m) => m.userId)).toEqual([site.userId('bob')]);

      const membershipId = made[0]?.id ?? '';
      expect(await connection.writer.deleteMembership({ membershipId }, never)).toMatchObject({ effect: true });
      if (!site.lacks.has('missing-membership')) {
        expect(await connection.writer.deleteMembership({ membershipId }, never)).toMatchObject({ effect: false });
      }
      expect(memberIds(await observe(), 'kiro-power')).toEqual([]);
    });

    test('makes a group once, attaches it once, and adds to it at once', async () => {
      const made = await connection.writer.createGroup('kiro-pro-max', never);
      expect(made.effect).toBe(true);
      expect(await connection.writer.createGroup('kiro-pro-max', never)).toMatchObject({ effect: false, groupId: made.groupId });
      const assignment = { applicationArn: site.application, groupId: made.groupId };
      expect(await connection.writer.assignApplication(assignment, never)).toMatchObject({ effect: true });
      await connection.writer.createMembership({ groupId: made.groupId, userId: site.userId('bob') }, never);
      const live = await observe({ managedGroups: ['kiro-pro-max'] });
      expect(live.applications[0]?.principals).toContainEqual({ id: made.groupId, type: 'GROUP' });
      expect(live.memberships.filter((m) => m.groupId === made.groupId)).toHaveLength(1);
    });

    test('a write to a group that does not exist is a failure that names the operation', async () => {
      if (site.lacks.has('missing-membership')) return;
      const nowhere = { groupId: '00000000-0000-4000-8000-00000000dead', userId: site.userId('bob') };
      await expect(connection.writer.createMembership(nowhere, never)).rejects.toMatchObject({
        failures: [{ kind: 'wrong', operation: 'identitystore:CreateGroupMembership' }],
      });
    });

    test('counts its calls by operation', () => {
      expect(connection.calls()).toMatchObject({ 'sso:ListApplications': expect.any(Number), 'identitystore:CreateGroup': 2 });
    });
  });
}
