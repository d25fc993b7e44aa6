import { connect } from '../../src/adapters/identity-center/connect.ts';
import type { WriteDeps } from '../../src/commands/deps.ts';
import type { Io } from '../../src/commands/io.ts';
import type { DirectoryWriter } from '../../src/ports.ts';
import { readSettings } from '../../src/settings.ts';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { sourceFile } from '../support/world.ts';

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** One command in this process, on real clients; waiting takes no time. `wrapped` may look at each write. */
export async function inProcess(
  policy: string,
  command: (io: Io, deps: WriteDeps) => Promise<number>,
  wrapped: (writer: DirectoryWriter) => DirectoryWriter = (writer) => writer,
): Promise<Ran> {
  const output = { stdout: '', stderr: '' };
  const io: Io = {
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
    isTty: false,
    color: false,
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
    now: () => new Date(),
    ask: async () => false,
  };
  const settings = readSettings({ file: null, env: {}, flags: { quota: { share: 1 } } });
  const connection = connect({ region: 'eu-west-1', quotaShare: 1, assumeRoleArn: null, now: io.now, clock: virtualClock() });
  const deps: WriteDeps = {
    settings,
    source: { fetch: async () => ({ revision: null, files: [sourceFile('policy.yaml', policy)] }) },
    observe: (scope) => connection.reader.observe(scope, io.signal),
    writer: () => wrapped(connection.writer),
  };
  try {
    return { code: await command(io, deps), ...output };
  } finally {
    connection.close();
  }
}
