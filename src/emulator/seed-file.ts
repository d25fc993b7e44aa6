import { readFileSync } from 'node:fs';
import { isState, problems } from './control-schema.ts';
import type { State } from './state.ts';

export type SeedFile = { readonly ok: true; readonly state: State } | { readonly ok: false; readonly problems: readonly string[] };

/** Reads a state from a JSON file. @returns every problem in words when it cannot be read, is no JSON or breaks the schema. */
export const readSeedFile = (path: string): SeedFile => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  return isState(value) ? { ok: true, state: value } : { ok: false, problems: problems('state', value) };
};
