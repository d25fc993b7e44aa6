import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { against, start } from '../support/cli.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { repository } from '../support/repository.ts';

const POLICY = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" }
removals: immediate
---
kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  power: { group: kiro-engineering-power, create: true, confirmed: 2026-11-01 }
---
kind: Assignment
name: platform
profile: engineering
tier: power
users: [ana@example.com]
owner: leads
reason: daily work
`;
const OLD = 'old-token-0123456789abcdef';
const NEW = 'new-token-0123456789abcdef';

it('a daemon takes over good settings on SIGHUP, keeps what it has before bad ones, and says so', async () => {
  const emulator = await startTestEmulator({ seed: 'demo' });
  const policy = repository();
  policy.commit('first', { 'base.yaml': POLICY });
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-reload-'));
  const [file, tokens] = [join(folder, 'settings.yaml'), join(folder, 'tokens')];
  const write = (url: string, more: string) =>
    writeFileSync(file, `git: { url: "${url}" }\nstateDir: state\nhttp: { port: 0, tokens: { writeFile: tokens } }\n${more}`);
  writeFileSync(tokens, OLD);
  write(policy.url, 'mode: observe\nschedule: { reconcile: "0 0 1 1 *" }\n');
  const serving = start(['serve', '--settings', file], { env: against(emulator.url) });
  try {
    const url = /http:\/\/\S+/.exec(await serving.printed(/http:\/\/\S+/))?.[0] ?? '';
    const status = async (token: string) => {
      const answer = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${token}` } });
      return { code: answer.status, body: JSON.parse(await answer.text()) };
    };
    await serving.printed(/"outcome":"pending"/, 'stderr');

    writeFileSync(tokens, NEW);
    write('/srv/another.git', 'mode: enforce\nschedule: { reconcile: "0 0 2 1 *" }\nquota: { share: 0.5 }\n');
    serving.child.kill('SIGHUP');
    await serving.printed(/"outcome":"applied"/, 'stderr');
    const good = await status(NEW);
    expect(good.body).toMatchObject({ mode: 'enforce', settings: { problems: [], needsRestart: [expect.stringContaining('git.url')] } });
    expect(good.body.next).toMatch(/-01-02T00:00:00/);
    expect((await status(OLD)).code).toBe(401);

    writeFileSync(file, 'mode: sometimes\nwindows: [{ name: a, cron: nonsense, duration: 1h, action: deny }]\n');
    serving.child.kill('SIGHUP');
    await serving.printed(/"outcome":"in-sync"/, 'stderr');
    const bad = await status(NEW);
    expect(bad.body).toMatchObject({ outcome: 'in-sync', mode: 'enforce', settings: { loadedAt: good.body.settings.loadedAt } });
    expect(bad.body.settings.problems).toEqual([expect.stringContaining('settings.yaml:1:1 wrong-setting: mode:')]);
    const log = await serving.printed(/the settings are wrong/, 'stderr');
    expect(log).toContain('"changed":["mode","schedule","quota","http"]');
    expect(log).not.toContain(NEW);

    serving.child.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  } finally {
    serving.child.kill('SIGKILL');
    await serving.ended;
    rmSync(folder, { recursive: true, force: true });
    policy.dispose();
    await emulator.close();
  }
}, 60_000);
