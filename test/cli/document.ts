import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';

const schemas = new URL('../../schemas/', import.meta.url);

const ajv = new Ajv2020({ strict: false, allErrors: true, discriminator: true });
formats.default.default(ajv);
for (const name of readdirSync(schemas).filter((file) => file.endsWith('.json')))
  ajv.addSchema(JSON.parse(readFileSync(new URL(name, schemas), 'utf8')));

/** The JSON document in the text. @throws Error with every place where it breaks `schemas/<name>.schema.json`. */
export function matches(name: string, text: string): unknown {
  const document: unknown = JSON.parse(text);
  const validate = ajv.getSchema(`kirosync/${name}.schema.json`);
  if (validate === undefined) throw new Error(`There is no schema ${name}.`);
  if (validate(document) !== true) throw new Error(ajv.errorsText(validate.errors, { separator: '\n' }));
  return document;
}
