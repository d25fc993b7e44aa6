import { join } from 'node:path';
import { reportFolder } from '../adapters/report-folder.ts';
import { reportShelf } from '../adapters/report-shelf.ts';
import type { Io } from '../commands/io.ts';
import type { ServeDeps } from '../commands/serve.ts';
import { type UsageQuestion, usageFacts, usageIfReadable } from '../commands/usage.ts';
import { within } from '../daemon/deadline.ts';
import { tooLong } from '../daemon/report-make.ts';
import { RemoteError } from '../errors.ts';
import type { Configuration } from '../model/configuration.ts';
import { dayOf, type Month, monthOf } from '../model/day.ts';
import { type S3Place, s3Place } from '../model/s3-place.ts';
import type { Settings } from '../model/settings.ts';
import type { ReportFile, ReportSink } from '../ports.ts';
import type { Clean } from '../secret.ts';
import { credits } from '../usage/credits.ts';
import type { Facts } from '../usage/facts.ts';
import { usageTiers } from '../usage/usage-tier.ts';
import { cleaned } from './clean.ts';
import { daemonBuckets } from './usage.ts';

/** What a pass waits for usage reports, which only add words to its plan. */
const USAGE_MS = 120_000;

type Told = { readonly log: ServeDeps['log']; readonly clean: Clean };

/** What usage reports say of what a pass found, for the daemon's plans and its credits report. What fails says no secret. */
export function usageDeps(settings: Settings, io: Io, { log, clean }: Told): Required<Pick<ServeDeps, 'usageTiers' | 'credits'>> {
  const buckets = daemonBuckets(settings, io);
  const question = (configuration: Configuration, month: Month, signal: AbortSignal): UsageQuestion => {
    return { configuration, month, settings, buckets, cwd: io.cwd, signal };
  };
  const tell = (error: string) => log.warn({ error: clean(error) }, 'the usage reports cannot be read, so plans go without them');
  return {
    usageTiers: async (configuration, live, signal) => {
      const month = monthOf(dayOf(io.now()));
      const late = () => tooLong('Reading the usage reports', USAGE_MS);
      const facts = await within(signal, USAGE_MS, late, (own) => usageIfReadable(question(configuration, month, own), tell)).catch(
        (error: unknown): Facts | null => {
          if (!(error instanceof RemoteError)) throw error;
          tell(error.message);
          return null;
        },
      );
      return facts === null ? new Map() : usageTiers(facts, configuration, live);
    },
    credits: async (found, month, signal) => {
      const facts = await cleaned(clean, () => usageFacts(question(found.configuration, month, signal)));
      return credits({ ...found, facts, month, now: io.now(), idleAfterDays: settings.reports.idleAfterDays });
    },
  };
}

/** Where the daemon's credits reports are kept, and the places of `reports.to`. */
export function reportDeps({ stateDir, reports, assumeRoleArn }: Settings, clean: Clean): Required<Pick<ServeDeps, 'shelf' | 'sinks'>> {
  const sinks = reports.to.map((to) => {
    const place = s3Place(to);
    const sink = place === null ? reportFolder(to) : bucket(to, place, assumeRoleArn);
    return { ...sink, write: (files: readonly ReportFile[], signal: AbortSignal) => cleaned(clean, () => sink.write(files, signal)) };
  });
  return { shelf: reportShelf(join(stateDir, 'reports')), sinks };
}

/** The SDK is loaded when there is something to write. */
function bucket(to: string, place: S3Place, assumeRoleArn: string | null): ReportSink {
  return {
    to,
    kind: 's3',
    write: async (files, signal) => (await import('../adapters/report-s3.ts')).reportS3(place, assumeRoleArn).write(files, signal),
  };
}
