import { describe, expect, it } from 'vitest';
import type { EmulatorResponse } from '../../src/emulator/emulator.ts';
import { checkResponse, serviceModels } from '../support/service-model.ts';

const models = serviceModels();

const request = (target: string) => ({ method: 'POST', path: '/', headers: { 'x-amz-target': target }, body: '{}' });
const response = (body: unknown, status = 200, headers: Record<string, string> = { 'x-amzn-requestid': 'r' }): EmulatorResponse => ({
  status,
  headers,
  body: JSON.stringify(body),
  delayMs: 0,
  drop: false,
});
const UUID = '00000000-0000-4000-8000-000000000000';
const group = { GroupId: UUID, DisplayName: 'sre', IdentityStoreId: 'd-0123456789', CreatedAt: 1_790_000_000.5 };

/** The check has to be able to fail, or every other test proves nothing. */
describe.skipIf(models === null)('the check of responses against the service model', () => {
  const check = (target: string, answer: EmulatorResponse) => (models === null ? [] : checkResponse(models, request(target), answer));
  const listGroups = (item: object) => check('AWSIdentityStore.ListGroups', response({ Groups: [item] }));

  it('accepts what AWS could answer', () => {
    expect(listGroups(group)).toEqual([]);
    expect(check('SWBExternalService.CreateApplicationAssignment', response({}))).toEqual([]);
  });

  it.each([
    ['a missing member', { ...group, GroupId: undefined }, 'GroupId is missing'],
    ['an unknown member', { ...group, Colour: 'red' }, 'Colour is no member'],
    ['a wrong type', { ...group, DisplayName: 7 }, 'is not a string'],
    ['a timestamp in words', { ...group, CreatedAt: '2026-11-10T00:00:00Z' }, 'is not a timestamp'],
    ['a timestamp in milliseconds', { ...group, CreatedAt: 1_790_000_000_000 }, 'is not a timestamp'],
    ['a malformed id', { ...group, GroupId: 'g1' }, 'does not match'],
    ['an empty list of at least one', { ...group, ExternalIds: [] }, 'has size 0'],
  ])('finds %s', (_what, item, words) => {
    expect(listGroups(item).join()).toContain(words);
  });

  it('finds a wrong enum value, status, undeclared error, unknown error member and missing request id', () => {
    const assignment = {
      ApplicationAssignments: [
        {
          ApplicationArn: `arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef`,
          PrincipalId: UUID,
          PrincipalType: 'ROBOT',
        },
      ],
    };
    expect(check('SWBExternalService.ListApplicationAssignments', response(assignment)).join()).toContain('none of USER, GROUP');
    const target = 'AWSIdentityStore.ListGroups';
    expect(check(target, response({ __type: 'ValidationException', Message: 'x' }, 409)).join()).toContain('with status 409');
    expect(check(target, response({ __type: 'ConflictException', Message: 'x' }, 400)).join()).toContain('does not declare');
    expect(check(target, response({ __type: 'ValidationException', Text: 'x' }, 400)).join()).toContain('Text is no member');
    expect(check(target, response({ Groups: [] }, 200, {})).join()).toContain('no x-amzn-RequestId');
  });
});

describe.skipIf(models === null)('the emulator', () => {
  it('knows every operation that AWS has, and no other', async () => {
    const { OPERATION_NAMES } = await import('../../src/emulator/operation-name.ts');
    expect([...OPERATION_NAMES.identitystore].sort()).toEqual(Object.keys(models?.['AWSIdentityStore']?.operations ?? {}).sort());
    expect([...OPERATION_NAMES.sso].sort()).toEqual(Object.keys(models?.['SWBExternalService']?.operations ?? {}).sort());
  });
});
