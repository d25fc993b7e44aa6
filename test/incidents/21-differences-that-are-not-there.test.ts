/**
 * Incident: a drift report showed differences that were only two ways of writing the same thing, for years
 * (auth0/auth0-deploy-cli#1437, aws-cloudformation/cloudformation-coverage-roadmap#1052).
 * Property: both sides are made the same at the edge: the plan after an apply is empty, the plan after an import is empty, and drift
 * finds nothing, whatever odd forms the directory or the YAML has. The pure law of import is in test/import/import.test.ts.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { apply } from '../../src/commands/apply.ts';
import { drift } from '../../src/commands/drift.ts';
import { importCommand } from '../../src/commands/import.ts';
import { plan } from '../../src/commands/plan.ts';
import type { State } from '../../src/emulator/emulator.ts';
import { directory, groupId, INSTANCE, keysOf, ORGANIZATION, planOf, STORE, userId } from '../cli/site.ts';
import { type Files, type Incident, incident } from './world.ts';

const BARE = '11111111-2222-4333-8444-555555555555';
/** People as old and grown directories have them, by what the YAML calls them. */
const ODD: readonly { readonly called: string; readonly user: State['users'][number] }[] = [
  { called: 'PLAIN@example.com', user: { UserId: userId('plain'), UserName: 'plain@example.com', UserStatus: 'ENABLED' } },
  { called: 'no.status@example.com', user: { UserId: userId('nostatus'), UserName: 'no.status@example.com' } },
  { called: 'bare-id', user: { UserId: BARE, UserName: 'bare-id', Name: {} } },
  { called: 'Mixed.Case@Example.COM', user: { UserId: userId('mixed'), UserName: 'Mixed.Case@Example.COM', Name: { GivenName: 'Mixed' } } },
  { called: 'mail.only@example.com', user: { UserId: userId('mail'), UserName: 'u1', Emails: [{ Value: 'mail.only@example.com' }] } },
  { called: "o'neill,j/r=100%", user: { UserId: userId('oneill'), UserName: "o'neill,j/r=100%", UserStatus: 'ENABLED' } },
  { called: 'null', user: { UserId: userId('null'), UserName: 'null', UserStatus: 'ENABLED' } },
  {
    called: 'ünïcödé@example.com',
    user: { UserId: userId('unicode'), UserName: 'ünïcödé@example.com', ExternalIds: [{ Issuer: 'idp', Id: '7' }] },
  },
];
const GROUP = 'kiro-eng-pro';
const IDS = ODD.map(({ user }) => user.UserId);

/** A directory of odd people, of whom some have the seat: memberships in no order, some without stamps. */
function odd(members: readonly string[]): State {
  const base = directory({ groups: { [GROUP]: [], 'kiro-eng-power': [], AWSPlatformAdmins: [] } });
  return {
    ...base,
    users: [...ODD].reverse().map(({ user }) => user),
    memberships: [...members].reverse().map((id, i) => ({
      GroupId: groupId(GROUP),
      MemberId: { UserId: id },
      ...(i % 2 === 0 ? {} : { CreatedAt: '2026-01-05T00:00:00.123456Z', CreatedBy: 'arn:aws:iam::111122223333:user/admin' }),
    })),
  };
}

const profile = {
  kind: 'Profile',
  name: 'engineering',
  account: '111122223333',
  region: 'us-east-1',
  seats: { pro: { group: 'KIRO-ENG-PRO', confirmed: '2026-01-05' }, power: { group: 'kiro-eng-power', confirmed: '2026-01-05' } },
};
const FILES: Files = {
  'o.yaml': ORGANIZATION,
  'p.yaml': stringify(profile),
  'a.yaml': stringify({ kind: 'Assignment', name: 'a', profile: 'engineering', tier: 'pro', users: ODD.map(({ called }) => called) }),
};

const start = (members: readonly string[]) => incident(odd(members), { oddIds: [BARE] });

async function expectNothing(world: Incident, files: Files): Promise<void> {
  const made = await world.run(files, (io, deps) => plan({ format: 'json' }, io, deps));
  const document = planOf(made.stdout);
  expect({ code: made.code, keys: keysOf(document), violations: document.violations }, made.stderr).toEqual({
    code: 0,
    keys: [],
    violations: [],
  });
  const found = await world.run(files, (io, deps) => drift({ format: 'json' }, io, deps));
  expect({ code: found.code, items: JSON.parse(found.stdout).items }).toEqual({ code: 0, items: [] });
}

describe('no difference where there is none', () => {
  test('after an apply: plan and drift are empty, and a second apply writes nothing', async () => {
    const world = await start(IDS.slice(0, 2));
    const first = await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps));
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect((await world.writes()).map((write) => write.UserId).sort()).toEqual(IDS.slice(2).sort());
    await expectNothing(world, FILES);
    expect((await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps))).code).toBe(0);
    expect(await world.writes()).toHaveLength(IDS.length - 2);
  });

  test('after a day, a month and another time zone of the clock: still none', async () => {
    const world = await start(IDS);
    for (const at of ['2026-11-11T12:00:00Z', '2026-12-31T23:59:59.999Z', '2028-02-29T00:00:00Z']) {
      world.clock.now = new Date(at);
      await expectNothing(world, FILES);
    }
    const run = world.daemon(FILES);
    expect((await run.pass()).result).toMatchObject({ outcome: 'in-sync', drift: { items: [], churn: [] } });
    expect((await run.pass()).result).toMatchObject({ outcome: 'in-sync', drift: { items: [], churn: [] } });
    expect(await world.writes()).toEqual([]);
  });

  test('after an import: plan and drift are empty', async () => {
    const world = await start(IDS);
    const parent = await mkdtemp(join(tmpdir(), 'kirosync-odd-'));
    onTestFinished(() => rm(parent, { recursive: true }));
    const out = join(parent, 'policy');
    const discovered = { instanceArn: INSTANCE, identityStoreId: STORE, accounts: ['111122223333', '444455556666'] };
    const seat = [`us-east-1/pro=${GROUP}`, 'us-east-1/power=kiro-eng-power'];
    const ran = await world.run({}, (io, deps) =>
      importCommand({ out, seat }, { ...io, env: { AWS_REGION: 'eu-west-1' } }, { ...deps, discover: async () => discovered }),
    );
    expect(ran.code, ran.stderr).toBe(0);
    const names = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.yaml'));
    const files: Files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(out, name), 'utf8')])));
    await expectNothing(world, files);
    expect(await world.writes('all')).toEqual([]);
  });
});
