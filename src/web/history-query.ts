import { isDay } from '../model/day.ts';
import { EVERY_PASS, type PassFilter } from '../model/pass-history.ts';

/** The outcomes that can be asked for; `unfinished` is a pass that is running, or in which the process died. */
export const OUTCOMES = ['applied', 'in-sync', 'pending', 'incomplete', 'refused', 'invalid', 'unreachable', 'unfinished'] as const;

/** Longer ones name nothing that the journal has. */
const MOST_CHARACTERS = 300;

/**
 * The filter that query parameters ask for. `problems` are full sentences on what cannot be asked for; a page leaves that
 * out, an export refuses it, so that nobody takes everything for what was asked.
 */
export function readFilter(query: Readonly<Record<string, string>>): { readonly filter: PassFilter; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const given = new Map(Object.entries(query).map(([name, value]) => [name, value.trim()]));
  const text = (name: string, isGood: (value: string) => boolean, form: string): string => {
    const value = given.get(name) ?? '';
    if (value === '' || (value.length <= MOST_CHARACTERS && isGood(value))) return value;
    problems.push(`\`${name}\` must be ${form}.`);
    return '';
  };
  const any = () => true;
  const day = 'a UTC day, as in 2026-11-23';
  const filter = {
    outcome: text('outcome', (value) => OUTCOMES.some((each) => each === value), `one of ${OUTCOMES.join(', ')}`),
    profile: text('profile', any, `at most ${MOST_CHARACTERS} characters`),
    person: text('person', any, `at most ${MOST_CHARACTERS} characters`),
    key: text('key', any, `at most ${MOST_CHARACTERS} characters`),
    from: text('from', isDay, day),
    to: text('to', isDay, day),
    pass: text('pass', (value) => /^\d{1,15}$/.test(value), 'the number of a pass'),
    changes: text('changes', (value) => value === 'yes', '`yes`, or left out') === 'yes',
  };
  return { filter: { ...EVERY_PASS, ...filter }, problems };
}

/** The parameters that ask for a filter again. */
export function queryOf({ changes, ...texts }: PassFilter): Readonly<Record<string, string>> {
  return { ...texts, changes: changes ? 'yes' : '' };
}
