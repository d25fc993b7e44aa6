import { type Command, Option } from 'commander';
import type { Io } from '../commands/io.ts';
import type { CommonFlags } from '../wire/folder.ts';
import { port, type Ran, settingsOption } from './option.ts';

type ServeFlags = CommonFlags & { readonly mode?: string; readonly stateDir?: string; readonly host?: string; readonly port?: number };

/** Flags of `serve` in the shape of the settings file. */
function serveSettings({ mode, stateDir, host, port }: ServeFlags): Readonly<Record<string, unknown>> {
  const http = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const state = stateDir === undefined ? {} : { stateDir };
  return { ...(mode === undefined ? {} : { mode }), ...state, ...(Object.keys(http).length === 0 ? {} : { http }) };
}

/** The daemon, and the commands that talk to it. */
export function daemonCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('serve')
    .description('the daemon: follow a Git branch, reconcile on a schedule, answer HTTP')
    .addOption(settingsOption())
    .addOption(new Option('--mode <mode>', 'observe applies nothing').choices(['observe', 'enforce']))
    .option('--state-dir <dir>', 'where the journal and the local copy of the repository live')
    .option('--host <host>', 'address to listen on')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port)
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('../commands/serve.ts');
      ran.code = await serve({}, io, (await import('../wire/daemon.ts')).serveDeps(flags, io, serveSettings(flags)));
    });
  const client = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .addOption(settingsOption())
      .option('--url <url>', 'where the daemon answers (also KIROSYNC_URL)')
      .option('--token-file <file>', 'file with a write token (also KIROSYNC_TOKEN)');
  client('suspend', 'let the daemon observe and report, and apply nothing, until a given time')
    .option('--reason <reason>', 'why')
    .option('--until <time>', 'RFC 3339, or a UTC day')
    .option('--owner <owner>', 'who answers for it; else the account that runs this')
    .action(async (flags: CommonFlags & import('../commands/suspend.ts').SuspendOptions) => {
      const { suspend } = await import('../commands/suspend.ts');
      ran.code = await suspend(flags, io, (await import('../wire/client.ts')).clientDeps(flags, io));
    });
  client('resume', 'end a suspension').action(async (flags: CommonFlags & import('../commands/daemon-client.ts').ClientOptions) => {
    const { resume } = await import('../commands/resume.ts');
    ran.code = await resume(flags, io, (await import('../wire/client.ts')).clientDeps(flags, io));
  });
  client('reconcile', 'ask the daemon for a pass, wait for it, exit by its outcome')
    .option('--override <reason>', 'let this one pass past the change windows; it is recorded with the reason')
    .option('--owner <owner>', 'who answers for the override; else the account that runs this')
    .action(async (flags: CommonFlags & import('../commands/reconcile.ts').ReconcileOptions) => {
      const { reconcile } = await import('../commands/reconcile.ts');
      ran.code = await reconcile(flags, io, (await import('../wire/client.ts')).clientDeps(flags, io));
    });
}
