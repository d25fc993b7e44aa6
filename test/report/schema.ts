import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });

function compiled(name: string) {
  return ajv.compile(JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8')));
}

const SCHEMAS = { plan: compiled('plan'), drift: compiled('drift') };

/** Every way in which a value does not fit the published schema, as `/path message`. */
export function schemaFaults(name: keyof typeof SCHEMAS, value: unknown): string[] {
  const fits = SCHEMAS[name];
  fits(value);
  return (fits.errors ?? []).map((fault) => `${fault.instancePath} ${fault.message}`);
}
