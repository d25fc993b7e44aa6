import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { UserError } from '../errors.ts';
import type { Live } from '../model/live.ts';
import { SHIPPED_SCHEMA } from '../model/shipped-schema.ts';

let compiled: ValidateFunction<Live> | null = null;

function validator(): ValidateFunction<Live> {
  if (compiled === null) {
    const ajv = new Ajv2020({ ...SHIPPED_SCHEMA, allErrors: false, allowUnionTypes: true });
    ajv.addFormat('instant', (text) => !Number.isNaN(Date.parse(text)));
    compiled = ajv.compile<Live>(JSON.parse(readFileSync(new URL('../../schemas/live.schema.json', import.meta.url), 'utf8')));
  }
  return compiled;
}

function fault(errors: readonly ErrorObject[] | null | undefined): string {
  const [first] = errors ?? [];
  return first === undefined
    ? 'it does not match its schema'
    : `${first.instancePath === '' ? 'the document' : first.instancePath} ${first.message}`;
}

function twice(ids: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return ids.find((id) => seen.size === seen.add(id).size);
}

/**
 * The live state in a recording made by `plan --record`.
 * @throws UserError when the text is no such recording: not JSON, another form, or an id twice in one list.
 */
export function recording(text: string, file: string): Live {
  const refuse = (why: string, cause?: unknown) =>
    new UserError(`The recording ${file} cannot be used: ${why}. Make one with \`kirosync plan --record ${file}\`.`, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refuse('it is not JSON', cause);
  }
  const validate = validator();
  if (!validate(value)) throw refuse(fault(validate.errors));
  const repeated =
    twice(value.users.map((user) => user.id)) ??
    twice(value.groups.map((group) => group.id)) ??
    twice(value.memberships.map((one) => one.id));
  if (repeated !== undefined) throw refuse(`the id ${repeated} is in it twice`);
  return value;
}
