import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Ended } from '../support/cli.ts';
import { open } from './open.ts';
import { assignment, DIRECTORY, ORGANIZATION, POLICY } from './site.ts';

/** 5, what was tried, what to do, and no stack. */
function expectUnreachable({ code, stdout, stderr }: Ended, tried: RegExp, advice: RegExp): void {
  expect({ code, stdout }, stderr).toEqual({ code: 5, stdout: '' });
  expect(stderr).toMatch(tried);
  expect(stderr).toMatch(advice);
  expect(stderr).not.toMatch(/^\s+at /m);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('what AWS can do to a command', () => {
  test.concurrent('nobody listens: 5', async ({ onTestFinished }) => {
    const { run } = await open({}, onTestFinished);
    const port = await closedPort();
    const ended = await run(['apply', '--yes'], { env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
    expectUnreachable(
      ended,
      /sso:ListInstances in eu-west-1 failed: .*ECONNREFUSED/,
      /check the network, the Region \(eu-west-1\) and AWS_ENDPOINT_URL/,
    );
  });

  test.concurrent('no credentials: 5 and the ways to give them', async ({ onTestFinished }) => {
    const { run, requests } = await open({}, onTestFinished);
    const ended = await run(['plan'], { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } });
    expectUnreachable(ended, /redentials/, /AWS_PROFILE, environment variables/);
    expect(await requests()).toBe(0);
  });

  test.concurrent.for([
    ['UnrecognizedClientException', /AWS does not know them/],
    ['AccessDeniedException', /Allow sso:ListInstances to this role/],
  ] as const)('every call is refused with %s: 5', async ([error, advice], { onTestFinished }) => {
    const { run, emulator, writes } = await open({}, onTestFinished);
    await emulator.control('faults', { kind: 'reject', error });
    expectUnreachable(await run(['apply', '--yes']), new RegExp(`sso:ListInstances in eu-west-1 failed: ${error}`), advice);
    expect(await writes()).toEqual([]);
  });

  test.concurrent('expired credentials: 5, sign in again', async ({ onTestFinished }) => {
    const { run, emulator } = await open({}, onTestFinished);
    await emulator.control('faults', { kind: 'expired-token', times: null });
    expectUnreachable(await run(['plan']), /ExpiredTokenException/, /sign in again/);
  });

  test('missing permissions are all named at once, each by its IAM action; nothing is assumed clean', async () => {
    const { run, emulator, writes } = await open({
      files: { ...POLICY, 'g.yaml': assignment('g', 'pro', ['dan']).replace('users:', 'groups: [other-team]\nusers:') },
    });
    const operations = ['ListGroupMemberships', 'ListAccountAssignmentsForPrincipal', 'ListApplicationAssignments'];
    for (const operation of operations) await emulator.control('faults', { kind: 'reject', operation });
    const ended = await run(['apply', '--yes']);
    expectUnreachable(ended, /Allow identitystore:ListGroupMemberships to this role/, /kirosync iam-policy/);
    expect(ended.stderr).toContain('Allow sso:ListAccountAssignmentsForPrincipal to this role');
    expect(ended.stderr).toContain('Allow sso:ListApplicationAssignments to this role');
    expect(await writes()).toEqual([]);
  });

  test.concurrent('the foreign-group checks denied: 5 naming the account that may ask, never assumed clean', async ({ onTestFinished }) => {
    const { run, emulator } = await open({}, onTestFinished);
    await emulator.control('faults', { kind: 'reject', operation: 'ListAccountAssignmentsForPrincipal' });
    expectUnreachable(await run(['plan']), /sso:ListAccountAssignmentsForPrincipal/, /management account/);
  });

  test.concurrent('another instance than the configured one: 5 with both', async ({ onTestFinished }) => {
    const other = 'arn:aws:sso:::instance/ssoins-ffffffffffffffff';
    const { run, writes } = await open(
      {
        files: { ...POLICY, 'organization.yaml': ORGANIZATION.replace(/arn:aws:sso:::instance\/ssoins-[0-9a-f]+/, other) },
      },
      onTestFinished,
    );
    expectUnreachable(
      await run(['apply', '--yes']),
      /no Identity Center instance .*ffffffffffffffff; it lists .*0123456789abcdef/,
      /Set identityCenter/,
    );
    expect(await writes()).toEqual([]);
  });

  test.concurrent('another identity store than the configured one: 5', async ({ onTestFinished }) => {
    const { run } = await open(
      {
        files: {
          ...POLICY,
          'organization.yaml': ORGANIZATION.replace('identityCenter: {', 'identityCenter: { identityStoreId: d-ffffffffff,'),
        },
      },
      onTestFinished,
    );
    expectUnreachable(await run(['plan']), /d-0123456789.*d-ffffffffff/, /identityStoreId/);
  });

  test.concurrent('a list that fails on a later page: 5, and never the part that was read', async ({ onTestFinished }) => {
    const crew = Array.from({ length: 130 }, (_, i) => `crew${String(i).padStart(3, '0')}`);
    const { run, emulator, writes } = await open(
      {
        files: { ...POLICY, 'g.yaml': assignment('g', 'pro', ['dan']).replace('users:', 'groups: [crew]\nusers:') },
        directory: { ...DIRECTORY, groups: { ...DIRECTORY.groups, crew } },
      },
      onTestFinished,
    );
    await emulator.control('faults', { kind: 'page-error', operation: 'ListGroupMemberships', times: null });
    const ended = await run(['apply', '--yes']);
    expectUnreachable(ended, /identitystore:ListGroupMemberships ended early, after page 1/, /Try again later/);
    expect(await writes()).toEqual([]);
  }, 40_000);

  test.concurrent('Ctrl-C while reading: nothing was written, 5, no stack', async ({ onTestFinished }) => {
    const { start, emulator, writes, requests } = await open({}, onTestFinished);
    await emulator.control('faults', { kind: 'latency', ms: 5000 });
    const running = start(['apply', '--yes']);
    while ((await requests()) === 0) if (running.child.exitCode !== null) break;
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect({ code, writes: await writes() }, stderr).toEqual({ code: 5, writes: [] });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
