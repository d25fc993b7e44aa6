import { recording } from '../config/recording.ts';
import { RemoteError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import type { Configuration } from '../model/configuration.ts';
import { dayOf, monthOf } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import { visible } from '../report/escape.ts';
import { resolve } from '../resolve/resolve.ts';
import { readScope } from '../resolve/scope.ts';
import { BACKTEST_MONTHS } from '../usage/backtest.ts';
import { credits as makeCredits } from '../usage/credits.ts';
import { anonymise } from '../usage/pseudonym.ts';
import { askedFormat, askedIdleDays, askedMonth, type CreditsOptions } from './credits-ask.ts';
import { renderCredits } from './credits-format.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';
import { writeText } from './plan.ts';
import { readConfiguration, readText } from './read.ts';
import { asking, usageFacts } from './usage.ts';

export type { CreditsOptions } from './credits-ask.ts';

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

/** To the file that was asked for, else to stdout. */
async function deliver(text: string, { out }: CreditsOptions, io: Io): Promise<number> {
  if (out === undefined) io.stdout(text);
  else await writeText(io, out, text);
  return EXIT['in-sync'];
}

/**
 * `kirosync credits`: who has which seat, why and since when; with usage reports, what it was used for. Exit 0; with
 * usage given, an AWS that cannot be read costs the seats in the report, not the report. A recording carries its
 * instant, so the month that is current then is reported.
 * @throws UserError, RemoteError (without usage, or when a usage bucket cannot be read)
 */
export async function credits(options: CreditsOptions, io: Io, deps: ReadDeps): Promise<number> {
  const format = askedFormat(options);
  const recorded = options.live === undefined ? null : recording(await readText(io, options.live, 'recording'), options.live);
  const now = recorded === null ? io.now() : new Date(recorded.instant);
  const month = askedMonth(options, now);
  const idleAfterDays = askedIdleDays(options, deps.settings);
  const policy = await readConfiguration(deps, io, dayOf(now));
  const { configuration } = policy;
  const usage = { ...asking(deps, io), month, given: options.usage, configuration };
  const color = io.color && options.out === undefined;
  if (options.backtest === true) {
    const { backtestOf } = await import('./credits-backtest.ts');
    const past = await usageFacts({ ...usage, past: BACKTEST_MONTHS });
    return await deliver(backtestOf(past, month < monthOf(dayOf(now)), format, color), options, io);
  }
  const facts = await usageFacts(usage);
  const live = recorded ?? (await observed(io, deps, configuration, facts !== null));
  const resolution = live === null ? null : resolve(configuration, live, now, deps.settings);
  const made = makeCredits({ configuration, facts, live, resolution, month, now, idleAfterDays });
  if (format === 'patch') {
    // With the differ it is loaded only when asked for.
    const { patchText } = await import('./credits-patch.ts');
    const given = { policy, credits: made, live, hasUsage: facts !== null, now, operator: deps.settings };
    return await deliver(patchText(given), options, io);
  }
  const shown = options.anonymise === true ? anonymise(made, configuration, live) : made;
  return await deliver(await renderCredits(shown, format, color), options, io);
}
