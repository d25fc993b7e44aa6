import type { Named, Place } from '../model/place.ts';
import { by, compare } from './order.ts';
import type { Path, SpotOf } from './spot.ts';

/** The place of a value (or of its key) at a path of one document. */
export type At = (path: Path, part?: 'key') => Place;

/** A noun of the configuration, with the way to the places of its fields for messages. */
export type Draft<T> = { readonly item: T; readonly at: At };

export function at(file: string, spotOf: SpotOf): At {
  return (path, part) => {
    const { line, column } = spotOf(path, part);
    return { file, line, column };
  };
}

/** Places within a part of the document. */
export function within(places: At, prefix: Path): At {
  return (path, part) => places([...prefix, ...path], part);
}

/** The names of a list, sorted, each once. */
export function named(names: readonly string[] | undefined, places: At, path: Path): readonly Named[] {
  const found = new Map<string, Named>();
  for (const [i, name] of (names ?? []).entries()) {
    if (!found.has(name)) found.set(name, { name, place: places([...path, i]) });
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name));
}

/** The names of several lists, sorted, each once: at its first place. */
export function united(names: readonly Named[]): readonly Named[] {
  const found = new Map<string, Named>();
  const order = by<Named>(
    (n) => n.name,
    (n) => n.place.file,
    (n) => n.place.line,
    (n) => n.place.column,
  );
  for (const entry of [...names].sort(order)) if (!found.has(entry.name)) found.set(entry.name, entry);
  return [...found.values()];
}
