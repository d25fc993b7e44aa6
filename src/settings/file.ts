import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { type Diagnostic, error } from '../model/diagnostic.ts';
import type { Place } from '../model/place.ts';
import { isRaw, type Layer, type Path, type Raw } from './layer.ts';

/** The settings of a YAML (or JSON) file; problems name line and column. An empty file sets nothing. */
export function fileLayer(file: string, cwd: string): { readonly layer: Layer; readonly problems: readonly Diagnostic[] } {
  const full = resolve(cwd, file);
  const text = readText(full);
  const lines = new LineCounter();
  const doc = parseDocument(text ?? '', { version: '1.2', schema: 'core', uniqueKeys: true, lineCounter: lines, prettyErrors: false });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const { raw, problems } = content(doc, text, file, place);
  const origin: Layer['origin'] = (path) => ({ name: path.join('.') || 'settings', place: place(offsetOf(doc, path)) });
  return { layer: { raw, base: dirname(full), origin }, problems };
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
    const pair = isMap(node) ? node.items.find((item) => (isNode(item.key) ? item.key.toJSON() : item.key) === name) : undefined;
    if (pair === undefined) break;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
