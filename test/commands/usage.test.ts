import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asking, usageFacts, usageIfReadable } from '../../src/commands/usage.ts';
import { load } from '../../src/config/load.ts';
import { RemoteError, UserError } from '../../src/errors.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import { type UsageSettings, usagePlaces } from '../../src/model/usage-place.ts';
import type { UsageBuckets } from '../../src/ports.ts';
import { iamPolicy, policyNotes } from '../../src/report/iam-policy.ts';
import { fetchUsage, folder, keyOf, placeOf, towards } from '../adapters/usage-s3/setting.ts';
import { type TinyS3, tinyS3 } from '../adapters/usage-s3/tiny-s3.ts';
import { usageText } from '../support/usage-tree.ts';
import { BASE, OPERATOR, sourceFile } from '../support/world.ts';

const PERSON = '11111111-2222-4333-8444-555555555555';
const profile = (name: string, account: string, usage: string): string =>
  `---\nkind: Profile\nname: ${name}\naccount: "${account}"\nregion: us-east-1\n${usage === '' ? '' : `usage: ${usage}\n`}seats:\n  pro: { group: kiro-${name}-pro }\n`;
function configurationOf(...profiles: string[]): Configuration {
  const loaded = load([sourceFile('base.yaml', BASE), sourceFile('more.yaml', profiles.join(''))], '2026-11-20');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded.configuration;
}
const settings = (more: Partial<UsageSettings> = {}): UsageSettings => ({ usage: [], profiles: {}, assumeRoleArn: null, ...more });
const ROLE = 'arn:aws:iam::777788889999:role/usage-reader';
const MAIN = 'arn:aws:iam::111122223333:role/kirosync';

