import type { Command } from 'commander';
import type { Io } from '../commands/io.ts';
import type { CommonFlags } from '../wire/folder.ts';
import { configOption, format, liveOption, type Ran, repeat, settingsOption } from './option.ts';

/** Commands that say what is live and why. */
export function reportingCommands(program: Command, io: Io, ran: Ran): void {
  program
    .command('drift')
    .description('how live differs from the policy, with who and since when')
    .addOption(configOption())
    .addOption(settingsOption())
    .addOption(format('text', 'json', 'markdown', 'html'))
    .action(async (flags: CommonFlags & import('../commands/drift.ts').DriftOptions) => {
      const { drift } = await import('../commands/drift.ts');
      ran.code = await drift(flags, io, (await import('../wire/directory.ts')).readDeps(flags, io));
    });
  program
    .command('credits')
    .description('who has which seat and, with usage reports, what it is used for')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--usage <place>', 'folder or s3://bucket/prefix with user reports (repeatable)', repeat)
    .option('--month <month>', 'UTC month, YYYY-MM; the current one unless given')
    .addOption(liveOption())
    .option('--format <format>', 'text, json, csv, markdown, html, or patch: the advice as a diff of the policy', 'text')
    .option('--idle-after <days>', 'call a seat idle after so many days without use; reports.idleAfterDays of the settings unless given')
    .option('--anonymise', 'people under stable pseudonyms')
    .option('--backtest', 'how wrong the forecast was on past months, instead of the report')
    .option('--out <file>', 'write the report there instead of stdout')
    .action(async (flags: CommonFlags & import('../commands/credits.ts').CreditsOptions) => {
      const { credits } = await import('../commands/credits.ts');
      ran.code = await credits(flags, io, (await import('../wire/directory.ts')).readDeps(flags, io));
    });
  program
    .command('explain <user>')
    .description('why somebody has a seat, or has none')
    .addOption(configOption())
    .addOption(settingsOption())
    .option('--profile <name>', 'only this profile')
    .action(async (user: string, flags: CommonFlags & import('../commands/explain.ts').ExplainOptions) => {
      const { explain } = await import('../commands/explain.ts');
      ran.code = await explain(user, flags, io, (await import('../wire/directory.ts')).readDeps(flags, io));
    });
  program
    .command('import')
    .description('write the YAML for what is live into an empty folder')
    .requiredOption('--out <dir>', 'new or empty folder')
    .addOption(settingsOption())
    .option('--seat <choice>', 'PROFILE/TIER=GROUP (repeatable)', repeat)
    .option('--usage <path>', 'folder or s3://bucket/prefix with user reports that show tiers (repeatable)', repeat)
    .action(async (flags: CommonFlags & import('../commands/import.ts').ImportOptions) => {
      const { importCommand } = await import('../commands/import.ts');
      ran.code = await importCommand(flags, io, (await import('../wire/directory.ts')).importDeps(flags, io));
    });
}
