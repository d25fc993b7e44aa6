import { advicePatch } from '../advice/patch.ts';
import { UserError } from '../errors.ts';
import type { Configuration } from '../model/configuration.ts';
import type { Credits } from '../model/credits.ts';
import type { Live } from '../model/live.ts';
import type { Operator } from '../model/settings.ts';
import type { Fetched } from '../ports.ts';
import { creditsPatch } from '../report/credits-patch.ts';
import { staleNote } from '../usage/advice-note.ts';
import { isRecent } from '../usage/coverage.ts';

/** What a patch is made from: the policy as it was read, and the report on it. */
export type PatchOf = {
  readonly policy: Fetched & { readonly configuration: Configuration };
  readonly credits: Credits;
  readonly live: Live | null;
  readonly hasUsage: boolean;
  readonly now: Date;
  readonly operator: Operator;
};

/** The report's advice as text for `git apply`. @throws UserError where there is nothing to advise from. */
export function patchText({ policy, credits, live, hasUsage, now, operator }: PatchOf): string {
  if (live === null)
    throw new UserError('--format patch needs live state, which could not be read. Make AWS readable, or give a recording with --live.');
  if (!hasUsage) throw new UserError('--format patch needs usage, and none was given. Give reports with --usage.');
  const { files, configuration, prefix = '' } = policy;
  const { month, people } = credits;
  const notes = isRecent(month, now) ? [] : [staleNote(month)];
  return creditsPatch(advicePatch({ files, configuration, live, now, operator, month, people }), prefix, notes);
}
