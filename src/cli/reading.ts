import type { Command } from 'commander';
import type { Io } from '../commands/io.ts';
import type { CommonFlags } from '../wire/folder.ts';
import { configOption, format, liveOption, type Ran, settingsOption, todayOption } from './option.ts';

/** Commands that read and print; they hold nothing that could write to AWS. */
export function readingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('validate')
    .description('check the policy offline: every problem with its place, and the expectations that need no live data')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json', 'sarif', 'github'))
    .addOption(todayOption())
    .action(async (flags: CommonFlags & import('../commands/validate.ts').ValidateOptions) => {
      const { validate } = await import('../commands/validate.ts');
      ran.code = await validate(flags, io, await (await import('../wire/folder.ts')).folderDeps(flags, io));
    });
  program
    .command('plan')
    .description('read live state and print what apply would do; holds nothing that can write')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json', 'markdown', 'html'))
    .option('--out <file>', 'also write the JSON plan that apply --plan takes')
    .option('--record <file>', 'also write the live state that was read')
    .addOption(liveOption())
    .option('--revision <rev>', 'read the policy from this Git revision of the folder')
    .addOption(todayOption())
    .option('--write-exception <file>', 'write the Exception documents that would lift what refuses this plan')
    .action(async (flags: CommonFlags & import('../commands/plan.ts').PlanOptions) => {
      const { plan } = await import('../commands/plan.ts');
      ran.code = await plan(flags, io, (await import('../wire/directory.ts')).readDeps(flags, io));
    });
}
