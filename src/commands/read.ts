import { readFile } from 'node:fs/promises';
import { resolve as path } from 'node:path';
import { load } from '../config/load.ts';
import { recording } from '../config/recording.ts';
import { UserError } from '../errors.ts';
import type { Configuration } from '../model/configuration.ts';
import { type Day, dayOf, isDay, monthOf, startOf } from '../model/day.ts';
import type { Live } from '../model/live.ts';
import type { UsageTiers } from '../plan/manual.ts';
import type { Fetched } from '../ports.ts';
import { visible } from '../report/escape.ts';
import { readScope } from '../resolve/scope.ts';
import { usageTiers } from '../usage/usage-tier.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';
import { asking, usageIfReadable } from './usage.ts';

/** The text of a file the user named. @throws UserError when it cannot be read. */
export async function readText(io: Io, file: string, what: string): Promise<string> {
  try {
    return await readFile(path(io.cwd, file), 'utf8');
  } catch (cause) {
    throw new UserError(`The ${what} ${file} cannot be read (${reason(cause)}). Check the path.`, { cause });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/** Loads the policy. @throws UserError carrying every problem found in it. */
export async function readConfiguration(deps: ReadDeps, io: Io, today: Day): Promise<Fetched & { configuration: Configuration }> {
  const fetched = await deps.source.fetch(io.signal);
  const { files } = fetched;
  const loaded = load(files, today);
  if (loaded.ok) return { ...fetched, configuration: loaded.configuration };
  const errors = loaded.diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length;
  throw new UserError(`The configuration has ${errors} ${errors === 1 ? 'error' : 'errors'}; nothing was read from AWS.`, {
    diagnostics: loaded.diagnostics,
  });
}

/** `--today D` means D 00:00 UTC. @throws UserError for anything but a date. */
export function todayOption(today: string | undefined): Date | null {
  if (today === undefined) return null;
  if (!isDay(today)) throw new UserError(`--today takes a UTC date such as 2026-12-01, not "${today}".`);
  return startOf(today);
}

/** Everything a plan is made from. */
export type Standing = {
  readonly configuration: Configuration;
  readonly revision: string | null;
  /** True when following the revision would be a revert of what the work tree has. */
  readonly past: boolean;
  readonly live: Live;
  readonly now: Date;
  /** The latest tier that usage reports show, where the operator's settings or the profiles name such reports. */
  readonly usageTiers: UsageTiers;
};

export type StandingOptions = { readonly live?: string | undefined; readonly today?: string | undefined };

/**
 * Policy and live state, read for one instant: `--today`, else the recording's, else the moment the live read began.
 * @throws UserError, RemoteError
 */
export async function readStanding(deps: ReadDeps, io: Io, options: StandingOptions): Promise<Standing> {
  const asked = todayOption(options.today);
  const recorded = options.live === undefined ? null : recording(await readText(io, options.live, 'recording'), options.live);
  const instant = asked ?? (recorded === null ? io.now() : new Date(recorded.instant));
  const { configuration, revision, past = false } = await readConfiguration(deps, io, dayOf(instant));
  const live = recorded ?? (await deps.observe(readScope(configuration, dayOf(instant), deps.settings)));
  const now = asked ?? new Date(live.instant);
  const facts = await usageIfReadable({ ...asking(deps, io), month: monthOf(dayOf(now)), configuration }, (text) =>
    io.stderr(`The usage reports cannot be read, so the plan goes without them: ${visible(text)}\n`),
  );
  const tiers = facts === null ? new Map() : usageTiers(facts, configuration, live);
  return { configuration, revision, past, live, now, usageTiers: tiers };
}
