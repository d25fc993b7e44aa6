import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Io } from './commands/io.ts';
import { EXIT } from './exit.ts';
import { failure } from './failure.ts';
import type { CommonFlags } from './wire.ts';

/** What a command's action leaves behind; commander itself returns nothing. */
type Ran = { code: number };

const wire = () => import('./wire.ts');

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  // The parse boundary: package.json is ours and always has a version.
  return (JSON.parse(text) as { version: string }).version;
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return number;
}

const repeat = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

const configOption = () => new Option('--config <dir>', 'folder with the policy').default('.');
const settingsOption = () => new Option('--settings <file>', 'operator settings (also KIROSYNC_SETTINGS)');
const liveOption = () => new Option('--live <file>', 'a recording made by plan --record, instead of AWS');
const todayOption = () => new Option('--today <date>', 'preview another UTC day');

function format(...formats: readonly string[]): Option {
  return new Option('--format <format>', 'what stdout gets').choices(formats).default('text');
}

function readingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('validate')
    .description('check the policy offline: every problem with its place, and the expectations that need no live data')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json'))
    .addOption(todayOption())
    .action(async (flags: CommonFlags & import('./commands/validate.ts').ValidateOptions) => {
      const { validate } = await import('./commands/validate.ts');
      ran.code = await validate(flags, io, (await wire()).offlineDeps(flags, io));
    });
  program
    .command('plan')
    .description('read live state and print what apply would do; holds nothing that can write')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json', 'markdown'))
    .option('--out <file>', 'also write the JSON plan that apply --plan takes')
    .option('--record <file>', 'also write the live state that was read')
    .addOption(liveOption())
    .option('--revision <rev>', 'read the policy from this Git revision of the folder')
    .addOption(todayOption())
    .option('--write-exception <file>', 'write the Exception documents that would lift what refuses this plan')
    .action(async (flags: CommonFlags & import('./commands/plan.ts').PlanOptions) => {
      const { plan } = await import('./commands/plan.ts');
      ran.code = await plan(flags, io, (await wire()).readDeps(flags, io));
    });
}

function reportingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('drift')
    .description('how live differs from the policy, with who and since when')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json', 'markdown'))
    .action(async (flags: CommonFlags & import('./commands/drift.ts').DriftOptions) => {
      const { drift } = await import('./commands/drift.ts');
      ran.code = await drift(flags, io, (await wire()).readDeps(flags, io));
    });
  program
    .command('credits')
    .description('who has which seat and, with usage reports, what it is used for')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--usage <path>', 'folder with user reports (repeatable)', repeat)
    .option('--month <month>', 'UTC month, YYYY-MM')
    .addOption(liveOption())
    .option('--format <format>', 'text, json or csv', 'text')
    .option('--anonymise', 'not in this version')
    .option('--backtest', 'not in this version')
    .option('--out <file>', 'write the report there instead of stdout')
    .action(async (flags: CommonFlags & import('./commands/credits.ts').CreditsOptions) => {
      const { credits } = await import('./commands/credits.ts');
      ran.code = await credits(flags, io, (await wire()).readDeps(flags, io));
    });
  program
    .command('explain <user>')
    .description('why somebody has a seat, or has none')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--profile <name>', 'only this profile')
    .action(async (user: string, flags: CommonFlags & import('./commands/explain.ts').ExplainOptions) => {
      const { explain } = await import('./commands/explain.ts');
      ran.code = await explain(user, flags, io, (await wire()).readDeps(flags, io));
    });
  program
    .command('import')
    .description('write the YAML for what is live into an empty folder')
    .requiredOption('--out <dir>', 'new or empty folder')
    .addOption(settingsOption())
    .option('--seat <choice>', 'PROFILE/TIER=GROUP (repeatable)', repeat)
    .option('--usage <path>', 'folder with user reports that show tiers (repeatable)', repeat)
    .action(async (flags: CommonFlags & import('./commands/import.ts').ImportOptions) => {
      const { importCommand } = await import('./commands/import.ts');
      ran.code = await importCommand(flags, io, (await wire()).importDeps(flags, io));
    });
}

function writingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('apply')
    .description('plan, print, ask, apply')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--yes', 'do not ask')
    .option('--plan <file>', 'apply exactly the changes of a reviewed plan, if they still are what is needed')
    .option('--plan-hash <hash>', 'apply only if the whole plan has this hash')
    .option('--force <rule>', 'lift one guard by name (repeatable); a human decision', repeat)
    .action(async (flags: CommonFlags & import('./commands/apply.ts').ApplyOptions) => {
      const { apply } = await import('./commands/apply.ts');
      ran.code = await apply(flags, io, (await wire()).writeDeps(flags, io));
    });
}

function toolCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('iam-policy')
    .description('print the IAM policy with exactly the operations this configuration needs')
    .addOption(new Option('--mode <mode>', 'read only, or read and write').choices(['plan', 'apply']).makeOptionMandatory())
    .addOption(configOption())
    .addOption(settingsOption())
    .action(async (flags: CommonFlags & import('./commands/iam-policy.ts').IamPolicyOptions) => {
      const { iamPolicy } = await import('./commands/iam-policy.ts');
      ran.code = await iamPolicy(flags, io, (await wire()).offlineDeps(flags, io));
    });
  program
    .command('emulator')
    .description('serve a local Identity Center for any AWS client')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', port, 0)
    .option('--seed <seed>', 'demo, empty, or a state file', 'demo')
    .option('--any-principal', 'answer for users and groups it does not know')
    .action(async (flags: import('./commands/emulator.ts').EmulatorOptions) => {
      const { emulator } = await import('./commands/emulator.ts');
      ran.code = await emulator(flags, io);
    });
}

function demoCommand(program: Command, io: Io, ran: Ran): void {
  program
    .command('demo')
    .description('the whole product on this machine: emulator, Git repository, daemon')
    .option('--once', 'go through it and exit')
    .option('--port <number>', 'port of the daemon on 127.0.0.1; 0 takes a free one', port, 0)
    .action(async (flags: import('./commands/demo.ts').DemoOptions) => {
      const { demo } = await import('./commands/demo.ts');
      ran.code = await demo(flags, io);
    });
}

type ServeFlags = CommonFlags & { readonly mode?: string; readonly stateDir?: string; readonly host?: string; readonly port?: number };

/** Flags of `serve` in the shape of the settings file. */
function serveSettings({ mode, stateDir, host, port }: ServeFlags): Readonly<Record<string, unknown>> {
  const http = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  const state = stateDir === undefined ? {} : { stateDir };
  return { ...(mode === undefined ? {} : { mode }), ...state, ...(Object.keys(http).length === 0 ? {} : { http }) };
}

function daemonCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('serve')
    .description('the daemon: follow a Git branch, reconcile on a schedule, answer HTTP')
    .addOption(settingsOption())
    .addOption(new Option('--mode <mode>', 'observe applies nothing').choices(['observe', 'enforce']))
    .option('--state-dir <dir>', 'where the journal and the local copy of the repository live')
    .option('--host <host>', 'address to listen on')
    .option('--port <number>', 'port to listen on; 0 takes a free one', port)
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('./commands/serve.ts');
      ran.code = await serve({}, io, (await wire()).serveDeps(flags, io, serveSettings(flags)));
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
    .action(async (flags: CommonFlags & import('./commands/suspend.ts').SuspendOptions) => {
      const { suspend } = await import('./commands/suspend.ts');
      ran.code = await suspend(flags, io, (await wire()).clientDeps(flags, io));
    });
  client('resume', 'end a suspension').action(async (flags: CommonFlags & import('./commands/daemon-client.ts').ClientOptions) => {
    const { resume } = await import('./commands/resume.ts');
    ran.code = await resume(flags, io, (await wire()).clientDeps(flags, io));
  });
  client('reconcile', 'ask the daemon for a pass, wait for it, exit by its outcome').action(
    async (flags: CommonFlags & import('./commands/reconcile.ts').ReconcileOptions) => {
      const { reconcile } = await import('./commands/reconcile.ts');
      ran.code = await reconcile(flags, io, (await wire()).clientDeps(flags, io));
    },
  );
}

/** Runs one command line and returns its exit code; whatever goes wrong has been said on stderr by then. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const ran: Ran = { code: EXIT['in-sync'] };
  const program = new Command('kirosync')
    .description("Keeps an organisation's Kiro seats equal to what a Git repository says. Independent; not affiliated with AWS.")
    .version(version())
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .exitOverride();
  program.addHelpText(
    'after',
    '\nExit codes: 0 in sync or done · 1 invalid input · 2 changes or drift · 3 incomplete · 4 refused by a guard · 5 Git or AWS · 70 a bug',
  );
  readingCommands(program, io, ran);
  reportingCommands(program, io, ran);
  writingCommands(program, io, ran);
  toolCommands(program, io, ran);
  daemonCommands(program, io, ran);
  demoCommand(program, io, ran);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return ran.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT['in-sync'] : EXIT.invalid;
    return failure(error, io);
  }
}
