import { type Command, Option } from 'commander';
import type { Io } from '../commands/io.ts';
import type { CommonFlags } from '../wire/folder.ts';
import { configOption, port, type Ran, repeat, settingsOption } from './option.ts';

/** Commands that write, or help to be allowed to. */
export function writingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('apply')
    .description('plan, print, ask, apply')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--yes', 'do not ask')
    .option('--plan <file>', 'apply exactly the changes of a reviewed plan, if they still are what is needed')
    .option('--plan-hash <hash>', 'apply only if the whole plan has this hash')
    .option('--force <rule>', 'lift one guard by name (repeatable); a human decision', repeat)
    .action(async (flags: CommonFlags & import('../commands/apply.ts').ApplyOptions) => {
      const { apply } = await import('../commands/apply.ts');
      ran.code = await apply(flags, io, (await import('../wire/directory.ts')).writeDeps(flags, io));
    });
}

/** Tools around the product. */
export function toolCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('iam-policy')
    .description('print the IAM policy with exactly the operations this configuration needs')
    .addOption(new Option('--mode <mode>', 'read only, or read and write').choices(['plan', 'apply']).makeOptionMandatory())
    .addOption(configOption())
    .addOption(settingsOption())
    .action(async (flags: CommonFlags & import('../commands/iam-policy.ts').IamPolicyOptions) => {
      const { iamPolicy } = await import('../commands/iam-policy.ts');
      ran.code = await iamPolicy(flags, io, (await import('../wire/offline.ts')).offlineDeps(flags, io));
    });
  program
    .command('emulator')
    .description('serve a local Identity Center for any AWS client')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', port, 0)
    .option('--seed <seed>', 'demo, empty, or a state file', 'demo')
    .option('--any-principal', 'answer for users and groups it does not know')
    .action(async (flags: import('../commands/emulator.ts').EmulatorOptions) => {
      const { emulator } = await import('../commands/emulator.ts');
      ran.code = await emulator(flags, io);
    });
}

/** The whole product on one machine. */
export function demoCommand(program: Command, io: Io, ran: Ran): void {
  program
    .command('demo')
    .description('the whole product on this machine: emulator, Git repository, daemon')
    .option('--once', 'go through it and exit')
    .option('--port <number>', 'port of the daemon on 127.0.0.1; 0 takes a free one', port, 0)
    .action(async (flags: import('../commands/demo.ts').DemoOptions) => {
      const { demo } = await import('../commands/demo.ts');
      ran.code = await demo(flags, io);
    });
}
