import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { failure } from '../../src/failure.ts';
import { assignment, DIRECTORY, directory, ORGANIZATION, PROFILE } from '../cli/site.ts';
import { against } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { inProcess, type Ran } from './product.ts';

const LISTS = [
  ['ListUsers', 'identitystore:ListUsers'],
  ['ListGroups', 'identitystore:ListGroups'],
  ['ListGroupMemberships', 'identitystore:ListGroupMemberships'],
  ['ListApplications', 'sso:ListApplications'],
  ['ListApplicationAssignments', 'sso:ListApplicationAssignments'],
] as const;
const TEXT = [ORGANIZATION, PROFILE, assignment('team', 'pro', ['ana', 'bob']).replace('users:', 'groups: [other-team]\nusers:')].join(
  '---\n',
);

let emulator: TestEmulator;
beforeEach(async () => {
  emulator = await startTestEmulator({ seed: directory(DIRECTORY) });
  for (const [name, value] of Object.entries(against(emulator.url))) vi.stubEnv(name, value);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
  });
});

const applied = (): Promise<Ran> =>
  inProcess(TEXT, async (io, deps) => {
    try {
      return await apply({ yes: true }, io, deps);
    } catch (error) {
      return failure(error, io);
    }
  });

describe('a list that does not come to its end', () => {
  test.each(LISTS)('%s fails on its second page: 5, what was tried, nothing printed and nothing written', async (operation, name) => {
    await emulator.control('faults', { kind: 'short-page', operation, times: null });
    await emulator.control('faults', { kind: 'page-error', operation, times: null });
    const { code, stdout, stderr } = await applied();
    expect({ code, stdout }, stderr).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain(`${name} ended early, after page 1`);
    expect(stderr).toContain('Try again later');
    expect(await emulator.control('writes')).toEqual([]);
  });

  test.each(LISTS)('%s gives few items or none with a token: it is read on, and the same changes are applied', async (operation) => {
    await emulator.control('faults', { kind: 'short-page', operation, times: 5 });
    const { code, stdout, stderr } = await applied();
    expect(code, stdout + stderr).toBe(0);
    expect(await emulator.control('writes')).toHaveLength(3);
  });

  test('ListGroupMemberships gives empty pages for ever: 5 in the end, nothing written', async () => {
    await emulator.control('faults', { kind: 'short-page', operation: 'ListGroupMemberships', times: null });
    const { code, stdout, stderr } = await applied();
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('the list has no end');
    expect(await emulator.control('writes')).toEqual([]);
  });
});

describe('AWS is away for longer than anybody waits', () => {
  test('5, and nothing written', async () => {
    await emulator.control('faults', { kind: 'unavailable', times: null });
    const { code, stdout, stderr } = await applied();
    expect({ code, stdout }, stderr).toEqual({ code: 5, stdout: '' });
    expect(stderr).toContain('sso:ListInstances in eu-west-1 failed');
  });
});
