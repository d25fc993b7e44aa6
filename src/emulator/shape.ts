import { invalid, ServiceError } from './service-error.ts';

/** The constraints of one input member, as the service models state them. */
export type Shape =
  | { readonly kind: 'string'; readonly min: number; readonly max: number; readonly pattern?: RegExp; readonly id?: true }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'document' }
  | { readonly kind: 'list'; readonly of: Shape; readonly min: number; readonly max: number }
  | { readonly kind: 'map'; readonly key: Shape; readonly of: Shape; readonly max: number }
  | Structure;

/** Members whose name ends in `*` are required. A union takes exactly one of its members. */
export type Structure = { readonly kind: 'structure'; readonly members: Readonly<Record<string, Shape>>; readonly union?: true };

export type Input = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Input => typeof value === 'object' && value !== null && !Array.isArray(value);

type Finding = { readonly value: unknown; readonly at: string; readonly constraint: string };
type Known = (id: string) => boolean;

const camel = (name: string): string => `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;

/** What the wire layer of the service answers, before any constraint is looked at. */
const malformed = (at: string, expected: string): ServiceError =>
  new ServiceError('com.amazon.coral.service#SerializationException', `Expected ${expected} at '${at}'`);

/** @returns nothing when the value keeps every constraint. @throws ServiceError with all findings at once, worded as the service words them. */
export const checkShape = (shape: Shape, value: unknown, known: Known): void => {
  const findings = [...check(shape, value, '', known)];
  if (findings.length === 0) return;
  const text = findings.map((f) => `Value ${quote(f.value)}at '${f.at}' failed to satisfy constraint: ${f.constraint}`).join('; ');
  throw invalid(`${findings.length} validation error${findings.length === 1 ? '' : 's'} detected: ${text}`);
};

const quote = (value: unknown): string =>
  value === undefined ? 'null ' : `'${typeof value === 'string' ? value : JSON.stringify(value)}' `;

function* check(shape: Shape, value: unknown, at: string, known: Known): Generator<Finding> {
  switch (shape.kind) {
    case 'string':
      if (typeof value !== 'string') throw malformed(at, 'a string');
      yield* checkText(shape, value, at, known);
      return;
    case 'enum':
      if (typeof value !== 'string') throw malformed(at, 'a string');
      if (!shape.values.includes(value))
        yield { value, at, constraint: `Member must satisfy enum value set: [${shape.values.join(', ')}]` };
      return;
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) throw malformed(at, 'an integer');
      if (value < shape.min) yield { value, at, constraint: `Member must have value greater than or equal to ${shape.min}` };
      if (value > shape.max) yield { value, at, constraint: `Member must have value less than or equal to ${shape.max}` };
      return;
    case 'boolean':
      if (typeof value !== 'boolean') throw malformed(at, 'a boolean');
      return;
    case 'document':
      return;
    case 'list':
      if (!Array.isArray(value)) throw malformed(at, 'a list');
      yield* checkLength(value.length, shape.min, shape.max, value, at);
      for (const [i, item] of value.entries()) yield* check(shape.of, item, `${at}.${i + 1}.member`, known);
      return;
    case 'map':
      if (!isRecord(value)) throw malformed(at, 'a map');
      yield* checkLength(Object.keys(value).length, 1, shape.max, value, at);
      for (const [key, item] of Object.entries(value)) {
        yield* check(shape.key, key, `${at}.key`, known);
        yield* check(shape.of, item, `${at}.${key}`, known);
      }
      return;
    case 'structure':
      if (!isRecord(value)) throw malformed(at === '' ? 'the request body' : at, 'a structure');
      yield* checkMembers(shape, value, at, known);
  }
}

function* checkText(shape: Extract<Shape, { kind: 'string' }>, value: string, at: string, known: Known): Generator<Finding> {
  // Ids that a seed brought along are good whatever they look like.
  if (shape.id && known(value)) return;
  const length = [...value].length;
  yield* checkLength(length, shape.min, shape.max, value, at);
  const whole = shape.pattern?.exec(value)?.[0] === value;
  if (shape.pattern !== undefined && length > 0 && !whole) {
    yield { value, at, constraint: `Member must satisfy regular expression pattern: ${shape.pattern.source}` };
  }
}

function* checkLength(length: number, min: number, max: number, value: unknown, at: string): Generator<Finding> {
  if (length < min) yield { value, at, constraint: `Member must have length greater than or equal to ${min}` };
  if (length > max) yield { value, at, constraint: `Member must have length less than or equal to ${max}` };
}

function* checkMembers(shape: Structure, value: Input, at: string, known: Known): Generator<Finding> {
  const given = Object.keys(shape.members).filter((name) => value[bare(name)] !== undefined && value[bare(name)] !== null);
  if (shape.union && given.length !== 1) throw invalid(`Exactly one member of the union at '${at}' must be set.`);
  for (const [name, member] of Object.entries(shape.members)) {
    const path = at === '' ? camel(bare(name)) : `${at}.${camel(bare(name))}`;
    if (given.includes(name)) yield* check(member, value[bare(name)], path, known);
    else if (name.endsWith('*')) yield { value: undefined, at: path, constraint: 'Member must not be null' };
  }
}

/** The value without the members that its shape does not know, at any depth: what the services keep of a request. */
export const keepKnown = (shape: Shape, value: unknown): unknown => {
  if (shape.kind === 'list' && Array.isArray(value)) return value.map((item) => keepKnown(shape.of, item));
  if (shape.kind !== 'structure' || !isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(shape.members).flatMap(([name, member]) => {
      const given = value[bare(name)];
      return given === undefined || given === null ? [] : [[bare(name), keepKnown(member, given)]];
    }),
  );
};

const bare = (name: string): string => name.replace(/\*$/u, '');
