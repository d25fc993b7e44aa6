import { isScalar, type YAMLSeq } from 'yaml';
import { type Ranged, scalarRange, scalarText } from './scalar.ts';
import { type Edit, lineStart, nextLine } from './text-edit.ts';
import { Unwritable } from './unwritable.ts';

/** A name to be written; `source` is how it was written where it comes from, `comment` what stood behind it there. */
export type Entry = { readonly name: string; readonly source: string | null; readonly comment: string };

/** A list of names in a file. `key` is where its field's name ends. */
export type NameList = {
  readonly text: string;
  readonly eol: string;
  readonly node: YAMLSeq;
  readonly keyEnd: number;
  readonly what: string;
};

type Item = { readonly value: string; readonly range: Ranged };

function itemsOf({ node, what }: NameList): readonly Item[] {
  if (node.anchor !== undefined || node.tag !== undefined) throw new Unwritable(`${what} is written with an anchor or a tag`);
  return node.items.map((item) => {
    const range = scalarRange(item, `an entry of ${what}`);
    return { value: isScalar(item) ? String(item.value) : '', range };
  });
}

/** How an entry reads in a list: quotes are kept, plain text only where it is safe. */
export function entryText({ name, source }: Entry): string {
  return source !== null && /^["']/.test(source) && !source.includes('\n') ? source : scalarText(name);
}

/** What stands in the list under these names, with its quotes and the comment behind it. */
export function entriesOf(list: NameList, names: ReadonlySet<string>): readonly Entry[] {
  return itemsOf(list)
    .filter(({ value }) => names.has(value))
    .map(({ value, range: [start, end] }) => {
      const rest = list.text.slice(end, nextLine(list.text, end)).trim();
      const comment = list.node.flow !== true && rest.startsWith('#') ? rest : '';
      return { name: value, source: list.text.slice(start, end), comment };
    });
}

/** The entry after which a new one belongs: by the alphabet in a sorted list, else the last one; -1 for the first place. */
function place(values: readonly string[], name: string): number {
  const isSorted = values.every((value, i) => i === 0 || (values[i - 1] ?? '') <= value);
  if (!isSorted) return values.length - 1;
  return values.findLastIndex((value) => value <= name);
}

/** Takes names out of a list and puts entries in. Only the lines concerned change. @throws Unwritable */
export function listEdits(list: NameList, remove: ReadonlySet<string>, add: readonly Entry[]): readonly Edit[] {
  const items = itemsOf(list);
  const isKept = items.map(({ value }) => !remove.has(value));
  const sorted = [...add].sort((a, b) => (a.name < b.name ? -1 : 1));
  return list.node.flow === true ? flowEdits(list, items, isKept, sorted) : blockEdits(list, items, isKept, sorted);
}

/** Where the comment lines directly above a line begin; the line's own start without any. */
function commentAbove(text: string, start: number): number {
  if (start === 0) return start;
  const above = lineStart(text, start - 1);
  return /^[ \t]*#/.test(text.slice(above, start)) ? commentAbove(text, above) : start;
}

function blockEdits(list: NameList, items: readonly Item[], isKept: readonly boolean[], add: readonly Entry[]): readonly Edit[] {
  const { text, eol, keyEnd, what } = list;
  const lines = items.map(({ range: [start, end] }) => {
    const first = lineStart(text, start);
    if (!/^[ \t]*-[ \t]+$/.test(text.slice(first, start))) throw new Unwritable(`${what} has an entry that shares its line`);
    return { start: first, end: nextLine(text, end), prefix: text.slice(first, start) };
  });
  const [first] = lines;
  if (first === undefined) throw new Unwritable(`${what} is empty`);
  const removed = lines.filter((_, i) => isKept[i] !== true);
  // Whether it speaks of the one name or heads several, only a person can tell.
  if (removed.some(({ start }) => commentAbove(text, start) < start))
    throw new Unwritable(`a comment stands on a line of its own above the name in ${what}; move both by hand`);
  const removals = removed.map(({ start, end }) => ({ start, end, text: '' }));
  const values = items.map(({ value }) => value);
  const insertions = add.map((entry) => {
    const line = lines[place(values, entry.name)];
    const at = line?.end ?? commentAbove(text, first.start);
    return {
      start: at,
      end: at,
      text: `${(line ?? first).prefix}${entryText(entry)}${entry.comment === '' ? '' : ` ${entry.comment}`}${eol}`,
    };
  });
  const colon = text.indexOf(':', keyEnd);
  const empty = isKept.includes(true) || add.length > 0 ? [] : [{ start: colon + 1, end: colon + 1, text: ' []' }];
  return [...empty, ...removals, ...insertions];
}

function flowEdits(list: NameList, items: readonly Item[], isKept: readonly boolean[], add: readonly Entry[]): readonly Edit[] {
  if (add.some((entry) => entry.comment !== '')) throw new Unwritable(`the comment behind a name has no place in ${list.what}`);
  const [open = 0] = list.node.range ?? [];
  const texts = add.map(entryText);
  const kept = items.filter((_, i) => isKept[i] === true);
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return [{ start: open + 1, end: open + 1, text: texts.join(', ') }];
  const [firstKept] = kept;
  if (firstKept === undefined) {
    const comma = /^\s*,/.exec(list.text.slice(last.range[1]))?.[0] ?? '';
    return [{ start: first.range[0], end: last.range[1] + (texts.length === 0 ? comma.length : 0), text: texts.join(', ') }];
  }
  const values = kept.map(({ value }) => value);
  const insertions = add.map((entry, i): Edit => {
    const before = kept[place(values, entry.name)];
    const written = texts[i] ?? '';
    if (before === undefined) return { start: firstKept.range[0], end: firstKept.range[0], text: `${written}, ` };
    return behind(list, before, written);
  });
  return [...insertions, ...flowRemovals(items, isKept)];
}

/** On a line of its own where the entries have lines of their own. */
function behind({ text, eol }: NameList, { range: [start, end] }: Item, written: string): Edit {
  const first = lineStart(text, start);
  const indent = text.slice(first, start);
  const rest = text.slice(end, nextLine(text, end)).trim();
  const alone = /^[ \t]*$/.test(indent) && /^,?$/.test(rest);
  return { start: end, end, text: alone ? `,${eol}${indent}${written}` : `, ${written}` };
}

/** With the comma behind it, or, at the end of the list, with the comma before it. */
function flowRemovals(items: readonly Item[], isKept: readonly boolean[]): readonly Edit[] {
  const lastKept = isKept.lastIndexOf(true);
  const inner = items.flatMap(({ range: [start] }, i) => {
    const next = items[i + 1];
    return isKept[i] === true || i > lastKept || next === undefined ? [] : [{ start, end: next.range[0], text: '' }];
  });
  const [anchor, last] = [items[lastKept], items.at(-1)];
  const tail =
    anchor === undefined || last === undefined || lastKept === items.length - 1
      ? []
      : [{ start: anchor.range[1], end: last.range[1], text: '' }];
  return [...inner, ...tail];
}
