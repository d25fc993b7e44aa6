import { recording } from '../config/recording.ts';
import { RemoteError, UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import type { Configuration } from '../model/configuration.ts';
import type { Credits } from '../model/credits.ts';
import { dayOf, monthOf } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { creditsCsv } from '../report/credits-csv.ts';
import { creditsJson } from '../report/credits-json.ts';
import { creditsText } from '../report/credits-text.ts';
import { visible } from '../report/escape.ts';
import { resolve } from '../resolve/resolve.ts';
import { readScope } from '../resolve/scope.ts';
import { credits as makeCredits } from '../usage/credits.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';
import { writeText } from './plan.ts';
import { readConfiguration, readText } from './read.ts';
import { usageFacts } from './usage.ts';

export type CreditsOptions = {
  /** Directories with user reports; without them those of the settings. */
  readonly usage?: readonly string[] | undefined;
  readonly month?: string | undefined;
  readonly live?: string | undefined;
  readonly format?: string | undefined;
  readonly anonymise?: boolean | undefined;
  readonly backtest?: boolean | undefined;
  readonly out?: string | undefined;
};

const FORMATS = ['text', 'json', 'csv'] as const;
const LATER_FORMATS = ['markdown', 'html', 'patch'];

type Format = (typeof FORMATS)[number];

function formatOf(format: string): Format {
  const known = FORMATS.find((name) => name === format);
  if (known !== undefined) return known;
  if (LATER_FORMATS.includes(format))
    throw new UserError(`--format ${format} is not in this version of credits. Use ${FORMATS.join(', ')}.`);
  throw new UserError(`--format ${JSON.stringify(format)} is not a format of credits. Use ${FORMATS.join(', ')}.`);
}

/** What was asked, checked. @throws UserError for everything this version does not have: nothing asked for is ignored. */
function asked(options: CreditsOptions): Format {
  if (options.backtest === true) throw new UserError('--backtest is not in this version of credits. Leave it out.');
  if (options.anonymise === true)
    throw new UserError('--anonymise is not in this version of credits. Leave it out; do not pass this report on with names in it.');
  const format = formatOf(options.format ?? 'text');
  const { month } = options;
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new UserError(`--month must be a UTC month written YYYY-MM such as 2026-11, and is ${JSON.stringify(month)}.`);
  return format;
}

function render(credits: Credits, format: Format, color: boolean): string {
  if (format === 'json') return creditsJson(credits);
  return format === 'csv' ? creditsCsv(credits) : creditsText(credits, { color });
}

/** Live state; null, with a warning, when AWS cannot be read but usage was given: the usage part needs no AWS. */
async function observed(io: Io, deps: ReadDeps, configuration: Configuration, hasUsage: boolean): Promise<Live | null> {
  try {
    return await deps.observe(readScope(configuration, dayOf(io.now()), deps.settings));
  } catch (cause) {
    if (!hasUsage || !(cause instanceof RemoteError)) throw cause;
    io.stderr('Live state could not be read; the report shows usage only:\n');
    for (const failure of cause.failures) io.stderr(`  ${visible(`${failure.message} ${failure.advice}`)}\n`);
    return null;
  }
}

/**
 * `kirosync credits`: who has which seat, why and since when; with usage reports, what it was used for. Exit 0; with
 * usage given, an AWS that cannot be read costs the seats in the report, not the report. A recording carries its
 * instant, so the month that is current then is reported.
 * @throws UserError, RemoteError (without usage)
 */
export async function credits(options: CreditsOptions, io: Io, deps: ReadDeps): Promise<number> {
  const format = asked(options);
  const recorded = options.live === undefined ? null : recording(await readText(io, options.live, 'recording'), options.live);
  const now = recorded === null ? io.now() : new Date(recorded.instant);
  const month = options.month ?? monthOf(dayOf(now));
  const { configuration } = await readConfiguration(deps, io, dayOf(now));
  const facts = await usageFacts(options.usage ?? deps.settings.usage, month, io.cwd);
  const live = recorded ?? (await observed(io, deps, configuration, facts !== null));
  const resolution = live === null ? null : resolve(configuration, live, now, deps.settings);
  const text = render(makeCredits({ configuration, facts, live, resolution, month, now }), format, io.color && options.out === undefined);
  if (options.out === undefined) io.stdout(text);
  else await writeText(io, options.out, text);
  return EXIT['in-sync'];
}
