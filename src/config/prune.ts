import type { ErrorObject } from 'ajv/dist/2020.js';

/**
 * The value without the fields that a schema refused, so that what is left can still be checked against other
 * documents; null when leaving the field out would only make others look wrong (a seat, a list of people) or move the
 * entries of a list away from the indexes by which messages find their places.
 */
export function pruned(value: unknown, errors: readonly ErrorObject[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const error of errors) {
    if (error.keyword === 'required' || error.params['type'] === 'array' || isSeat(error)) return null;
    const steps = error.instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    if (error.keyword === 'additionalProperties') steps.push(String(error.params['additionalProperty']));
    const field = steps.pop();
    const owner = follow(copy, steps);
    if (field === undefined || !isMapping(owner)) return null;
    Reflect.deleteProperty(owner, field);
  }
  return copy;
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
