/**
 * Incident: a run that everybody took for dry wrote: one caller had assumed the flag, one new part of the tool had not heard of it
 * (github-community-projects/safe-settings#378, #551, #734).
 * Property: writing is another command, another port and another credential; commands that read hold none of them.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { connectReader, type ReaderConnection } from '../../src/adapters/identity-center/connect.ts';
import { credits } from '../../src/commands/credits.ts';
import type { ReadDeps, WriteDeps } from '../../src/commands/deps.ts';
import { drift } from '../../src/commands/drift.ts';
import { explain } from '../../src/commands/explain.ts';
import { iamPolicy } from '../../src/commands/iam-policy.ts';
import { type ImportDeps, importCommand } from '../../src/commands/import.ts';
import type { Io } from '../../src/commands/io.ts';
import { plan } from '../../src/commands/plan.ts';
import { validate } from '../../src/commands/validate.ts';
import type { DirectoryReader, DirectoryWriter } from '../../src/ports.ts';
import { DIRECTORY, INSTANCE, mail, POLICY, STORE } from '../cli/site.ts';
import { incident } from './world.ts';

const discover = async () => ({ instanceArn: INSTANCE, identityStoreId: STORE, accounts: ['111122223333', '444455556666'] });

/** What a value of this type gives: itself, what its functions return, what their promises bring. */
type Given<T> = T extends (...args: never[]) => infer R ? Awaited<R> : T;
/** Names of the parts of a type, or of each type of a union, through which a write method can be had. */
type Writing<T> = T extends unknown
  ? { [Name in keyof T]-?: Extract<keyof Given<NonNullable<T[Name]>>, keyof DirectoryWriter> extends never ? never : Name }[keyof T]
  : never;

describe('what reads cannot write', () => {
  test('by type: no part of what a reading command is given has a write method', () => {
    expectTypeOf<Writing<ReadDeps>>().toEqualTypeOf<never>();
    expectTypeOf<Writing<ImportDeps>>().toEqualTypeOf<never>();
    expectTypeOf<Writing<ReaderConnection>>().toEqualTypeOf<never>();
    expectTypeOf<Extract<keyof DirectoryReader, keyof DirectoryWriter>>().toEqualTypeOf<never>();
    // The test itself can tell: what `apply` is given has one.
    expectTypeOf<Writing<WriteDeps>>().toEqualTypeOf<'writer'>();
    type Reads = [typeof plan, typeof drift, typeof credits, typeof validate, typeof explain, typeof importCommand, typeof iamPolicy];
    type DepsOf<T> = T extends (...args: infer A) => unknown ? (A extends [...unknown[], infer D] ? D : never) : never;
    expectTypeOf<Writing<DepsOf<Reads[number]>>>().toEqualTypeOf<never>();
  });

  test('by object: a reading connection has nothing that writes', () => {
    const connection = connectReader({ region: 'eu-west-1', quotaShare: 1, assumeRoleArn: null, now: () => new Date() });
    onTestFinished(connection.close);
    expect(Object.keys(connection)).not.toContain('writer');
    expect(Object.keys(connection.reader)).toEqual(['observe']);
  });

  test('in the act: every reading command, on a plan with changes, sends no operation that could write', async () => {
    const world = await incident(DIRECTORY);
    const out = await mkdtemp(join(tmpdir(), 'kirosync-dry-'));
    onTestFinished(() => rm(out, { recursive: true }));
    const before = world.emulator.state();
    const inCi = (io: Io): Io => ({ ...io, env: { AWS_REGION: 'eu-west-1', GITHUB_EVENT_NAME: 'pull_request', CI: 'true' } });
    const commands: readonly [name: string, code: number, run: (io: Io, deps: WriteDeps) => Promise<number>][] = [
      ['validate', 0, (io, deps) => validate({}, io, deps)],
      ['plan', 2, (io, deps) => plan({ out: join(out, 'plan.json'), record: join(out, 'live.json') }, io, deps)],
      ['drift', 2, (io, deps) => drift({}, io, deps)],
      ['credits', 0, (io, deps) => credits({}, io, deps)],
      ['explain', 0, (io, deps) => explain(mail('bob'), {}, io, deps)],
      [
        'import',
        0,
        (io, deps) => importCommand({ out: join(out, 'policy'), seat: ['us-east-1/pro=kiro-eng-pro'] }, io, { ...deps, discover }),
      ],
      ['iam-policy', 0, (io, deps) => iamPolicy({ mode: 'apply' }, io, { ...deps, operator: deps.settings })],
    ];
    for (const [name, code, run] of commands) {
      const ran = await world.run(POLICY, (io, deps) => run(inCi(io), deps));
      expect({ name, code: ran.code, said: ran.stderr.replace(/.*(?:Wrote|Read).*\n/g, '') }).toMatchObject({ name, code });
    }
    const calls = (await world.emulator.control('calls')) as Readonly<Record<string, number>>; // parse boundary: the emulator's own route
    expect(Object.keys(calls).length).toBeGreaterThan(5);
    expect(Object.keys(calls).filter((operation) => !/^(?:List|Describe|Get|Is)/.test(operation))).toEqual([]);
    expect(await world.writes('all')).toEqual([]);
    expect(world.emulator.state()).toEqual(before);
  });

  test('by credential: the role for planning is given nothing but reading', async () => {
    const world = await incident(DIRECTORY);
    const ran = await world.run(POLICY, (io, deps) => iamPolicy({ mode: 'plan' }, io, { ...deps, operator: deps.settings }));
    const actions = [...ran.stdout.matchAll(/"((?:identitystore|sso|[a-z-]+):[A-Za-z*]+)"/g)].map((match) => match[1] ?? '');
    expect(actions.length).toBeGreaterThan(5);
    expect(actions.filter((action) => !/:(?:List|Describe|Get)[A-Za-z]+$/.test(action))).toEqual([]);
  });
});
