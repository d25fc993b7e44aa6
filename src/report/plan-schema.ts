import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { SHIPPED_SCHEMA } from '../model/shipped-schema.ts';

let compiled: ValidateFunction | null = null;

/** Reads and compiles the shipped schema of a plan, once; that is the whole job of this file. */
function validator(): ValidateFunction {
  const url = new URL('../../schemas/plan.schema.json', import.meta.url);
  compiled ??= new Ajv2020({ ...SHIPPED_SCHEMA, allowUnionTypes: true }).compile(JSON.parse(readFileSync(url, 'utf8')));
  return compiled;
}

/** The first reason why a value is no `kirosync.plan/v1`, or null when it is one. */
export function planFault(value: unknown): ErrorObject | null {
  const isPlan = validator();
  return isPlan(value) ? null : (isPlan.errors?.at(0) ?? null);
}
