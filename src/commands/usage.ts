import { RemoteError, UserError } from '../errors.ts';
import type { Configuration } from '../model/configuration.ts';
import type { RejectedRow } from '../model/credits.ts';
import { addMonths, type Month } from '../model/day.ts';
import { faultOf } from '../model/s3-place.ts';
import { type UsageSettings, usagePlaces } from '../model/usage-place.ts';
import type { LocalUsage, UsageBuckets } from '../ports.ts';
import { type Facts, PAST_MONTHS } from '../usage/facts.ts';
import { readPath } from '../usage/path.ts';
import { MOST_BYTES } from '../usage/prepare.ts';
import { recall, remember, stateOfContent } from '../usage/remember.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';

/** Which usage is wanted, and by whom. */
export type UsageQuestion = {
  readonly month: Month;
  /** So many months before it are read as well, `PAST_MONTHS` unless told. */
  readonly past?: number | undefined;
  /** Places named by flags: stronger than the settings' and the profiles'. */
  readonly given?: readonly string[] | undefined;
  readonly settings: UsageSettings;
  /** Whose profiles may name buckets; null where there is no configuration yet. */
  readonly configuration: Configuration | null;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Without it nothing can be read from S3. */
  readonly buckets?: UsageBuckets | undefined;
};

/** The parts of a question that a command has at hand. */
export function asking(
  deps: Pick<ReadDeps, 'settings' | 'buckets'>,
  io: Pick<Io, 'cwd' | 'signal'>,
): Omit<UsageQuestion, 'month' | 'past' | 'configuration'> {
  return { settings: deps.settings, buckets: deps.buckets, cwd: io.cwd, signal: io.signal };
}

/**
 * What the usage reports say of a month and those before it, null where no place is named. The SQL engine is a
 * large native library, and so is the SDK: each is loaded only when there is something to read.
 * @throws UserError for a place that does not exist or is no place; RemoteError with every bucket that cannot be read.
 */
export async function usageFacts(question: UsageQuestion): Promise<Facts | null> {
  const { month, cwd, past = PAST_MONTHS } = question;
  const { local, remote, wrong } = usagePlaces(question.given, question.settings, question.configuration);
  if (wrong.length > 0) {
    const which = wrong.map((place) => `${place} (${faultOf(place)})`).join(', ');
    throw new UserError(`Usage in ${which} cannot be read. Give a directory, or s3://bucket/prefix.`);
  }
  if (local.length + remote.length === 0) return null;
  const { buckets } = question;
  const { readUsage } = await import('../usage/read.ts');
  if (remote.length === 0)
    return await readUsage(local, month, cwd, { past, ...(buckets === undefined ? {} : { cache: buckets.conclusions }) });
  if (buckets === undefined) throw new UserError('Usage in S3 cannot be read here. Copy the reports to a directory and give that.');
  const isReport = (key: string): boolean => readPath(key).kind === 'report';
  const fetched = await buckets.fetch(remote, { months: monthsOf(month, past), isReport, mostBytes: MOST_BYTES }, question.signal);
  // Local directories may change under a reading; what is in a bucket is known by its fingerprint.
  const state = local.length > 0 ? null : stateOfContent(buckets.conclusions, JSON.stringify([remote, month, past]), fetched.fingerprint);
  try {
    const known = state === null ? null : recall(state);
    if (known !== null) return { ...known, fromS3: true };
    const directories = fetched.directories.map(({ path }) => path);
    const read = await readUsage([...local, ...directories], month, cwd, { past });
    const facts = { ...read, rejected: read.rejected.map((row) => addressed(row, fetched.directories)) };
    if (state !== null) remember(state, facts);
    return { ...facts, fromS3: true };
  } finally {
    await fetched.close();
  }
}

/** As `usageFacts`, for work that usage adds words to and never decides: trouble with the reports is told, and they are left out. */
export async function usageIfReadable(question: UsageQuestion, tell: (text: string) => void): Promise<Facts | null> {
  try {
    return await usageFacts(question);
  } catch (error) {
    const texts = error instanceof RemoteError ? error.failures.map((each) => `${each.message} ${each.advice}`) : null;
    if (texts === null && !(error instanceof UserError)) throw error;
    tell(texts?.join(' ') ?? (error instanceof Error ? error.message : String(error)));
    return null;
  }
}

function monthsOf(month: Month, past: number): readonly Month[] {
  return Array.from({ length: past + 1 }, (_, back) => addMonths(month, back - past));
}

/** A rejected row with the address of its object in place of the copy's path, which nobody can look up later. */
function addressed(row: RejectedRow, directories: LocalUsage['directories']): RejectedRow {
  const from = directories.find(({ path }) => row.file.startsWith(`${path}/`));
  return from === undefined ? row : { ...row, file: `${from.url}${row.file.slice(from.path.length + 1)}` };
}
