import { load } from '../config/load.ts';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { dayOf } from '../model/day.ts';
import type { Operator } from '../model/settings.ts';
import type { Source } from '../ports.ts';
import { type PolicySettings, iamPolicy as policy, policyNotes } from '../report/iam-policy.ts';
import type { Io } from './io.ts';

export type IamPolicyOptions = { readonly mode: string; readonly config?: string | undefined };

/**
 * Prints the IAM policy for a configuration on stdout, notes for whoever attaches it on stderr. Calls nobody.
 * @throws UserError for another mode, and with every diagnostic for files that do not load.
 */
export async function iamPolicy(
  options: IamPolicyOptions,
  io: Pick<Io, 'stdout' | 'stderr' | 'signal' | 'now'>,
  deps: { readonly source: Source; readonly operator: Operator & Partial<PolicySettings> },
): Promise<number> {
  const { mode } = options;
  if (mode !== 'plan' && mode !== 'apply') {
    throw new UserError(`--mode is "${mode}"; it must be plan (read only) or apply (read and write).`);
  }
  const { files } = await deps.source.fetch(io.signal);
  const loaded = load(files, dayOf(io.now()));
  if (!loaded.ok)
    throw new UserError('The configuration is not valid, so no policy can be made for it.', { diagnostics: loaded.diagnostics });
  const { usage: places = [], profiles = {}, assumeRoleArn = null, reports = { to: [] } } = deps.operator;
  const usage: PolicySettings = { usage: places, profiles, assumeRoleArn, reports };
  io.stdout(`${JSON.stringify(policy(loaded.configuration, mode, deps.operator, usage), null, 2)}\n`);
  for (const note of policyNotes(mode, loaded.configuration, usage)) io.stderr(`${note}\n`);
  return EXIT['in-sync'];
}