describe('which places, with which role', () => {
  const configuration = configurationOf(
    profile('other', '777788889999', 's3://other-usage/reports/'),
    profile('third', '888899990000', 's3://third-usage'),
  );

  test('flags beat settings, settings beat profiles, and without any there is none', () => {
    expect(usagePlaces(['a', 's3://bucket/c'], settings({ usage: ['x'] }), configuration)).toMatchObject({
      local: ['a'],
      remote: [{ bucket: 'bucket', prefix: 'c', within: null }],
      wrong: [],
    });
    expect(usagePlaces(undefined, settings({ usage: ['x'] }), configuration)).toEqual({ local: ['x'], remote: [], wrong: [] });
    expect(
      usagePlaces([], settings(), configuration).remote.map(({ bucket, prefix, within, region }) => [
        bucket,
        prefix,
        within?.account,
        region,
      ]),
    ).toEqual([
      ['other-usage', 'reports', '777788889999', 'us-east-1'],
      ['third-usage', '', '888899990000', 'us-east-1'],
    ]);
    expect(usagePlaces(undefined, settings(), configurationOf())).toEqual({ local: [], remote: [], wrong: [] });
    expect(usagePlaces(['gs://b'], settings(), null).wrong).toEqual(['gs://b']);
  });

  test('the role of the profile, also for its bucket under another name; else the role of the settings; else the default chain', () => {
    const own = settings({ profiles: { other: { assumeRoleArn: ROLE } }, assumeRoleArn: MAIN });
    const rolesOf = (given: readonly string[] | undefined, from: UsageSettings) =>
      usagePlaces(given, from, configuration).remote.map((place) => place.assumeRoleArn);
    expect(rolesOf(undefined, own)).toEqual([ROLE, MAIN]);
    expect(rolesOf(['s3://other-usage', 's3://elsewhere/x'], own)).toEqual([ROLE, MAIN]);
    expect(rolesOf(undefined, settings())).toEqual([null, null]);
  });

  test('iam-policy allows exactly that to the role it is for, and tells of the others', () => {
    const own = settings({ profiles: { other: { assumeRoleArn: ROLE } } });
    const statements = iamPolicy(configuration, 'plan', OPERATOR, own).Statement.filter(({ Action }) =>
      Action.some((action) => action.startsWith('s3:')),
    );
    const folders = 'AWSLogs/888899990000/KiroLogs/user_report/us-east-1/*';
    expect(statements.map(({ Action, Resource, Condition }) => ({ Action, Resource, Condition }))).toEqual([
      { Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::third-usage'], Condition: { StringLike: { 's3:prefix': [folders] } } },
      { Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::third-usage/${folders}`], Condition: undefined },
    ]);
    expect(policyNotes('plan', configuration, own).join('\n')).toContain(
      `Usage in other-usage is read with ${ROLE}: allow s3:ListBucket and s3:GetObject`,
    );
    expect(
      iamPolicy(configurationOf(), 'plan', OPERATOR)
        .Statement.flatMap(({ Action }) => Action)
        .some((action) => action.startsWith('s3:')),
    ).toBe(false);
  });
});

describe('usage from a bucket', () => {
  let s3: TinyS3;
  let disk: ReturnType<typeof folder>;
  beforeEach(async () => {
    s3 = await tinyS3();
    disk = folder();
    towards(s3.url);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await s3.close();
    disk.remove();
  });
  const buckets: UsageBuckets = {
    get conclusions() {
      return join(disk.path, 'facts');
    },
    fetch: async (places, wanted, signal) => {
      const { usageBuckets } = await import('../../src/adapters/usage-s3.ts');
      return await usageBuckets({ cacheDir: disk.path, now: () => new Date(), client: { maxAttempts: 1 } }).fetch(places, wanted, signal);
    },
  };
  const question = (usage: readonly string[]) => ({
    ...asking(
      { settings: { ...OPERATOR, usage, profiles: {}, assumeRoleArn: null } as never, buckets },
      { cwd: disk.path, signal: new AbortController().signal },
    ),
    month: '2026-11',
    configuration: null,
  });

  test('is read as if it were a directory, with the month before, and names objects by their address', async () => {
    const rows = (date: string) => usageText({ rows: [{ date, userId: PERSON, credits: 1.5 }] });
    s3.objects.set(keyOf('2026-11-03'), rows('2026-11-03'));
    s3.objects.set(keyOf('2026-10-03'), rows('2026-10-03'));
    s3.objects.set(keyOf('2026-03-03'), rows('2026-03-03'));
    s3.objects.set(keyOf('2026-11-04'), `${rows('2026-11-04')}2026-11-04,not a row\n`);
    const facts = await usageFacts(question(['s3://example-kiro-usage/reports']));
    expect(facts?.rows).toMatchObject({ read: 4, used: 3, rejected: 1, inMonth: 2 });
    expect(facts?.people.map(({ account, region, userId }) => [account, region, userId])).toEqual([['111122223333', 'us-east-1', PERSON]]);
    // Only report objects are listed, and the report says so.
    expect(facts?.fromS3).toBe(true);
    expect(facts?.rejected.map(({ file }) => file)).toEqual([`s3://example-kiro-usage/${keyOf('2026-11-04')}`]);
    expect(s3.asked.some((each) => each.includes('/2026/03/'))).toBe(false);
    expect(readdirSync(join(disk.path, 'facts'))).toHaveLength(1);
    expect(await usageFacts(question(['s3://example-kiro-usage/reports']))).toEqual(facts);
    s3.objects.set(keyOf('2026-11-03'), rows('2026-11-03').replace('1.5', '2.5'));
    const anew = await usageFacts(question(['s3://example-kiro-usage/reports']));
    expect([facts, anew].map((each) => each?.people[0]?.used)).toEqual([3_000_000_000_000_000_000n, 4_000_000_000_000_000_000n]);
  });

  test('that cannot be read is an error for a report, and a word for a plan', async () => {
    s3.fault = (_, response) => {
      response
        .writeHead(403, { 'Content-Type': 'application/xml' })
        .end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      return true;
    };
    await expect(usageFacts(question(['s3://example-kiro-usage/reports']))).rejects.toThrow(RemoteError);
    const told: string[] = [];
    expect(await usageIfReadable(question(['s3://example-kiro-usage/reports']), (text) => told.push(text))).toBeNull();
    expect(told.join('')).toMatch(
      /s3:ListBucket on s3:\/\/example-kiro-usage\/reports.*AccessDenied.*Allow s3:ListBucket on bucket example-kiro-usage/,
    );
    await expect(usageFacts({ ...question(['s3://bucket/x']), buckets: undefined })).rejects.toThrow(UserError);
  });

  test('is fetched below a cache whose view ends with the reading', async () => {
    s3.objects.set(keyOf('2026-11-03'), 'a');
    const local = await fetchUsage(disk.path, { places: [placeOf()] });
    expect(local.directories.map(({ url }) => url)).toEqual(['s3://example-kiro-usage/reports/']);
    await local.close();
  });
});
