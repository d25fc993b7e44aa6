import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { ACCOUNT, BUCKET, failuresOf, fetchUsage, folder, keyOf, placeOf, seen, towards } from './setting.ts';
import { refuse, type TinyS3, tinyS3 } from './tiny-s3.ts';

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

const gets = (): readonly string[] => s3.asked.filter((each) => each.startsWith('get '));
const objectFiles = (): readonly string[] => readdirSync(join(disk.path, 'v1', 'objects'));
const leftOver = (): number => ['views', 'drafts'].flatMap((kind) => readdirSync(join(disk.path, 'v1', kind))).length;

async function fetched(asked: Parameters<typeof fetchUsage>[1] = {}): Promise<ReadonlyMap<string, string>> {
  const local = await fetchUsage(disk.path, asked);
  const files = seen(local);
  await local.close();
  return files;
}

describe('what is listed', () => {
  test('only the months wanted, of the account and Region of the profile, without looking around', async () => {
    for (const day of ['2026-08-31', '2026-10-05', '2026-11-02']) s3.objects.set(keyOf(day), day);
    s3.objects.set(keyOf('2026-11-02', { region: 'eu-central-1' }), 'another profile');
    const places = [placeOf({ within: { account: ACCOUNT, region: 'us-east-1' } })];
    const files = await fetched({ places, months: ['2026-10', '2026-11'] });
    expect([...files.values()].sort()).toEqual(['2026-10-05', '2026-11-02']);
    const root = `reports/AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1/2026`;
    expect(s3.asked.filter((each) => each.startsWith('list')).sort()).toEqual([`list ${root}/10/`, `list ${root}/11/`]);
  });

  test('accounts and Regions are found level by level; what else is in the bucket is never listed', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    s3.objects.set(keyOf('2026-11-02', { account: '444455556666', region: 'eu-central-1' }), 'b');
    for (let i = 0; i < 40; i += 1) s3.objects.set(`reports/AWSLogs/${ACCOUNT}/CloudTrail/us-east-1/${i}.json`, 'x');
    for (let i = 0; i < 40; i += 1) s3.objects.set(`elsewhere/${i}.csv`, 'x');
    s3.pageSize = 3;
    const files = await fetched();
    expect([...files.keys()].sort()).toEqual(
      [keyOf('2026-11-02'), keyOf('2026-11-02', { account: '444455556666', region: 'eu-central-1' })].map((key) => key.slice(8)).sort(),
    );
    expect(s3.asked.filter((each) => each.startsWith('list'))).toHaveLength(5);
  });

  test('months of two years, each in its own', async () => {
    for (const day of ['2025-12-31', '2026-01-01']) s3.objects.set(keyOf(day), day);
    const places = [placeOf({ within: { account: ACCOUNT, region: 'us-east-1' } })];
    expect((await fetched({ places, months: ['2025-12', '2026-01'] })).size).toBe(2);
    expect(
      s3.asked
        .filter((each) => each.startsWith('list'))
        .map((each) => each.slice(-9))
        .sort(),
    ).toEqual(['/2025/12/', '/2026/01/']);
  });

  test('a place inside the folders limits them, and its files keep the whole layout', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    s3.objects.set(keyOf('2026-11-03'), 'b');
    s3.objects.set(keyOf('2026-11-02', { region: 'eu-central-1' }), 'c');
    const prefix = `reports/AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1/2026/11/02`;
    expect([...(await fetched({ places: [placeOf({ prefix })] })).keys()]).toEqual([keyOf('2026-11-02').slice(8)]);
    expect((await fetched({ places: [placeOf({ prefix })], months: ['2026-10'] })).size).toBe(0);
  });

  test('two places that share objects show each once', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    const files = await fetchUsage(disk.path, { places: [placeOf(), placeOf({ prefix: `reports/AWSLogs/${ACCOUNT}` })] });
    expect(files.directories).toHaveLength(1);
    expect(seen(files).size).toBe(1);
    await files.close();
  });

  test('every page of a long month', async () => {
    for (let part = 1; part <= 25; part += 1) s3.objects.set(keyOf('2026-11-02', { part }), `part ${part}`);
    s3.pageSize = 4;
    const local = await fetchUsage(disk.path, { places: [placeOf({ within: { account: ACCOUNT, region: 'us-east-1' } })] });
    expect(local.took).toEqual({ pages: 7, reports: 25, fetched: 25, bytes: 25 * 6 + 16, requests: 32 });
    await local.close();
    expect(leftOver()).toBe(0);
  });

  test('what is no report stands there empty, so that it can be counted, and is not fetched', async () => {
    s3.objects.set(`${keyOf('2026-11-02').slice(0, -60)}/6f9619ff-8b86-4d01-b42d-00cf4fc964ff`, 'Access validation successful.');
    s3.objects.set(keyOf('2026-11-02').replace(/[^/]*$/, ''), '');
    const marker = keyOf('2026-11-02').replace(/[^/]*$/, '6f9619ff-8b86-4d01-b42d-00cf4fc964ff');
    s3.objects.set(marker, 'Access validation successful.');
    const files = await fetched();
    expect(files.has(marker.slice(8))).toBe(true);
    expect(gets()).toEqual([]);
  });

  test('a report that is too large is not fetched, and is there with its size, for the reader to refuse', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'x'.repeat(2_000_000));
    s3.objects.set(keyOf('2026-11-03'), 'small');
    const files = await fetched({ mostBytes: 1_500_000 });
    expect([...files.values()].sort()).toEqual(['2000000 bytes', 'small']);
    expect(gets()).toEqual([`get ${keyOf('2026-11-03')}`]);
  });
});

