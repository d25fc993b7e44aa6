import { quote } from '../model/quote.ts';
import { didYouMean } from '../model/suggest.ts';
import { chunks } from './chunk.ts';
import { pruned } from './prune.ts';
import { repeats } from './repeat.ts';
import { isKind, KINDS, type RawDocument, validator } from './schema.ts';
import { shapeProblems } from './shape.ts';
import { FIRST, type Problem, problem, type Spot, type SpotOf } from './spot.ts';
import { readYaml, type YamlDocument } from './yaml.ts';

/** A document of the right shape, or what is left of one without the fields that are wrong (a problem tells of each). */
export type Sound = { readonly raw: RawDocument; readonly spotOf: SpotOf };

/** What a document with errors at least says of itself, so that others that refer to it are not blamed. */
export type Claim = { readonly kind: string; readonly name: string | null } & Spot;

/** Everything that one file's content says, whatever the file is called. */
export type Blob = { readonly documents: readonly Sound[]; readonly claims: readonly Claim[]; readonly problems: readonly Problem[] };

/** Reads one file's content. A pure function of the bytes, so that it may be kept by their content id. Never throws. */
export function readBlob(content: Uint8Array): Blob {
  const decoded = decode(content);
  if (typeof decoded !== 'string') return { documents: [], claims: [], problems: [decoded] };
  const { text, problems: oversize } = chunks(decoded);
  const yaml = readYaml(text);
  const documents: Sound[] = [];
  const claims: Claim[] = [];
  const problems: Problem[] = [...oversize, ...yaml.problems];
  for (const document of yaml.documents) {
    const read = readDocument(document);
    problems.push(...read.problems);
    if (read.raw !== null) documents.push({ raw: read.raw, spotOf: document.spotOf });
    else claims.push(claimOf(document));
  }
  return { documents, claims, problems };
}

function readDocument({ value, sound, spotOf }: YamlDocument): { readonly raw: RawDocument | null; readonly problems: readonly Problem[] } {
  const bad = (found: readonly Problem[]) => ({ raw: null, problems: sound ? found : [] });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad([problem('not-a-mapping', spotOf([]), 'A document must be a mapping that begins with `kind:`.')]);
  }
  const kind = fieldOf(value, 'kind');
  if (kind === undefined) {
    return bad([problem('missing-kind', spotOf([]), `This document has no "kind"; it is one of ${KINDS.join(', ')}.`)]);
  }
  if (!isKind(kind)) {
    const told = typeof kind === 'string' ? quote(kind) : 'what stands here';
    const hint = (typeof kind === 'string' && didYouMean(kind, KINDS)) || `; the kinds are ${KINDS.join(', ')}.`;
    return bad([problem('unknown-kind', spotOf(['kind']), `There is no kind ${told}${hint}`)]);
  }
  const validate = validator(kind);
  if (validate(value)) return { raw: sound ? value : null, problems: sound ? repeats(value, spotOf) : [] };
  const errors = validate.errors ?? [];
  const rest = sound ? pruned(value, errors) : null;
  const raw = rest !== null && validate(rest) ? leniently(rest) : null;
  return { raw, problems: sound ? [...shapeProblems(errors, kind, spotOf), ...(raw === null ? [] : repeats(raw, spotOf))] : [] };
}

/** A misspelt `users` is told as such: that nobody is left then goes without saying. Such a document never takes effect. */
function leniently(raw: RawDocument): RawDocument {
  return raw.kind === 'Assignment' ? { ...raw, allowEmpty: true } : raw;
}

function claimOf({ value, spotOf }: YamlDocument): Claim {
  const kind = fieldOf(value, 'kind');
  const name = fieldOf(value, 'name');
  return { kind: typeof kind === 'string' ? kind : '', name: typeof name === 'string' ? name : null, ...spotOf([]) };
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
}

/** A byte order mark may begin every document (YAML 1.2.2, §5.2): files that were joined have some in the middle. */
function withoutMarks(text: string): string {
  return text.replace(/^\ufeff(?=---)/gm, '').replace(/^(---[ \t]*\r?\n)\ufeff/gm, '$1');
}

/** UTF-8 text without its byte order mark, or the problem with it. */
function decode(content: Uint8Array): string | Problem {
  try {
    return withoutMarks(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    const readable = new TextDecoder('utf-8').decode(content);
    const before = readable.slice(0, Math.max(0, readable.indexOf('\ufffd'))).split('\n');
    const at = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return problem('not-utf-8', content.length === 0 ? FIRST : at, 'This file is not UTF-8 text; save it as UTF-8.');
  }
}
