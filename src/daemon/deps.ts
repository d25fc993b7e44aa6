import type { BlobCache } from '../config/file.ts';
import type { Configuration } from '../model/configuration.ts';
import type { Credits } from '../model/credits.ts';
import type { Month } from '../model/day.ts';
import type { Live, ReadScope } from '../model/live.ts';
import type { Resolution } from '../model/seat.ts';
import type { Settings } from '../model/settings.ts';
import type { DirectoryWriter, Forge, GitSource, Journal, ReportShelf, ReportSink } from '../ports.ts';
import type { PassDeps, Result } from '../reconcile.ts';
import type { Log } from './log.ts';
import type { SettingsState } from './reload.ts';

export type DaemonDeps = {
  readonly settings: Settings;
  /** What earlier passes read of files. */
  readonly blobs?: BlobCache;
  readonly source: GitSource;
  readonly journal: Journal;
  readonly observe: (scope: ReadScope, signal: AbortSignal) => Promise<Live>;
  readonly writer: (scope: ReadScope, live: Live) => DirectoryWriter;
  /** API calls by operation since the start. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly throttles: () => number;
  /** Requests that were sent again after a failure, since the start; without it nobody counts them. */
  readonly retries?: () => number;
  readonly now: () => Date;
  /** When the schedule asks for the next reconcile; null without one. */
  readonly nextRun: () => Date | null;
  readonly log: Log;
  /** The commit that an operator accepts after a rewritten history (`stateDir/accept-history`); null without one. */
  readonly accepted: () => Promise<string | null>;
  /** Why the lock of the state directory was lost; null while it is held. */
  readonly lockLost: () => string | null;
  /** The tiers that usage reports show, where there are any. */
  readonly usageTiers?: PassDeps['usageTiers'];
  /**
   * The credits of a month on what a pass found; called for `/api/credits` and by the `reports` schedule.
   * @throws UserError, RemoteError when usage cannot be read
   */
  readonly credits?: (found: Found, month: Month, signal: AbortSignal) => Promise<Credits>;
  /** What is known of the settings in force; without it those of the start are. */
  readonly loaded?: () => SettingsState;
  /** Where outcomes are posted; without it they are not. */
  readonly forge?: Forge;
  /** Where scheduled reports are kept; without it a restart forgets them. */
  readonly shelf?: ReportShelf;
  /** The places of `reports.to`. */
  readonly sinks?: readonly ReportSink[];
};

/** What a pass that got as far as a plan knows of the world. */
export type Found = { readonly configuration: Configuration; readonly live: Live; readonly resolution: Resolution };

/** A pass that ended, as the daemon remembers it. */
export type Ended = {
  readonly pass: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly result: Result;
  /** When the schedule was to ask next, as seen at the end of this pass. */
  readonly nextDue: Date | null;
  /** API calls of this pass by operation. */
  readonly calls: Readonly<Record<string, number>>;
};
