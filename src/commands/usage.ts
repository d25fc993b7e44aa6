import { UserError } from '../errors.ts';
import type { Month } from '../model/day.ts';
import type { Facts } from '../usage/facts.ts';

/**
 * What the usage reports in these directories say of a month, null without any. The SQL engine is a large native
 * library: it is loaded only when there is something to read.
 * @throws UserError for a place that does not exist, or is not a local one.
 */
export async function usageFacts(places: readonly string[], month: Month, cwd: string): Promise<Facts | null> {
  if (places.length === 0) return null;
  const remote = places.filter((place) => /^[a-z0-9]+:\/\//i.test(place));
  if (remote.length > 0)
    throw new UserError(`Usage in ${remote.join(', ')} cannot be read in this version. Copy the reports to a directory and pass that.`);
  const { readUsage } = await import('../usage/read.ts');
  return await readUsage(places, month, cwd);
}