describe('the cache', () => {
  test('a second run fetches only what is new or exported again, and forgets what is gone', async () => {
    for (const day of ['2026-11-01', '2026-11-02', '2026-11-03']) s3.objects.set(keyOf(day), day);
    await fetched();
    expect(gets()).toHaveLength(3);
    await fetched();
    expect(gets()).toHaveLength(3);
    s3.objects.set(keyOf('2026-11-02'), 'exported again');
    s3.objects.delete(keyOf('2026-11-01'));
    s3.objects.set(keyOf('2026-11-04'), 'new');
    s3.asked.length = 0;
    expect([...(await fetched()).values()].sort()).toEqual(['2026-11-03', 'exported again', 'new']);
    expect([...gets()].sort()).toEqual([`get ${keyOf('2026-11-02')}`, `get ${keyOf('2026-11-04')}`]);
  });

  test('a damaged copy, a shorter one and one of the same length, is fetched again', async () => {
    for (const day of ['2026-11-01', '2026-11-02', '2026-11-03']) s3.objects.set(keyOf(day), day);
    await fetched();
    const [first = '', second = ''] = objectFiles();
    writeFileSync(join(disk.path, 'v1', 'objects', first), '2026');
    writeFileSync(join(disk.path, 'v1', 'objects', second), '2026-99-99');
    s3.asked.length = 0;
    expect([...(await fetched()).values()].sort()).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
    expect(gets()).toHaveLength(2);
  });

  test('many fetches at once into one cache see all of it, each its own view', async () => {
    for (let part = 1; part <= 12; part += 1) s3.objects.set(keyOf('2026-11-02', { part }), `part ${part}`);
    const all = await Promise.all(Array.from({ length: 4 }, () => fetchUsage(disk.path)));
    for (const local of all) expect(seen(local).size).toBe(12);
    await all[0]?.close();
    expect(all.slice(1).map((local) => seen(local).size)).toEqual([12, 12, 12]);
    for (const local of all) await local.close();
    expect(objectFiles()).toHaveLength(12);
  });

  test('what is long unused, and what is too much, is forgotten; what was used just now is kept', async () => {
    for (let part = 1; part <= 4; part += 1) s3.objects.set(keyOf('2026-10-02', { part }), 'x'.repeat(1000) + part);
    await fetched({ months: ['2026-10'], options: { mostCacheBytes: 2500 } });
    expect(objectFiles()).toHaveLength(4);
    const later = (hours: number) => () => new Date(Date.now() + hours * 3_600_000);
    await fetched({ months: ['2026-11'], options: { mostCacheBytes: 2500, now: later(2) } });
    expect(objectFiles()).toHaveLength(2);
    await fetched({ months: ['2026-11'], options: { now: later(46 * 24) } });
    expect(objectFiles()).toHaveLength(0);
  });

  test('a cache directory that cannot be written is told, with the setting that mends it', async () => {
    writeFileSync(join(disk.path, 'file'), '');
    const work = fetchUsage(join(disk.path, 'file'));
    await expect(work).rejects.toThrow(UserError);
    await expect(work).rejects.toThrow(/cannot be used \(ENOTDIR\).*KIROSYNC_CACHE_DIR/);
  });
});

