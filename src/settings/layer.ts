import { type Diagnostic, error } from '../model/diagnostic.ts';
import type { Place } from '../model/place.ts';

/** A path into the settings: `['http', 'port']`. */
export type Path = readonly string[];

export type Raw = { readonly [name: string]: unknown };

/** What a setting is called where it was given (`http.port`, `KIROSYNC_HTTP_PORT`, `--http-port`), and where in a file. */
export type Origin = { readonly name: string; readonly place: Place | null };

/** One source of settings. `base` is the folder that its relative paths start from. */
export type Layer = { readonly raw: Raw; readonly base: string; readonly origin: (path: Path) => Origin };

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path, undefined where there is none. */
export function valueAt(raw: Raw, path: Path): unknown {
  let value: unknown = raw;
  for (const name of path) value = isRaw(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** A copy with the value at the path. */
export function withValue(raw: Raw, path: Path, value: unknown): Raw {
  const [name, ...rest] = path;
  if (name === undefined) return raw;
  const inner = Object.hasOwn(raw, name) ? raw[name] : undefined;
  return { ...raw, [name]: rest.length === 0 ? value : withValue(isRaw(inner) ? inner : {}, rest, value) };
}

/** The lower layer overridden by the higher one, field by field; lists are replaced whole. */
export function merge(low: Raw, high: Raw): Raw {
  // A map, because assigning to a key called `__proto__` would set no key.
  const merged = new Map(Object.entries(low));
  for (const [name, value] of Object.entries(high)) {
    const below = merged.get(name);
    if (value !== undefined) merged.set(name, isRaw(below) && isRaw(value) ? merge(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** A problem with a setting, in the words of the layer that gave it. */
export function settingProblem(rule: string, origin: Origin, text: string): Diagnostic {
  const message = `${origin.name}: ${text}`;
  return origin.place === null ? { severity: 'error', rule, message } : error(rule, origin.place, message);
}
