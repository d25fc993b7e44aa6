import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { State } from './state.ts';
import { contradictions } from './state-check.ts';

/** One schema a control body, shipped in `schemas/emulator/`. */
export type SchemaName = 'reset' | 'faults' | 'clock' | 'limits' | 'subscribe' | 'unsubscribe' | 'outsider' | 'scim' | 'seats' | 'state';

const text = (name: SchemaName): unknown =>
  JSON.parse(readFileSync(new URL(`../../schemas/emulator/${name}.schema.json`, import.meta.url), 'utf8'));

const ajv = new Ajv2020({ allErrors: true, discriminator: true, allowUnionTypes: true });
let loaded = false;

const validator = (name: SchemaName): ValidateFunction => {
  if (!loaded) {
    // `reset` refers to `state`.
    ajv.addSchema([text('state'), text('reset')].map(toSchema));
    loaded = true;
  }
  return ajv.getSchema(`kirosync/emulator/${name}.schema.json`) ?? ajv.compile(toSchema(text(name)));
};

const toSchema = (value: unknown): object => {
  if (typeof value !== 'object' || value === null) throw new Error('a shipped schema is not an object');
  return value;
};

/** The actions of a body that is one of several. */
const actionsOf = (name: SchemaName): readonly string[] => {
  const { oneOf } = Object(text(name));
  return Array.isArray(oneOf) ? oneOf.map((each) => String(Object(Object(Object(each).properties).action).const)) : [];
};

const sentence = (error: ErrorObject, name: SchemaName): string => {
  const at = error.instancePath === '' ? 'the body' : error.instancePath;
  const { additionalProperty, allowedValues } = error.params;
  if (error.keyword === 'discriminator') return `${at} needs an action, one of ${actionsOf(name).join(', ')}`;
  if (typeof additionalProperty === 'string') return `${at} has no field '${additionalProperty}'`;
  if (Array.isArray(allowedValues)) return `${at} must be one of ${allowedValues.join(', ')}`;
  return `${at} ${error.message ?? 'is wrong'}`;
};

/** Every problem of a control body in words; none when it is good. */
export const problems = (name: SchemaName, body: unknown): readonly string[] => {
  const validate = validator(name);
  if (!validate(body)) return (validate.errors ?? []).map((error) => sentence(error, name));
  const state = name === 'state' ? body : name === 'reset' ? Reflect.get(Object(body), 'seed') : undefined;
  // The schema has just accepted it.
  return typeof state === 'object' && state !== null ? contradictions(state as State) : [];
};

/** True for a state that can be loaded. */
export const isState = (value: unknown): value is State => problems('state', value).length === 0;
