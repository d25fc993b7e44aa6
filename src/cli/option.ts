import { InvalidArgumentError, Option } from 'commander';

/** What a command's action leaves behind; commander itself returns nothing. */
export type Ran = { code: number };

/** A port as commander parses it. */
export function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return number;
}

/** Collects a flag that may be given several times. */
export const repeat = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

export const configOption = () => new Option('--config <dir>', 'folder with the policy').default('.');
export const settingsOption = () => new Option('--settings <file>', 'operator settings (also KIROSYNC_SETTINGS)');
export const liveOption = () => new Option('--live <file>', 'a recording made by plan --record, instead of AWS');
export const todayOption = () => new Option('--today <date>', 'preview another UTC day');

/** `--format`, the first one by default. */
export function format(...formats: readonly string[]): Option {
  return new Option('--format <format>', 'what stdout gets').choices(formats).default(formats[0] ?? 'text');
}
