import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { BUCKET, failuresOf, fetchUsage, folder, keyOf, placeOf, seen, towards } from '../adapters/usage-s3/setting.ts';
import { usageText } from '../support/usage-tree.ts';
import { type FaultProxy, faultProxy } from './fault-proxy.ts';
import { hasMoto, type Moto, startMotoS3 } from './moto.ts';

/** Of one month: more than a page of a list holds. Most are access checks, which are listed and never fetched. */
const REPORTS = 40;
const CHECKS = 1000;
const PERSON = '11111111-2222-4333-8444-555555555555';

/** A repeatable UUID. */
function checkName(number: number): string {
  const hex = createHash('sha256').update(`check ${number}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function bucket(): Readonly<Record<string, string>> {
  const day = (i: number): string => `2026-10-${String((i % 30) + 1).padStart(2, '0')}`;
  const reports = Array.from({ length: REPORTS }, (_, i) => [
    keyOf(day(i), { part: i + 1 }),
    usageText({ rows: Array.from({ length: 20 }, () => ({ date: day(i), userId: PERSON, credits: i })) }),
  ]);
  const checks = Array.from({ length: CHECKS }, (_, i) => [keyOf(day(i)).replace(/[^/]*$/, checkName(i)), 'Access validation successful.']);
  const older = Array.from({ length: 30 }, (_, i) => [keyOf(`2026-06-${String(i + 1).padStart(2, '0')}`), 'not asked for']);
  return Object.fromEntries([...reports, ...checks, ...older]);
}

describe.skipIf(!hasMoto('usage reports'))('usage reports on moto, behind a network that fails', { timeout: 60_000 }, () => {
  const objects = bucket();
  const reports = Object.keys(objects).filter((key) => key.includes('/2026/10/') && key.endsWith('.csv'));
  let moto: Moto;
  let proxy: FaultProxy;
  let disk: ReturnType<typeof folder>;
  beforeAll(async () => {
    moto = await startMotoS3(BUCKET, objects);
  }, 60_000);
  afterAll(() => moto?.close());
  beforeEach(async () => {
    proxy = await faultProxy(moto.url);
    disk = folder();
    towards(proxy.url);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await proxy.close();
    disk.remove();
  });
  const put = (key: string, content: string) =>
    fetch(`${moto.url}/${BUCKET}/${key}`, {
      method: 'PUT',
      body: content,
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a/20261101/us-east-1/s3/aws4_request' },
    });

  test('throttles, a body that breaks off and an object replaced meanwhile cost requests, and no row', async () => {
    const [replaced = '', truncated = ''] = reports;
    const met = new Set<string>();
    proxy.trouble = async ({ url, count }) => {
      const path = decodeURIComponent(url);
      const isFirst = !met.has(path);
      met.add(path);
      if (path.includes(replaced) && isFirst) await put(replaced, 'exported again');
      if (path.includes(truncated) && isFirst) return 'truncate';
      return count % 20 === 0 ? 'slow-down' : 'none';
    };
    const first = await fetchUsage(disk.path, { months: ['2026-09', '2026-10'], options: { client: { maxAttempts: 6 } } });
    const expected = new Map(reports.map((key) => [key.slice('reports/'.length), key === replaced ? 'exported again' : objects[key]]));
    const found = seen(first);
    for (const [path, content] of expected) expect(found.get(path), path).toBe(content);
    expect(found.size).toBe(REPORTS + CHECKS);
    expect(first.took).toMatchObject({ reports: REPORTS, fetched: REPORTS });
    expect(first.took.requests).toBe(proxy.requests());
    expect(first.took.requests).toBeGreaterThan(first.took.pages + REPORTS);
    await first.close();

    proxy.trouble = () => 'none';
    const before = proxy.requests();
    const again = await fetchUsage(disk.path, { months: ['2026-09', '2026-10'] });
    expect(again.took).toEqual({ pages: 5, reports: REPORTS, fetched: 0, bytes: 0, requests: 5 });
    expect(proxy.requests() - before).toBe(5);
    expect(seen(again)).toEqual(found);
    await again.close();
  });

  test('a page that fails is an error, never a part of the reports', async () => {
    proxy.trouble = ({ url }) => (url.includes('continuation-token') ? 'error' : 'none');
    const [failure, ...more] = await failuresOf(fetchUsage(disk.path, { months: ['2026-10'], options: { client: { maxAttempts: 2 } } }));
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ kind: 'incomplete', operation: 's3:ListBucket', requestId: expect.stringMatching(/^PROXY\d+$/) });
    expect(failure?.message).toContain('ended early, after page 1');
  });

  test('a bucket that is not there is named', async () => {
    const [failure] = await failuresOf(fetchUsage(disk.path, { places: [placeOf({ bucket: 'no-such-bucket' })] }));
    expect(failure).toMatchObject({ kind: 'wrong', message: expect.stringMatching(/s3:\/\/no-such-bucket\/.*NoSuchBucket/) });
  });
});
