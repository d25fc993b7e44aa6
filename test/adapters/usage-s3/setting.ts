import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type UsageS3Options, usageBuckets } from '../../../src/adapters/usage-s3.ts';
import { RemoteError, type RemoteFailure } from '../../../src/errors.ts';
import type { UsagePlace } from '../../../src/model/usage-place.ts';
import type { LocalUsage } from '../../../src/ports.ts';

export const ACCOUNT = '111122223333';
export const BUCKET = 'example-kiro-usage';

/** The key that Kiro gives a report of a day. */
export function keyOf(day: string, more: { readonly part?: number; readonly region?: string; readonly account?: string } = {}): string {
  const { part = 1, region = 'us-east-1', account = ACCOUNT } = more;
  const at = day.replaceAll('-', '/');
  return `reports/AWSLogs/${account}/KiroLogs/user_report/${region}/${at}/00/KIRO_IDE_${account}_user_report_${day.replaceAll('-', '')}0200_part_${part}.csv`;
}

/** The SDK's environment for a server on this machine. */
export function towards(url: string): void {
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an-example-that-opens-nothing');
  vi.stubEnv('AWS_REGION', 'us-east-1');
}

export function folder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'kirosync-usage-s3-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function placeOf(more: Partial<UsagePlace> = {}): UsagePlace {
  return { bucket: BUCKET, prefix: 'reports', within: null, region: null, assumeRoleArn: null, ...more };
}

export type Asked = {
  readonly places?: readonly UsagePlace[];
  readonly months?: readonly string[];
  readonly mostBytes?: number;
  readonly options?: Partial<UsageS3Options>;
  readonly signal?: AbortSignal;
};

export async function fetchUsage(cacheDir: string, asked: Asked = {}): Promise<LocalUsage> {
  const { places = [placeOf()], months = ['2026-11'], mostBytes = 1_000_000, options = {}, signal = new AbortController().signal } = asked;
  const buckets = usageBuckets({ cacheDir, now: () => new Date(), client: { maxAttempts: 3 }, ...options });
  return await buckets.fetch(places, { months, isReport: (key) => /user_report.*\.csv$/is.test(key), mostBytes }, signal);
}

/** Path to content of every file that the reader would see, paths as in the bucket below the prefix. */
export function seen(local: LocalUsage): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const walk = (directory: string, below: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path, `${below}${entry.name}/`);
      else
        files.set(`${below}${entry.name}`, statSync(path).size > 1_000_000 ? `${statSync(path).size} bytes` : readFileSync(path, 'utf8'));
    }
  };
  for (const { path } of local.directories) walk(path, '');
  return files;
}

/** The failures of work that must end in a RemoteError. */
export async function failuresOf(work: Promise<unknown>): Promise<readonly RemoteFailure[]> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RemoteError)) throw error;
  return error.failures;
}
