import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatorRequest, EmulatorResponse } from '../../src/emulator/emulator.ts';

/** AWS's service models, as botocore ships them, and a check of responses against them. */

type Shape = {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly exception?: boolean;
};
type Operation = { readonly output?: { readonly shape: string }; readonly errors?: readonly { readonly shape: string }[] };
type Model = { readonly shapes: Readonly<Record<string, Shape>>; readonly operations: Readonly<Record<string, Operation>> };
export type Models = Readonly<Record<string, Model>>;

const DUMP = `
import gzip, json, os, sys, botocore
from botocore.loaders import Loader
loader = Loader()
print(json.dumps({"version": botocore.__version__, "models": {p: loader.load_service_model(s, "service-2") for p, s in
  (("AWSIdentityStore", "identitystore"), ("SWBExternalService", "sso-admin"))}}))
`;

let cached: Models | null | undefined;

/** The two models by X-Amz-Target prefix; null where python3 has no botocore. In CI that is an error. */
export const serviceModels = (): Models | null => {
  if (cached === undefined) cached = readModels();
  return cached;
};

const readModels = (): Models | null => {
  // One child process for a whole test run: test files run in several processes and share this file.
  const file = join(tmpdir(), `kirosync-service-models-${process.ppid}.json`);
  try {
    if (!existsSync(file)) {
      const own = `${file}.${process.pid}`;
      writeFileSync(
        own,
        execFileSync('python3', ['-c', DUMP], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] }),
      );
      renameSync(own, file);
    }
    return JSON.parse(readFileSync(file, 'utf8')).models;
  } catch (error) {
    if (process.env['CI'])
      throw new Error('python3 with botocore is required in CI: responses are checked against its service models.', { cause: error });
    console.warn('SKIPPED: responses are not checked against AWS service models, because python3 has no botocore.');
    return null;
  }
};

type Check = (request: EmulatorRequest, response: EmulatorResponse) => readonly string[];

/** @returns a function that lists what is wrong with a response; it finds nothing where botocore is absent. */
export const responseCheck = (): Check => {
  const models = serviceModels();
  return models === null ? () => [] : (request, response) => checkResponse(models, request, response);
};

/** Headers, status, error names and members, output shapes. */
export const checkResponse = (models: Models, request: EmulatorRequest, response: EmulatorResponse): readonly string[] => {
  const target = request.headers['x-amz-target'] ?? '';
  const [prefix = '', name = ''] = target.split('.');
  const model = models[prefix];
  const say = (text: string): string => `${target} ${response.status}: ${text}`;
  const found = response.headers['x-amzn-requestid'] === undefined ? [say('no x-amzn-RequestId')] : [];
  const operation = model?.operations[name];
  if (model === undefined || operation === undefined || response.headers['content-type'] === 'text/html') return found;
  const body: unknown = JSON.parse(response.body);
  if (response.status !== 200) return [...found, ...checkError(model, operation, response.status, body).map(say)];
  const shape = operation.output?.shape;
  return shape === undefined ? found : [...found, ...[...walk(model, shape, body, name)].map(say)];
};

/** Errors of the front door, which no model declares. */
const COMMON = [
  'ExpiredTokenException',
  'MissingAuthenticationTokenException',
  'InvalidSignatureException',
  'IncompleteSignatureException',
];

const checkError = (model: Model, operation: Operation, status: number, body: unknown): readonly string[] => {
  const said = isRecord(body) ? String(body['__type']) : 'no __type';
  // A name may come with its namespace; clients look at what follows the `#`.
  const type = said.startsWith('com.amazon.coral.service#') ? said : said.slice(said.indexOf('#') + 1);
  const expected = type === 'InternalServerException' ? 500 : type === 'NotImplementedByEmulator' ? 501 : 400;
  const found = status === expected ? [] : [`${type} with status ${status}`];
  if (type.startsWith('com.amazon.coral.service#') || type === 'NotImplementedByEmulator' || COMMON.includes(type) || !isRecord(body))
    return found;
  if (!operation.errors?.some((e) => e.shape === type)) return [...found, `does not declare ${type}`];
  const { __type: _type, ...members } = body;
  return [...found, ...walk(model, type, members, type)];
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (v) => typeof v === 'string',
  boolean: (v) => typeof v === 'boolean',
  integer: (v) => Number.isInteger(v),
  long: (v) => Number.isInteger(v),
  timestamp: (v) => typeof v === 'number' && v > 1e9 && v < 1e10,
  list: Array.isArray,
  map: isRecord,
  structure: isRecord,
};

function* walk(model: Model, name: string, value: unknown, at: string): Generator<string> {
  const shape = model.shapes[name];
  if (shape === undefined) throw new Error(`the model has no shape ${name}`);
  if (shape.document) return;
  if (!TYPES[shape.type]?.(value)) {
    yield `${at} is not a ${shape.type} but ${JSON.stringify(value)}`;
    return;
  }
  yield* bounds(shape, value, at);
  if (isRecord(value) && shape.type === 'structure') yield* members(model, shape, value, at);
  if (isRecord(value) && shape.type === 'map' && shape.value)
    for (const [k, v] of Object.entries(value)) yield* walk(model, shape.value.shape, v, `${at}.${k}`);
  if (Array.isArray(value) && shape.member) for (const [i, v] of value.entries()) yield* walk(model, shape.member.shape, v, `${at}[${i}]`);
}

function* bounds(shape: Shape, value: unknown, at: string): Generator<string> {
  if (shape.enum && !shape.enum.includes(String(value))) yield `${at} is none of ${shape.enum.join(', ')}: ${String(value)}`;
  const size =
    typeof value === 'string' || Array.isArray(value)
      ? value.length
      : typeof value === 'number' && shape.type !== 'timestamp'
        ? value
        : null;
  if (size !== null && (size < (shape.min ?? Number.NEGATIVE_INFINITY) || size > (shape.max ?? Number.POSITIVE_INFINITY)))
    yield `${at} has size ${size}, not ${shape.min} to ${shape.max}`;
  if (shape.pattern && typeof value === 'string' && !patternOf(shape.pattern).test(value))
    yield `${at} does not match ${shape.pattern}: ${value}`;
}

const patterns = new Map<string, RegExp>();

/** Anchored; a lone hyphen after a range is a literal in Java and an error in JavaScript's `u` mode. */
const patternOf = (source: string): RegExp => {
  const known =
    patterns.get(source) ?? new RegExp(`^(?:${source.replaceAll('9-.', '9\\-.').replaceAll('9-/', '9\\-/').replaceAll('\\b', '')})$`, 'u');
  patterns.set(source, known);
  return known;
};

function* members(model: Model, shape: Shape, value: Record<string, unknown>, at: string): Generator<string> {
  for (const name of shape.required ?? []) if (value[name] === undefined || value[name] === null) yield `${at}.${name} is missing`;
  for (const [name, item] of Object.entries(value)) {
    const member = shape.members?.[name];
    if (member === undefined) yield `${at}.${name} is no member of the model`;
    else yield* walk(model, member.shape, item, `${at}.${name}`);
  }
  if (shape.union && Object.keys(value).length !== 1) yield `${at} is a union with ${Object.keys(value).length} members`;
}
