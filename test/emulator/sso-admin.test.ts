import {
  CreateApplicationAssignmentCommand,
  CreateApplicationCommand,
  DeleteApplicationAssignmentCommand,
  DescribeApplicationAssignmentCommand,
  DescribeApplicationCommand,
  DescribeInstanceCommand,
  DescribeRegionCommand,
  GetApplicationAssignmentConfigurationCommand,
  ListAccountAssignmentsCommand,
  ListAccountAssignmentsForPrincipalCommand,
  ListApplicationAssignmentsCommand,
  ListApplicationAssignmentsForPrincipalCommand,
  ListApplicationsCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ListRegionsCommand,
  ListTagsForResourceCommand,
  PutApplicationAssignmentConfigurationCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sso-admin';
import { describe, expect, it } from 'vitest';
import { type Bench, bench, errorType, failure, INSTANCE } from './client.ts';

const IN = { InstanceArn: INSTANCE };
const group = (b: Bench, name: string) => b.state().groups.find((g) => g.DisplayName === name)?.GroupId ?? '';
const application = (b: Bench, name: string) => b.state().applications.find((a) => a.Name === name)?.ApplicationArn ?? '';

describe('instance and Regions', () => {
  it('is listed and described', async () => {
    const b = await bench();
    const { Instances } = await b.sso.send(new ListInstancesCommand({}));
    expect(Instances).toMatchObject([{ ...IN, IdentityStoreId: 'd-0123456789', OwnerAccountId: '111122223333', Status: 'ACTIVE' }]);
    expect(await b.sso.send(new DescribeInstanceCommand(IN))).toMatchObject({ IdentityStoreId: 'd-0123456789' });
    expect((await b.sso.send(new ListRegionsCommand(IN))).Regions).toMatchObject([{ RegionName: 'eu-west-1', IsPrimaryRegion: true }]);
    const other = new DescribeRegionCommand({ ...IN, RegionName: 'eu-central-1' });
    expect(await failure(b.sso.send(other))).toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('applications', () => {
  it('are filtered by account and provider', async () => {
    const b = await bench();
    const ApplicationProvider = 'arn:aws:sso::aws:applicationProvider/codewhisperer';
    const names = async (Filter: object) =>
      (await b.sso.send(new ListApplicationsCommand({ ...IN, Filter }))).Applications?.map((a) => a.Name);
    expect(await names({ ApplicationProvider })).toEqual(['KiroProfile-us-east-1', 'KiroProfile-eu-central-1', 'Kiro Sign-In']);
    expect(await names({ ApplicationProvider, ApplicationAccount: '444455556666' })).toEqual(['KiroProfile-eu-central-1']);
  });

  it('come 50 a page at most, however many are asked for', async () => {
    const b = await bench({ seed: 'empty' });
    const custom = 'arn:aws:sso::aws:applicationProvider/custom';
    for (let i = 0; i < 60; i += 1)
      await b.sso.send(new CreateApplicationCommand({ ...IN, ApplicationProviderArn: custom, Name: `app ${i}` }));
    const first = await b.sso.send(new ListApplicationsCommand({ ...IN, MaxResults: 100 }));
    expect(first.Applications).toHaveLength(50);
    const rest = await b.sso.send(new ListApplicationsCommand({ ...IN, MaxResults: 100, NextToken: first.NextToken }));
    expect(rest.Applications?.length).toBe(14);
    expect(rest.NextToken).toBeUndefined();
  });

  it('of Kiro cannot be created by this API', async () => {
    const b = await bench();
    const attempt = new CreateApplicationCommand({
      ...IN,
      ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/codewhisperer',
      Name: 'x',
    });
    expect(await failure(b.sso.send(attempt))).toMatchObject({ name: 'ValidationException' });
  });
});

describe('application assignments', () => {
  it('are made, described, listed by application and by principal, and ended', async () => {
    const b = await bench();
    const ApplicationArn = application(b, 'KiroProfile-us-east-1');
    const assignment = { ApplicationArn, PrincipalId: group(b, 'kiro-engineering-pro-max'), PrincipalType: 'GROUP' as const };
    expect(await failure(b.sso.send(new DescribeApplicationAssignmentCommand(assignment)))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await b.sso.send(new CreateApplicationAssignmentCommand(assignment));
    await b.sso.send(new CreateApplicationAssignmentCommand(assignment));
    expect(await b.sso.send(new DescribeApplicationAssignmentCommand(assignment))).toMatchObject(assignment);
    expect((await b.sso.send(new ListApplicationAssignmentsCommand({ ApplicationArn }))).ApplicationAssignments).toHaveLength(4);
    await b.sso.send(new DeleteApplicationAssignmentCommand(assignment));
    await b.sso.send(new DeleteApplicationAssignmentCommand(assignment));
    expect((await b.sso.send(new ListApplicationAssignmentsCommand({ ApplicationArn }))).ApplicationAssignments).toHaveLength(3);
    expect(await b.control('writes')).toHaveLength(2);
  });

  it('of a user include those of the groups', async () => {
    const b = await bench();
    const ana = b.state().users.find((u) => u.UserName === 'ana@example.com')?.UserId;
    const { ApplicationAssignments } = await b.sso.send(
      new ListApplicationAssignmentsForPrincipalCommand({ ...IN, PrincipalId: ana, PrincipalType: 'USER' }),
    );
    expect(ApplicationAssignments).toMatchObject([{ PrincipalId: group(b, 'kiro-engineering-pro-plus'), PrincipalType: 'GROUP' }]);
  });

  it('stop at 100 groups for one application', async () => {
    const b = await bench();
    const state = b.state();
    const ApplicationArn = application(b, 'KiroProfile-us-east-1');
    const groups = Array.from({ length: 101 }, (_, i) => ({
      GroupId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      DisplayName: `g${i}`,
    }));
    const assignments = groups.slice(1).map((g) => ({ ApplicationArn, PrincipalId: g.GroupId, PrincipalType: 'GROUP' }));
    await b.control('state', { ...state, groups, memberships: [], accountAssignments: [], subscriptions: [], assignments });
    const last = { ApplicationArn, PrincipalId: groups[0]?.GroupId ?? '', PrincipalType: 'GROUP' as const };
    expect(await failure(b.sso.send(new CreateApplicationAssignmentCommand(last)))).toMatchObject({
      name: 'ServiceQuotaExceededException',
    });
    // Whoever assigns it: nobody can make room that AWS does not have.
    const body = { application: 'KiroProfile-us-east-1', group: 'g0' };
    for (const [route, more] of [
      ['console/subscribe', { tier: 'pro' }],
      ['outsider', { action: 'assign-application' }],
    ] as const) {
      expect((await failure(b.control(route, { ...body, ...more })))['message'], route).toMatch(/^400 .*100 groups/);
      expect(await b.control(route, { ...body, ...more, group: 'g1' })).toMatchObject({ PrincipalId: groups[1]?.GroupId });
    }
    expect(b.state().assignments).toHaveLength(100);
  });

  it('need a known principal, unless identities live elsewhere', async () => {
    const stranger = { PrincipalId: '11111111-1111-4111-8111-111111111111', PrincipalType: 'GROUP' as const };
    for (const anyPrincipal of [false, true]) {
      const b = await bench({ anyPrincipal });
      const assignment = new CreateApplicationAssignmentCommand({ ApplicationArn: application(b, 'KiroProfile-us-east-1'), ...stranger });
      const accounts = new ListAccountAssignmentsForPrincipalCommand({ ...IN, ...stranger });
      if (anyPrincipal) {
        await b.sso.send(assignment);
        expect((await b.sso.send(accounts)).AccountAssignments).toEqual([]);
        expect(
          (await b.sso.send(new ListApplicationAssignmentsForPrincipalCommand({ ...IN, ...stranger }))).ApplicationAssignments,
        ).toHaveLength(1);
      } else {
        expect(await failure(b.sso.send(assignment))).toMatchObject({ name: 'ResourceNotFoundException' });
        expect(await failure(b.sso.send(accounts))).toMatchObject({ name: 'ResourceNotFoundException' });
      }
    }
  });
});

describe('the rest', () => {
  it('knows whether an application needs assignments', async () => {
    const b = await bench();
    const ApplicationArn = application(b, 'Kiro Sign-In');
    const ask = () => b.sso.send(new GetApplicationAssignmentConfigurationCommand({ ApplicationArn }));
    expect((await ask()).AssignmentRequired).toBe(false);
    await b.sso.send(new PutApplicationAssignmentConfigurationCommand({ ApplicationArn, AssignmentRequired: true }));
    expect((await ask()).AssignmentRequired).toBe(true);
  });

  it('lists account assignments by account and by principal', async () => {
    const b = await bench();
    const PrincipalId = group(b, 'AWSControlTowerAdmins');
    const mine = await b.sso.send(new ListAccountAssignmentsForPrincipalCommand({ ...IN, PrincipalId, PrincipalType: 'GROUP' }));
    expect(mine.AccountAssignments?.map((a) => a.AccountId)).toEqual(['111122223333', '444455556666']);
    const set = mine.AccountAssignments?.[0]?.PermissionSetArn;
    const { AccountAssignments } = await b.sso.send(
      new ListAccountAssignmentsCommand({ ...IN, AccountId: '111122223333', PermissionSetArn: set }),
    );
    expect(AccountAssignments).toMatchObject([{ PrincipalId }]);
  });

  it('keeps the tags that an application is made with', async () => {
    const b = await bench();
    const input = { ...IN, ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom', Name: 'Wiki' };
    const { ApplicationArn } = await b.sso.send(new CreateApplicationCommand({ ...input, Tags: [{ Key: 'team', Value: 'docs' }] }));
    const listed = await b.sso.send(new ListTagsForResourceCommand({ ...IN, ResourceArn: ApplicationArn ?? '' }));
    expect(listed.Tags).toEqual([{ Key: 'team', Value: 'docs' }]);
  });

  it('tags instance and applications', async () => {
    const b = await bench();
    const ResourceArn = application(b, 'KiroProfile-us-east-1');
    await b.sso.send(
      new TagResourceCommand({
        ...IN,
        ResourceArn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '' },
        ],
      }),
    );
    await b.sso.send(new UntagResourceCommand({ ...IN, ResourceArn, TagKeys: ['a'] }));
    expect((await b.sso.send(new ListTagsForResourceCommand({ ...IN, ResourceArn }))).Tags).toEqual([{ Key: 'b', Value: '' }]);
  });

  it('says nothing of an unknown instance and refuses a malformed ARN', async () => {
    const b = await bench();
    const other = 'arn:aws:sso:::instance/ssoins-ffffffffffffffff';
    expect(await failure(b.sso.send(new ListApplicationsCommand({ InstanceArn: 'arn:nonsense' })))).toMatchObject({
      name: 'ValidationException',
    });
    expect((await failure(b.sso.send(new DescribeInstanceCommand({ InstanceArn: other }))))['name']).toBe('ValidationException');
    expect(await failure(b.sso.send(new DescribeApplicationCommand({ ApplicationArn: 'arn:x' })))).toMatchObject({
      name: 'ValidationException',
    });
  });

  it('tells an operation that is not built from one that does not exist', async () => {
    const b = await bench();
    const known = await failure(b.sso.send(new ListPermissionSetsCommand(IN)));
    expect(known).toMatchObject({ name: 'NotImplementedByEmulator', $metadata: { httpStatusCode: 501 } });
    const unknown = await fetch(b.url, { method: 'POST', headers: { 'x-amz-target': 'SWBExternalService.Nonsense' }, body: '{}' });
    expect([unknown.status, await errorType(unknown)]).toEqual([400, 'com.amazon.coral.service#UnknownOperationException']);
    expect(unknown.headers.get('x-amzn-requestid')).toBeTruthy();
  });
});
