import { evaluate } from '../config/expect.ts';
import { load } from '../config/load.ts';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { type Day, dayOf, isDay } from '../model/day.ts';
import type { Source } from '../ports.ts';
import { isValid, type Validation, validationJson, validationText } from '../report/validation.ts';
import { validationGithub } from '../report/validation-github.ts';
import { type Root, validationSarif } from '../report/validation-sarif.ts';
import type { Io } from './io.ts';

type Format = 'text' | 'json' | 'sarif' | 'github';

export type ValidateOptions = { readonly format?: Format | undefined; readonly today?: string | undefined };

/**
 * Reads the configuration and prints every problem in it, and what the expectations that need no live data come to.
 * Returns 0 when it is valid, 1 when it is not or an expectation fails. Makes no AWS call.
 */
export async function validate(options: ValidateOptions, io: Io, deps: { readonly source: Source }): Promise<number> {
  const today = options.today ?? dayOf(io.now());
  if (!isDay(today)) throw new UserError(`--today must be a day, written YYYY-MM-DD, and is ${JSON.stringify(today)}.`);
  const { files, prefix = '' } = await deps.source.fetch(io.signal);
  const validation = judged(load(files, today), today);
  io.stdout(rendered(validation, options.format ?? 'text', { prefix }));
  return isValid(validation) ? 0 : EXIT.invalid;
}

function rendered(validation: Validation, format: Format, root: Root): string {
  if (format === 'json') return validationJson(validation);
  if (format === 'sarif') return validationSarif(validation, root);
  return format === 'github' ? validationGithub(validation, root) : validationText(validation);
}

function judged(loaded: ReturnType<typeof load>, today: Day): Validation {
  if (!loaded.ok) return { diagnostics: loaded.diagnostics, expectations: [], counts: null };
  const { configuration } = loaded;
  const counts = { profiles: configuration.profiles.length, assignments: configuration.assignments.length };
  return { diagnostics: configuration.warnings, expectations: evaluate(configuration, today), counts };
}
