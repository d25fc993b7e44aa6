import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostic } from '../model/diagnostic.ts';
import { SHIPPED_SCHEMA } from '../model/shipped-schema.ts';
import { didYouMean } from '../model/suggest.ts';
import { type Layer, type Path, settingProblem } from './layer.ts';

let compiled: ValidateFunction | null = null;

function validator(): ValidateFunction {
  const url = new URL('../../schemas/settings.schema.json', import.meta.url);
  // `verbose` gives an error the schema that it broke, from which the message is made.
  const options = { ...SHIPPED_SCHEMA, allErrors: true, verbose: true, allowUnionTypes: true };
  compiled ??= new Ajv2020(options).compile(JSON.parse(readFileSync(url, 'utf8')));
  return compiled;
}

/** Every way in which a layer does not match `schemas/settings.schema.json`. Values are never repeated: they may be secret. */
export function schemaProblems(layer: Layer): readonly Diagnostic[] {
  if (Object.keys(layer.raw).length === 0) return [];
  const validate = validator();
  if (validate(layer.raw)) return [];
  return (validate.errors ?? []).map((each) => {
    const path = pathOf(each);
    const rule = each.keyword === 'additionalProperties' ? 'unknown-setting' : 'wrong-setting';
    return settingProblem(rule, layer.origin(path), sentenceFor(each, path));
  });
}

function pathOf(problem: ErrorObject): Path {
  const names = problem.instancePath
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  const unknown: unknown = problem.params['additionalProperty'];
  return typeof unknown === 'string' ? [...names, unknown] : names;
}

function sentenceFor(problem: ErrorObject, path: Path): string {
  if (problem.keyword === 'additionalProperties') {
    const known = Object.keys(problem.parentSchema?.['properties'] ?? {});
    return `There is no such setting${didYouMean(path.at(-1) ?? '', known) || '.'}`;
  }
  if (problem.keyword === 'enum' && Array.isArray(problem.schema)) return `The value must be one of ${problem.schema.join(', ')}.`;
  if (problem.keyword === 'pattern') return 'The value must look like arn:aws:iam::111122223333:role/kirosync.';
  if (problem.keyword === 'type') return `The value must be ${[problem.schema].flat().map(wordFor).join(' or ')}.`;
  return `The value ${problem.message ?? 'is wrong'}.`;
}

function wordFor(type: unknown): string {
  const words = new Map([
    ['string', 'text'],
    ['integer', 'a whole number'],
    ['number', 'a number'],
    ['boolean', 'true or false'],
    ['array', 'a list'],
    ['object', 'a mapping'],
  ]);
  return words.get(String(type)) ?? String(type);
}
