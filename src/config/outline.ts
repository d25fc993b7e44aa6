import { isMap, isSeq, type ParsedNode } from 'yaml';
import type { Path } from './spot.ts';

/**
 * Where a node and its parts begin, as offsets into the text: all that is kept of the parser's nodes, which take many
 * times the memory of the text. A node without parts is a number.
 */
export type Outline = number | List | Mapping;

type List = { readonly start: number; readonly items: readonly Outline[] };
type Mapping = { readonly start: number; readonly entries: ReadonlyMap<string, Entry> };
type Entry = { readonly key: number; readonly value: Outline };

/** The outline of a document; nothing is inside an alias. Of repeated keys the first stays, as in `plain`. */
export function outline(node: ParsedNode | null): Outline {
  if (node === null) return 0;
  const start = node.range[0];
  if (isSeq(node)) return { start, items: node.items.map(outline) };
  if (!isMap(node)) return start;
  const entries = new Map<string, Entry>();
  for (const { key, value } of node.items) {
    const name = 'value' in key ? key.value : null;
    if (typeof name !== 'string' || entries.has(name)) continue;
    // A key alone in braces has no value: what is said of the value is said of the key.
    entries.set(name, { key: key.range[0], value: value === null ? key.range[0] : outline(value) });
  }
  return { start, entries };
}

/** Where the value at a path begins, or its key; the nearest enclosing one when there is none. */
export function startAt(root: Outline, path: Path, part?: 'key'): number {
  let found: Entry = { key: startOf(root), value: root };
  for (const step of path) {
    const next = child(found.value, step);
    if (next === null) break;
    found = next;
  }
  return part === 'key' ? found.key : startOf(found.value);
}

function child(node: Outline, step: string | number): Entry | null {
  if (typeof node === 'number') return null;
  if ('entries' in node) return node.entries.get(String(step)) ?? null;
  const value = node.items[Number(step)];
  return value === undefined ? null : { key: startOf(value), value };
}

function startOf(node: Outline): number {
  return typeof node === 'number' ? node : node.start;
}
