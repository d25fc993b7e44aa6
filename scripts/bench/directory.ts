import { spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Connection, connect } from '../../src/adapters/identity-center/connect.ts';
import { load } from '../../src/config/load.ts';
import type { State } from '../../src/emulator/emulator.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { ReadScope } from '../../src/model/live.ts';
import type { Operator } from '../../src/model/settings.ts';
import { readScope } from '../../src/resolve/scope.ts';
import type { Bench } from './scenario.ts';

export const REGION = 'eu-west-1';
export const TODAY = '2026-11-23';

/** The operator's word in these runs: the whole quota, and limits that are about something else. */
export const OPERATOR: Operator = {
  limits: {},
  seatGroups: ['kiro-*'],
  exceptions: { rules: [], maxKeys: 200 },
  protected: { users: [] },
  quota: { share: 1 },
  overlapHours: 24,
  applicationAssignments: 'verify',
};

/** A signal that nobody aborts, for any number of requests at once. */
export const signal = new AbortController().signal;
setMaxListeners(0, signal);

export type Directory = {
  readonly url: string;
  /** Posts to a control route of the emulator, or gets it without a body. */
  readonly control: (path: string, body?: object) => Promise<unknown>;
  /** Calls that the emulator counted since the last reset, by operation. */
  readonly calls: () => Promise<Readonly<Record<string, number>>>;
  readonly connect: () => Connection;
  readonly close: () => Promise<void>;
};

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/**
 * An emulator in a process of its own, so that it takes no processor time of what is measured, and the environment in which
 * a client finds it. `limits` switches its quotas on, `ms` is what each answer takes beside.
 */
export async function directory(
  bench: Bench,
  seed: State,
  wanted: { readonly limits: { readonly perSecond: number; readonly neighbour: number } | null; readonly ms: number },
): Promise<Directory> {
  const file = join(bench.folder, `seed-${Date.now()}-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, JSON.stringify(seed));
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, 'emulator', '--seed', file, '--any-principal'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  const [first] = (await Promise.race([once(child.stdout, 'data'), ended])) as [unknown]; // what the process prints, or its code
  const url = /https?:\/\/\S+/u.exec(String(first))?.[0];
  if (url === undefined) throw new Error(`the emulator did not start: ${String(first)} ${said}`);
  const control = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/_emulator/${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  await control('limits', wanted.limits ?? { perSecond: null, neighbour: 0 });
  if (wanted.ms > 0) await control('faults', { operation: '*', kind: 'latency', ms: wanted.ms });
  Object.assign(process.env, { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', AWS_REGION: REGION });
  return {
    url,
    control,
    calls: async () => (await control('calls')) as Record<string, number>, // the route's own shape
    connect: () => connect({ region: REGION, quotaShare: 1, assumeRoleArn: null, now: () => new Date() }),
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

/** The configuration of a policy text, and what has to be read for it. */
export function configured(text: string): { readonly configuration: Configuration; readonly scope: ReadScope } {
  const loaded = load([{ path: 'policy.yaml', content: new TextEncoder().encode(text), id: 'policy' }], TODAY);
  if (!loaded.ok) throw new Error(loaded.diagnostics.map((each) => each.message).join('\n'));
  return { configuration: loaded.configuration, scope: readScope(loaded.configuration, TODAY, OPERATOR) };
}

export const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((all, one) => all + one, 0);
