import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });

/** Reads and compiles the shipped schema of a plan, once; that is the whole job of this file. */
const isPlan = ajv.compile(JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8')));

/** The first reason why a value is no `kirosync.plan/v1`, or null when it is one. */
export function planFault(value: unknown): ErrorObject | null {
  return isPlan(value) ? null : (isPlan.errors?.at(0) ?? null);
}
