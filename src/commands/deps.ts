import type { Live, ReadScope } from '../model/live.ts';
import type { Settings } from '../model/settings.ts';
import type { DirectoryWriter, Source, UsageBuckets } from '../ports.ts';

/** What a reading command holds: it cannot write to AWS, since nothing here has a write method. */
export type ReadDeps = {
  readonly settings: Settings;
  readonly source: Source;
  /** Reads live state. @throws RemoteError listing every failure. */
  readonly observe: (scope: ReadScope) => Promise<Live>;
  /** Reads usage reports from S3; without it such a place is refused. */
  readonly buckets?: UsageBuckets;
};

/** What `apply` holds beside. The writer is made only when it is asked for. */
export type WriteDeps = ReadDeps & {
  readonly writer: (scope: ReadScope, live: Live) => DirectoryWriter;
};
