import type { ErrorObject } from 'ajv/dist/2020.js';
import { quote } from '../model/quote.ts';
import { didYouMean } from '../model/suggest.ts';
import { type Path, type Problem, problem, type SpotOf } from './spot.ts';

type Fault = { readonly error: ErrorObject; readonly path: Path; readonly kind: string; readonly spotOf: SpotOf };

/**
 * What the schema of a kind found wrong, one problem an error, in words of the document. A broken form
 * ("user or group, not both") is told only where nothing else is wrong with the same part.
 */
export function shapeProblems(errors: readonly ErrorObject[], kind: string, spotOf: SpotOf): readonly Problem[] {
  const told = errors.filter((error) => !/\/oneOf\/\d/.test(error.schemaPath));
  const plainly = new Set(told.filter((error) => !isForm(error)).map((error) => error.instancePath));
  return told
    .filter((error) => !isForm(error) || !plainly.has(error.instancePath))
    .map((error) => described({ error, path: pathOf(error.instancePath), kind, spotOf }));
}

function isForm(error: ErrorObject): boolean {
  return error.keyword === 'oneOf' || error.keyword === 'not';
}

function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function described(fault: Fault): Problem {
  const { error, path, spotOf } = fault;
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(fault, text(error.params['additionalProperty']));
    case 'required':
      return problem(
        'missing-field',
        spotOf(path),
        `${subject(fault)} has no ${quote(text(error.params['missingProperty']))}, which is required.`,
      );
    case 'type':
      return problem('wrong-type', spotOf(path), `${subject(fault)} must be ${typeName(error.params['type'])}, and is ${foundType(fault)}`);
    case 'enum':
    case 'const':
      return problem('wrong-value', spotOf(path), wrongValue(fault));
    case 'oneOf':
    case 'not':
      return problem('wrong-form', spotOf(path), `${subject(fault)} does not fit together. ${description(error) ?? 'See its schema.'}`);
    default:
      return problem('wrong-value', spotOf(path), `${subject(fault)} ${bound(error)}`);
  }
}

function unknownField(fault: Fault, field: string): Problem {
  const known = Object.keys(record(record(fault.error.parentSchema)['properties'])).filter((name) => name !== 'kind');
  const hint = didYouMean(field, known) || `; its fields are ${known.join(', ')}.`;
  return problem('unknown-field', fault.spotOf([...fault.path, field], 'key'), `${subject(fault)} has no field ${quote(field)}${hint}`);
}

function wrongValue({ error, path, kind }: Fault): string {
  const allowed = error.keyword === 'const' ? [error.params['allowedValue']] : list(error.params['allowedValues']);
  const hint = typeof error.data === 'string' ? didYouMean(error.data, allowed.map(text)) : '';
  const among = allowed.length > 1 ? `one of ${allowed.map(text).join(', ')}` : allowed.map(text).join('');
  return `${where(path, kind)} must be ${among}, and is ${shown(error.data)}${hint || '.'}`;
}

/** The sentence's end for text, number and list bounds. */
function bound(error: ErrorObject): string {
  switch (error.keyword) {
    case 'format':
      return `must be a day of the calendar, written YYYY-MM-DD, and is ${shown(error.data)}.`;
    case 'minLength':
    case 'minItems':
      return 'must not be empty.';
    case 'maxLength':
      return `must have at most ${text(error.params['limit'])} characters.`;
    case 'minimum':
      return `must be at least ${text(error.params['limit'])}, and is ${shown(error.data)}.`;
    case 'maximum':
      return `must be at most ${text(error.params['limit'])}, and is ${shown(error.data)}.`;
    default: {
      const meaning = description(error);
      return `cannot be ${shown(error.data)}${meaning === null ? '.' : `; it is this: ${meaning}`}`;
    }
  }
}

function foundType({ error, path }: Fault): string {
  const { data } = error;
  if (data === null || data === undefined) return 'empty; fill it in or leave the field out.';
  const wantsText = error.params['type'] === 'string' && (typeof data === 'number' || typeof data === 'boolean');
  const name = Array.isArray(data) ? 'a list' : typeName(typeof data);
  const shownAs = wantsText ? `${name}; put ${path.at(-1) === 'account' ? 'all 12 digits' : 'it'} in quotes.` : `${name}.`;
  return typeof data === 'object' ? shownAs : `${shown(data)}, ${shownAs}`;
}

function typeName(type: unknown): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
  };
  return names[text(type)] ?? text(type);
}

function subject({ path, kind }: Fault): string {
  return where(path, kind);
}

/** `This Assignment`, `"exclude.users[2]"`. */
function where(path: Path, kind: string): string {
  if (path.length === 0) return `This ${kind}`;
  const name = path.map((step) => (/^\d{1,6}$/.test(String(step)) ? `[${step}]` : `.${step}`)).join('');
  return quote(name.replace(/^\./, ''));
}

function shown(data: unknown): string {
  if (typeof data === 'string') return quote(data);
  return typeof data === 'object' && data !== null ? (Array.isArray(data) ? 'a list' : 'a mapping') : String(data);
}

function description(error: ErrorObject): string | null {
  const told = record(error.parentSchema)['description'];
  return typeof told === 'string' ? told : null;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  // A schema node is an object by construction; its fields stay unknown.
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return String(value);
}