describe('keys that mean harm', () => {
  const base = keyOf('2026-11-02').replace(/[^/]*$/, '');
  const names = [
    '../../../../../../../../../../../../tmp/user_report_1.csv',
    '..',
    './user_report_2.csv',
    '//user_report_3.csv',
    '/etc/user_report_4.csv',
    'nul\0user_report_5.csv',
    'line\nuser_report_6.csv',
    'back\\..\\user_report_7.csv',
    `${'long'.repeat(60)}user_report_8.csv`,
    `${'deep/'.repeat(150)}user_report_9.csv`,
    'User_Report_Case.csv',
    'user_report_case.csv',
    'user_report_file.csv',
    'user_report_file.csv/user_report_below.csv',
    'a b+c%2F..%00user_report_10.csv',
    'ünï🙂user_report_11.csv',
  ];

  test('each has a file of its own below the cache, and none is elsewhere', async () => {
    for (const name of names) s3.objects.set(`${base}${name}`, `content of ${JSON.stringify(name)}`);
    const local = await fetchUsage(disk.path);
    const files = seen(local);
    const contents = names.filter((name) => !/(^|\/)\.\.?(\/|$)/.test(name)).map((name) => `content of ${JSON.stringify(name)}`);
    expect([...files.values()].filter((text) => /[^\0]/.test(text)).sort()).toEqual(contents.sort());
    expect(files.size).toBe(names.length);
    expect(gets()).toHaveLength(contents.length);
    expect([...files.keys()].every((path) => path.startsWith('AWSLogs/') && !path.split('/').includes('..'))).toBe(true);
    expect(readdirSync(disk.path)).toEqual(['v1']);
    const first = local.directories[0]?.path ?? '';
    expect(readdirSync(join(first, 'AWSLogs'))).toEqual([ACCOUNT]);
    await local.close();
  });
});

describe('a bucket that cannot be read', () => {
  const within = { account: ACCOUNT, region: 'us-east-1' };

  test.each([
    [403, 'AccessDenied', 'denied', /s3:ListBucket/],
    [404, 'NoSuchBucket', 'wrong', /no bucket is called example-kiro-usage/],
    [301, 'PermanentRedirect', 'wrong', /not in us-east-1: set AWS_REGION/],
    [403, 'InvalidAccessKeyId', 'denied', /does not know them/],
    [403, 'RequestTimeTooSkewed', 'denied', /s3:ListBucket/],
    [400, 'ExpiredToken', 'denied', /sign in again/],
    [503, 'SlowDown', 'unreachable', /Try again later/],
  ])('a list that answers %d %s', async (status, code, kind, advice) => {
    s3.fault = (_, response) => {
      refuse(response, status, code, 'No.');
      return true;
    };
    const [failure, ...more] = await failuresOf(
      fetchUsage(disk.path, { places: [placeOf({ within })], options: { client: { maxAttempts: 1 } } }),
    );
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ kind, operation: 's3:ListBucket', requestId: expect.stringMatching(/^REQ\d$/) });
    expect(failure?.message).toContain(`s3://${BUCKET}/reports/AWSLogs/`);
    expect(failure?.advice).toMatch(advice);
    expect(leftOver()).toBe(0);
  });

  test('an object that may not be read names s3:GetObject and the key', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    s3.fault = ({ kind }, response) => {
      if (kind === 'get') refuse(response, 403, 'AccessDenied', 'Access Denied');
      return kind === 'get';
    };
    const [failure] = await failuresOf(fetchUsage(disk.path));
    expect(failure).toMatchObject({ kind: 'denied', operation: 's3:GetObject', requestId: expect.any(String) });
    expect(failure?.message).toContain(keyOf('2026-11-02'));
  });

  test('every place that fails is told at once', async () => {
    s3.fault = (_, response) => {
      refuse(response, 403, 'AccessDenied', 'No.');
      return true;
    };
    const failures = await failuresOf(
      fetchUsage(disk.path, { places: [placeOf({ bucket: 'first-bucket' }), placeOf({ bucket: 'second-bucket' })] }),
    );
    expect(failures.map(({ message }) => /s3:\/\/[a-z-]+/.exec(message)?.[0])).toEqual(['s3://first-bucket', 's3://second-bucket']);
  });

  test('a bucket in another Region is asked there, from then on at once', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    const regions: string[] = [];
    s3.fault = ({ region }, response) => {
      regions.push(region);
      if (region === 'eu-central-1') return false;
      refuse(response, 301, 'PermanentRedirect', 'Elsewhere.', { 'x-amz-bucket-region': 'eu-central-1' });
      return true;
    };
    expect((await fetched({ places: [placeOf({ within })] })).size).toBe(1);
    expect(regions).toEqual(['us-east-1', 'eu-central-1', 'eu-central-1']);
  });

  test('a page that fails in the middle is an incomplete read, and nothing is shown of the rest', async () => {
    for (let part = 1; part <= 5; part += 1) s3.objects.set(keyOf('2026-11-02', { part }), 'a');
    s3.pageSize = 2;
    s3.fault = ({ query }, response) => {
      const fails = query.has('continuation-token');
      if (fails) refuse(response, 500, 'InternalError', 'We encountered an internal error.');
      return fails;
    };
    const [failure] = await failuresOf(fetchUsage(disk.path, { places: [placeOf({ within })] }));
    expect(failure).toMatchObject({ kind: 'incomplete' });
    expect(failure?.message).toContain('after page 1');
    expect(gets()).toEqual([]);
  });

  test.each([
    [
      'goes on without saying where',
      '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated></ListBucketResult>',
      /not where/,
    ],
    [
      'announces more than it has',
      '<ListBucketResult><KeyCount>3</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>',
      /announces 3 keys and has 0/,
    ],
    ['is a page of a proxy', '<html><body>Please sign in</body></html>', /is no list/],
    [
      'names foreign keys',
      '<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>etc/passwd</Key><Size>1</Size></Contents></ListBucketResult>',
      /do not begin with the prefix/,
    ],
    [
      'goes round',
      '<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken></ListBucketResult>',
      /same continuation token/,
    ],
  ])('a list that %s', async (_, body, problem) => {
    s3.fault = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/xml' }).end(body);
      return true;
    };
    const [failure] = await failuresOf(fetchUsage(disk.path, { places: [placeOf({ within })] }));
    expect(failure).toMatchObject({ kind: 'incomplete', operation: 's3:ListBucket' });
    expect(failure?.message).toMatch(problem);
  });
});

