import type { Configuration } from '../model/configuration.ts';
import type { Live, ReadScope } from '../model/live.ts';
import type { Resolution } from '../model/seat.ts';
import type { Settings } from '../model/settings.ts';
import type { DirectoryWriter, GitSource, Journal } from '../ports.ts';
import type { PassDeps, Result } from '../reconcile.ts';
import type { Log } from './log.ts';

export type DaemonDeps = {
  readonly settings: Settings;
  readonly source: GitSource;
  readonly journal: Journal;
  readonly observe: (scope: ReadScope, signal: AbortSignal) => Promise<Live>;
  readonly writer: (scope: ReadScope, live: Live) => DirectoryWriter;
  /** API calls by operation since the start. */
  readonly calls: () => Readonly<Record<string, number>>;
  readonly throttles: () => number;
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
  /** The credits report of what a pass found, as JSON text; called for `/api/credits` and by the `reports` schedule. */
  readonly credits?: (found: Found, signal: AbortSignal) => Promise<string>;
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
