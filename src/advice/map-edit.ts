import { isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { type Edit, lineStart, nextLine } from './text-edit.ts';
import { Unwritable } from './unwritable.ts';

/** A mapping in a file. */
export type Mapping = { readonly text: string; readonly eol: string; readonly node: YAMLMap; readonly what: string };

/** The entry of a field, and where the field's name ends; null without one. */
export function field(node: YAMLMap, name: string): { readonly pair: Pair; readonly keyEnd: number } | null {
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === name);
  if (pair === undefined || !isScalar(pair.key)) return null;
  return { pair, keyEnd: pair.key.range?.[1] ?? 0 };
}

/** Where the last thing written in a node ends; comments behind it are not counted. */
function contentEnd(node: unknown): number {
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return contentEnd(node.items.at(-1));
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return last.value === null ? contentEnd(last.key) : contentEnd(last.value);
  }
  if ((isScalar(node) || isMap(node) || isSeq(node)) && node.range) return node.range[1];
  throw new Unwritable('a field is written with an alias');
}

/**
 * Adds a field behind the first of `after` that is there: as lines of its own in a block mapping, else inside the braces.
 * `block` are its lines without the mapping's own indentation, `flow` the same in one line. @throws Unwritable
 */
export function fieldEdit(
  mapping: Mapping,
  after: readonly string[],
  { block, flow }: { readonly block: readonly string[]; readonly flow: string },
): Edit {
  const { text, eol, node, what } = mapping;
  if (node.anchor !== undefined || node.tag !== undefined) throw new Unwritable(`${what} is written with an anchor or a tag`);
  const found = after.flatMap((name) => field(node, name) ?? [])[0]?.pair ?? node.items.at(-1);
  if (found === undefined) {
    const at = (node.range?.[0] ?? 0) + 1;
    return { start: at, end: at, text: ` ${flow} ` };
  }
  const end = contentEnd(found.value ?? found.key);
  if (node.flow === true) return { start: end, end, text: `, ${flow}` };
  const key = node.items[0]?.key;
  const start = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
  const indent = text.slice(lineStart(text, start), start);
  if (!/^ *$/.test(indent)) throw new Unwritable(`${what} shares its first line with something else`);
  // A block of text ends behind its line break.
  const at = text[end - 1] === '\n' ? end : nextLine(text, end);
  return { start: at, end: at, text: block.map((line) => `${indent}${line}${eol}`).join('') };
}