describe('while objects change and connections break', () => {
  test('an object replaced between list and fetch is noticed, listed anew and fetched as it is then', async () => {
    for (let part = 1; part <= 3; part += 1) s3.objects.set(keyOf('2026-11-02', { part }), `old ${part}`);
    let done = false;
    s3.fault = ({ kind, key }) => {
      if (kind === 'get' && key === keyOf('2026-11-02', { part: 2 }) && !done) {
        done = true;
        s3.objects.set(key, 'new 2');
        s3.objects.delete(keyOf('2026-11-02', { part: 3 }));
      }
      return false;
    };
    const files = await fetched();
    expect(done).toBe(true);
    expect([...files.values()].filter((text) => text !== 'old 3').sort()).toEqual(['new 2', 'old 1']);
  });

  test('one that changes each time is an incomplete read in the end', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    s3.fault = ({ kind, key, count }) => {
      if (kind === 'get') s3.objects.set(key, `changed ${count}`);
      return false;
    };
    const [failure] = await failuresOf(fetchUsage(disk.path));
    expect(failure).toMatchObject({ kind: 'incomplete', message: expect.stringContaining('changed each of the 5 times') });
  });

  test('a body that breaks off is fetched again, and never kept half', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'the whole of it');
    let cut = 0;
    s3.fault = ({ kind }, response) => {
      if (kind === 'list' || cut >= 2) return false;
      cut += 1;
      response.writeHead(200, { 'Content-Length': 15 });
      response.write('the who', () => response.destroy());
      return true;
    };
    expect([...(await fetched()).values()]).toEqual(['the whole of it']);
    expect(objectFiles()).toHaveLength(1);
  });

  test('a body that ends early without saying so is noticed by its size', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'the whole of it');
    let cut = 0;
    s3.fault = ({ kind }, response) => {
      if (kind === 'list' || cut >= 1) return false;
      cut += 1;
      response.writeHead(200);
      response.end('the who');
      return true;
    };
    expect([...(await fetched()).values()]).toEqual(['the whole of it']);
  });

  test('throttled requests wait and succeed', async () => {
    for (let part = 1; part <= 3; part += 1) s3.objects.set(keyOf('2026-11-02', { part }), `part ${part}`);
    const slowed = new Set<string>();
    s3.fault = ({ kind, key }, response) => {
      const isFirst = kind === 'get' && !slowed.has(key);
      slowed.add(key);
      if (isFirst) refuse(response, 503, 'SlowDown', 'Please reduce your request rate.');
      return isFirst;
    };
    expect((await fetched()).size).toBe(3);
    expect(gets()).toHaveLength(6);
  });

  test('stopping ends the fetch with the reason and leaves nothing', async () => {
    s3.objects.set(keyOf('2026-11-02'), 'a');
    const stop = new AbortController();
    s3.fault = ({ kind }) => {
      if (kind === 'get') stop.abort(new Error('stopped by hand'));
      return kind === 'get';
    };
    await expect(fetchUsage(disk.path, { signal: stop.signal })).rejects.toThrow('stopped by hand');
    expect(leftOver()).toBe(0);
  });
});
