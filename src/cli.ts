import { Command, CommanderError } from 'commander';
import { daemonCommands } from './cli/daemon.ts';
import type { Ran } from './cli/option.ts';
import { readingCommands } from './cli/reading.ts';
import { reportingCommands } from './cli/reporting.ts';
import { demoCommand, toolCommands, writingCommands } from './cli/working.ts';
import type { Io } from './commands/io.ts';
import { EXIT } from './exit.ts';
import { failure } from './failure.ts';
import { version } from './version.ts';

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
