import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { describe, expect } from 'vitest';
import type { Ended } from '../support/cli.ts';
import { test } from './open.ts';
import { assignment, ORGANIZATION, POLICY } from './site.ts';

/** 5, what was tried, what to do, and no stack. */
function expectUnreachable({ code, stdout, stderr }: Ended, tried: RegExp, advice: RegExp): void {
  expect({ code, stdout }, stderr).toEqual({ code: 5, stdout: '' });
  expect(stderr).toMatch(tried);
  expect(stderr).toMatch(advice);
  expect(stderr).not.toMatch(/^\s+at /m);
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('what AWS can do to a command', () => {
  test.concurrent('nobody listens: 5', async ({ open }) => {
    const { run } = await open();
    const port = await closedPort();
    const ended = await run(['apply', '--yes'], { env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
    expectUnreachable(
      ended,
      /sso:ListInstances in eu-west-1 failed: .*ECONNREFUSED/,
      /check the network, the Region \(eu-west-1\) and AWS_ENDPOINT_URL/,
    );
  });

  test.concurrent('no credentials: 5 and the ways to give them', async ({ open }) => {
    const { run, requests } = await open();
    const ended = await run(['plan'], { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } });
    expectUnreachable(ended, /redentials/, /AWS_PROFILE, environment variables/);
    expect(await requests()).toBe(0);
  });

  test.concurrent('credentials that AWS does not know: 5', async ({ open, onTestFinished }) => {
    const aws = createHttpServer((_, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end('{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}');
    });
    const port = await listening(aws);
    onTestFinished(() => void aws.close());
    const { run } = await open();
    const ended = await run(['apply', '--yes'], { env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
    expectUnreachable(ended, /sso:ListInstances in eu-west-1 failed: UnrecognizedClientException/, /AWS does not know them/);
  });

  test.concurrent('every call is denied: 5 and the permission that is missing', async ({ open }) => {
    const { run, emulator, writes } = await open();
    await emulator.control('faults', { kind: 'reject' });
    const ended = await run(['apply', '--yes']);
    expectUnreachable(ended, /sso:ListInstances in eu-west-1 failed: AccessDeniedException/, /Allow sso:ListInstances to this role/);
    expect(await writes()).toEqual([]);
  });

  test.concurrent('expired credentials: 5, sign in again', async ({ open }) => {
    const { run, emulator } = await open();
    await emulator.control('faults', { kind: 'expired-token', times: null });
    expectUnreachable(await run(['plan']), /ExpiredTokenException/, /sign in again/);
  });

  test.concurrent('missing permissions are all named at once, each by its IAM action; nothing is assumed clean', async ({ open }) => {
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

  test.concurrent('the foreign-group checks denied: 5 naming the account that may ask, never assumed clean', async ({ open }) => {
    const { run, emulator } = await open();
    await emulator.control('faults', { kind: 'reject', operation: 'ListAccountAssignmentsForPrincipal' });
    expectUnreachable(await run(['plan']), /sso:ListAccountAssignmentsForPrincipal/, /management account/);
  });

  test.concurrent('another instance than the configured one: 5 with both', async ({ open }) => {
    const other = 'arn:aws:sso:::instance/ssoins-ffffffffffffffff';
    const { run, writes } = await open({
      files: { ...POLICY, 'organization.yaml': ORGANIZATION.replace(/arn:aws:sso:::instance\/ssoins-[0-9a-f]+/, other) },
    });
    expectUnreachable(
      await run(['apply', '--yes']),
      /no Identity Center instance .*ffffffffffffffff; it lists .*0123456789abcdef/,
      /Set identityCenter/,
    );
    expect(await writes()).toEqual([]);
  });

  test.concurrent('another identity store than the configured one: 5', async ({ open }) => {
    const { run } = await open({
      files: {
        ...POLICY,
        'organization.yaml': ORGANIZATION.replace('identityCenter: {', 'identityCenter: { identityStoreId: d-ffffffffff,'),
      },
    });
    expectUnreachable(await run(['plan']), /d-0123456789.*d-ffffffffff/, /identityStoreId/);
  });

  test.concurrent('Ctrl-C while reading: nothing was written, 5, no stack', async ({ open }) => {
    const { start, emulator, writes, requests } = await open();
    await emulator.control('faults', { kind: 'latency', ms: 5000 });
    const running = start(['apply', '--yes']);
    while ((await requests()) === 0) if (running.child.exitCode !== null) break;
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect({ code, writes: await writes() }, stderr).toEqual({ code: 5, writes: [] });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
