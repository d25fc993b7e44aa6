import { wordsOf } from '../model/notification.ts';
import type { Fact } from './fact.ts';
import type { Item, State } from './message.ts';

/** Lines told of one event; more of them are counted. */
const LINES = 10;

/** Characters of one line. */
const LENGTH = 400;

/** Facts as items, one for each event, in the order in which the events come. Lines that say the same are told once, with their number. */
export function groups(state: State, facts: readonly (Fact & { readonly since?: string | null })[], names: boolean): readonly Item[] {
  const events = [...new Set(facts.map((fact) => fact.event))];
  return events.map((event) => {
    const own = facts.filter((fact) => fact.event === event);
    const { severity, title, over, advice } = wordsOf(event);
    const since = own.flatMap((fact) => fact.since ?? []).sort()[0] ?? null;
    return {
      ...{ event, state, severity, count: own.length, since, lines: lines(own.map((fact) => (names ? fact.named : fact.text))) },
      title: state === 'over' ? (over ?? title) : title,
      advice: state === 'over' ? null : advice,
    };
  });
}

function lines(texts: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  const all = [...counts].map(([text, count]) => `${short(text)}${count === 1 ? '' : ` (${count} times)`}`);
  return all.length <= LINES ? all : [...all.slice(0, LINES - 1), `and ${all.length - LINES + 1} more`];
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= LENGTH ? line : `${characters.slice(0, LENGTH - 1).join('')}…`;
}
