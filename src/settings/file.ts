import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isSeq, Lexer, LineCounter, Parser, parseDocument } from 'yaml';
import { type Diagnostic, error } from '../model/diagnostic.ts';
import type { Place } from '../model/place.ts';
import { isRaw, type Layer, type Path, type Raw } from './layer.ts';

/**
 * Open lists and mappings at which reading ends. Composing recurses, and V8 ends the process when it has to compile a
 * regular expression on a stack that is nearly full.
 */
const MOST_OPEN = 200;
const TOO_DEEP = 'The settings file nests lists or mappings too deeply to be read; write it flatter.';

/** The settings of a YAML (or JSON) file; problems name line and column. An empty file sets nothing. */
export function fileLayer(file: string, cwd: string): { readonly layer: Layer; readonly problems: readonly Diagnostic[] } {
  const full = resolve(cwd, file);
  const text = readText(full);
  const lines = new LineCounter();
  const deep = isDeep(text ?? '');
  // Keys that are lists or mappings are errors: told as warnings, they would show what is in them.
  const options = { version: '1.2', schema: 'core', uniqueKeys: true, stringKeys: true, lineCounter: lines, prettyErrors: false } as const;
  const doc = parseDocument(deep ? '' : (text ?? ''), options);
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { raw, problems } = deep ? { raw: {}, problems: [error('settings-file', place(0), TOO_DEEP)] } : content(doc, text, file, place);
  const origin: Layer['origin'] = (path) => ({ name: path.join('.') || 'settings', place: place(offsetOf(doc, path)) });
  return { layer: { raw, base: dirname(full), origin }, problems };
}

/** Tells so without composing anything; also of lists too long for the parser, which hands them on as arguments. */
function isDeep(text: string): boolean {
  const parser = new Parser();
  try {
    for (const lexeme of new Lexer().lex(text)) {
      for (const _token of parser.next(lexeme)); // only how many are open is looked at
      if (parser.stack.length > MOST_OPEN) return true;
    }
    for (const _token of parser.end());
    return false;
  } catch (cause) {
    if (cause instanceof RangeError) return true;
    throw cause;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function content(
  doc: Document.Parsed,
  text: string | null,
  file: string,
  place: (offset: number) => Place,
): { readonly raw: Raw; readonly problems: readonly Diagnostic[] } {
  const failed = (message: string, at = place(0)) => ({ raw: {}, problems: [error('settings-file', at, message)] });
  if (text === null) return failed(`The settings file ${file} cannot be read; check --settings or KIROSYNC_SETTINGS.`);
  if (doc.errors.length > 0)
    return { raw: {}, problems: doc.errors.map((each) => error('yaml', place(each.pos[0]), sentenceOf(each.message))) };
  const value = plain(doc);
  if (value === null) return { raw: {}, problems: [] };
  return isRaw(value) ? { raw: value, problems: [] } : failed('The settings file must be one YAML mapping.');
}

/** The document as plain data; undefined when its aliases run away. */
function plain(doc: Document.Parsed): unknown {
  try {
    const value: unknown = doc.toJS({ maxAliasCount: 100 });
    return value ?? null;
  } catch {
    return undefined;
  }
}

function sentenceOf(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** Where a setting's name stands, or the nearest enclosing one. */
function offsetOf(doc: Document.Parsed, path: Path): number {
  let node: unknown = doc.contents;
  let offset = doc.contents?.range?.[0] ?? 0;
  for (const name of path) {
    if (isSeq(node)) {
      node = node.items[Number(name)];
      offset = isNode(node) ? (node.range?.[0] ?? offset) : offset;
      continue;
    }
    const pair = isMap(node) ? node.items.find((item) => (isNode(item.key) ? item.key.toJSON() : item.key) === name) : undefined;
    if (pair === undefined) break;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
