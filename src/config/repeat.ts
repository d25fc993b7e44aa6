import { quote } from '../model/quote.ts';
import type { RawDocument } from './schema.ts';
import type { Path, Problem, SpotOf } from './spot.ts';

/** A warning for every name that stands twice in one list, or twice but for letter case. */
export function repeats(raw: RawDocument, spotOf: SpotOf): readonly Problem[] {
  return listsOf(raw).flatMap(([path, names]) => repeatsIn(names ?? [], path, spotOf));
}

function listsOf(raw: RawDocument): readonly (readonly [Path, readonly string[] | undefined])[] {
  switch (raw.kind) {
    case 'Assignment':
      return [
        [['groups'], raw.groups],
        [['users'], raw.users],
        [['exclude', 'groups'], raw.exclude?.groups],
        [['exclude', 'users'], raw.exclude?.users],
      ];
    case 'Policy':
      return [
        [['protected', 'users'], raw.protected?.users],
        [['advice', 'optOut'], raw.advice?.optOut],
      ];
    case 'Exception':
      return [[['keys'], raw.keys]];
    case 'Organization':
    case 'Profile':
    case 'Tier':
      return [];
  }
}

function repeatsIn(names: readonly string[], path: Path, spotOf: SpotOf): readonly Problem[] {
  if (new Set(names.map((name) => name.toLowerCase())).size === names.length) return [];
  const exact = new Set<string>();
  const folded = new Map<string, string>();
  const found: Problem[] = [];
  for (const [i, name] of names.entries()) {
    const fold = name.toLowerCase();
    const other = folded.get(fold);
    if (exact.has(name)) {
      found.push(warned('repeated-entry', spotOf([...path, i]), `${quote(name)} stands twice in this list; keep one of them.`));
    } else if (other !== undefined) {
      const both = [other, name].sort().map(quote).join(' and ');
      found.push(warned('names-differ-only-in-case', spotOf([...path, i]), `${both} in this list differ only in letter case; keep one.`));
    }
    exact.add(name);
    folded.set(fold, other ?? name);
  }
  return found;
}

function warned(rule: string, spot: ReturnType<SpotOf>, message: string): Problem {
  return { severity: 'warning', rule, message, line: spot.line, column: spot.column };
}
