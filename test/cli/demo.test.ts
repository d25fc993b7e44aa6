import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kirosync } from '../support/cli.ts';

test('demo --once tells all its steps, exits 0, and leaves nothing behind', { timeout: 90_000 }, async () => {
  const { code, stdout, stderr } = await kirosync(['demo', '--once']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  for (const text of [
    'Plan: 14 to create, 0 to update, 2 to delete, 2 held, 2 manual',
    'pass ended: applied',
    'drift: unexpected membership/kiro-engineering-pro/bob@example.com, $20.00 a month, by arn:aws:sts::111122223333:assumed-role/directory-admin/outsider',
    'CreateGroupMembership  kiro-engineering-pro  dev40@example.com',
    'refused: too-many-removals: 19 of 43 people would lose their seat in profile engineering',
    'pass ended: in-sync',
    'Right-size advice: ',
    'A demo without --once makes it.',
  ])
    expect(stdout).toContain(text);
  const folder = /policy repository \((.*)\/policy\)/.exec(stdout)?.[1]?.split('/').at(-1);
  expect(folder).toMatch(/^kirosync-demo-/);
  expect(readdirSync(tmpdir())).not.toContain(folder);
  // It would name a file that is gone.
  expect(stdout).not.toContain('credits.html');
  // The credits are bounded: no table of everybody.
  expect(stdout).not.toMatch(/^Profile engineering/m);
});

test('demo on a port that is taken is 1 and says so', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const { code, stderr } = await kirosync(['demo', '--once', '--port', port]);
  server.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`Another process listens on port ${port}`);
});

test('demo without git is 5 and says what to install', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'kirosync-no-git-'));
  const { code, stderr } = await kirosync(['demo', '--once'], { env: { PATH: empty } });
  rmSync(empty, { recursive: true });
  expect(code).toBe(5);
  expect(stderr).toBe('The program git was not found.\n  Install git, or put it on PATH.\n');
});
