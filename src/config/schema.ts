import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { isDay } from '../model/day.ts';
import { SHIPPED_SCHEMA } from '../model/shipped-schema.ts';
import type {
  AssignmentDocument,
  ExceptionDocument,
  OrganizationDocument,
  PolicyDocument,
  ProfileDocument,
  TierDocument,
} from './schema.gen.ts';

/** A document whose shape the schema of its kind allows. */
export type RawDocument = OrganizationDocument | PolicyDocument | TierDocument | ProfileDocument | AssignmentDocument | ExceptionDocument;
export type Kind = RawDocument['kind'];

export const KINDS: readonly Kind[] = ['Organization', 'Policy', 'Tier', 'Profile', 'Assignment', 'Exception'];

export function isKind(text: unknown): text is Kind {
  return KINDS.some((kind) => kind === text);
}

const compiled = new Map<Kind, ValidateFunction<RawDocument>>();
const ajv = new Ajv2020({ ...SHIPPED_SCHEMA, allErrors: true, verbose: true });
ajv.addFormat('date', isDay);

/** The validator of a kind, from the shipped JSON Schema; read and compiled once in a process. */
export function validator(kind: Kind): ValidateFunction<RawDocument> {
  const known = compiled.get(kind);
  if (known !== undefined) return known;
  const url = new URL(`../../schemas/${kind.toLowerCase()}.schema.json`, import.meta.url);
  const validate = ajv.compile<RawDocument>(JSON.parse(readFileSync(url, 'utf8')));
  compiled.set(kind, validate);
  return validate;
}
