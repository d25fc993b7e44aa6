import type { ErrorObject } from 'ajv/dist/2020.js';

/**
 * The value without the fields that a schema refused, so that what is left can still be checked against other
 * documents; null when leaving the field out would only make others look wrong (a seat, a list of people) or move the
 * entries of a list away from the indexes by which messages find their places.
 */
export function pruned(value: unknown, errors: readonly ErrorObject[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const error of errors) {
    const steps = error.instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (neutralised(copy, steps)) continue;
    if (error.keyword === 'required' || error.params['type'] === 'array' || isSeat(error)) return null;
    if (error.keyword === 'additionalProperties') steps.push(String(error.params['additionalProperty']));
    const field = steps.pop();
    const owner = follow(copy, steps);
    if (field === undefined || !isMapping(owner)) return null;
    Reflect.deleteProperty(owner, field);
  }
  return copy;
}

/** Entries of a Policy that no rule can find fault with; they keep the places of their neighbours. */
const NEUTRAL: Readonly<Record<string, (index: string) => object>> = {
  expect: () => ({ maxSeats: 1_000_000 }),
  budgets: (index) => ({ name: `entry ${index}`, monthlyUsd: 1_000_000 }),
};

/** Puts a faultless entry in the place of a faulty expectation or budget, so that the others are still checked. */
function neutralised(document: unknown, [list = '', index]: readonly string[]): boolean {
  const neutral = Object.hasOwn(NEUTRAL, list) ? NEUTRAL[list] : undefined;
  const entries = isMapping(document) ? Reflect.get(document, list) : null;
  if (neutral === undefined || index === undefined || !Array.isArray(entries)) return false;
  entries[Number(index)] = neutral(index);
  return true;
}

function isSeat(error: ErrorObject): boolean {
  return error.keyword === 'type' && /^\/seats\/[^/]+$/.test(error.instancePath);
}

function follow(value: unknown, steps: readonly string[]): unknown {
  let here = value;
  for (const step of steps) here = isMapping(here) ? Reflect.get(here, step) : null;
  return here;
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
