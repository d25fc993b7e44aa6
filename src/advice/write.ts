import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { Month } from '../model/day.ts';
import { type AssignmentFile, documentOf } from './assignment-document.ts';
import type { AssignmentDraft, NewAssignment, Newcomer } from './draft.ts';
import { type Entry, entriesOf, entryText, listEdits, type NameList } from './list-edit.ts';
import { field, fieldEdit } from './map-edit.ts';
import { inPlaceOf, scalarRange, scalarText } from './scalar.ts';
import type { Edit } from './text-edit.ts';
import { Unwritable } from './unwritable.ts';

/** Finds how a name was written where it comes from. */
export type FindEntry = (newcomer: Newcomer) => Entry;

function listIn({ text, eol }: AssignmentFile, map: YAMLMap, name: string, what: string): NameList | null {
  const found = field(map, name);
  if (found === null) return null;
  if (!isSeq(found.pair.value)) throw new Unwritable(`${what} is written with an alias`);
  return { text, eol, node: found.pair.value, keyEnd: found.keyEnd, what };
}

/** The names that stand in an assignment's `users`, as they are written there. */
export function writtenUsers(file: AssignmentFile, assignment: string, names: ReadonlySet<string>): readonly Entry[] {
  const list = listIn(file, documentOf(file, assignment), 'users', `\`users\` of assignment ${assignment}`);
  return list === null ? [] : entriesOf(list, names);
}

function newList(name: string, entries: readonly Entry[]): { readonly block: readonly string[]; readonly flow: string } {
  const lines = entries.map((entry) => `  - ${entryText(entry)}${entry.comment === '' ? '' : ` ${entry.comment}`}`);
  return { block: [`${name}:`, ...lines], flow: `${name}: [${entries.map(entryText).join(', ')}]` };
}

function excludeEdits(file: AssignmentFile, map: YAMLMap, draft: AssignmentDraft): readonly Edit[] {
  if (draft.exclude.size === 0) return [];
  const what = `\`exclude\` of assignment ${draft.assignment.name}`;
  const entries = [...draft.exclude].sort().map((name): Entry => ({ name, source: null, comment: '' }));
  const users = newList('users', entries);
  const found = field(map, 'exclude');
  if (found === null) {
    const block = ['exclude:', ...users.block.map((line) => `  ${line}`)];
    return [fieldEdit({ ...file, node: map, what }, ['users', 'groups', 'tier'], { block, flow: `exclude: { ${users.flow} }` })];
  }
  const inside = found.pair.value;
  if (!isMap(inside)) throw new Unwritable(`${what} is written with an alias`);
  const list = listIn(file, inside, 'users', what);
  if (list !== null) return listEdits(list, new Set(), entries);
  return [fieldEdit({ ...file, node: inside, what }, ['groups'], users)];
}

/** The edits of one assignment that is there. @throws Unwritable */
export function assignmentEdits(file: AssignmentFile, draft: AssignmentDraft, find: FindEntry): readonly Edit[] {
  const map = documentOf(file, draft.assignment.name);
  const edits: Edit[] = [];
  if (draft.tier !== null) {
    const value = field(map, 'tier')?.pair.value;
    const [start, end] = scalarRange(value, `\`tier\` of assignment ${draft.assignment.name}`);
    edits.push({ start, end, text: inPlaceOf(file.text.slice(start, end), draft.tier) });
  }
  const what = `\`users\` of assignment ${draft.assignment.name}`;
  const add = draft.add.map(find);
  if (add.length > 0 || draft.remove.size > 0) {
    const list = listIn(file, map, 'users', what);
    if (list !== null && (list.node.items.length > 0 || list.node.flow === true)) edits.push(...listEdits(list, draft.remove, add));
    else if (add.length > 0) edits.push(fieldEdit({ ...file, node: map, what }, ['groups', 'tier'], newList('users', add)));
  }
  return [...edits, ...excludeEdits(file, map, draft)];
}

function fieldLine(name: string, value: string | null): readonly string[] {
  return value === null ? [] : [`${name}: ${scalarText(value)}`];
}

/** A new Assignment document, in lines: who is moved, the days, owner, cost center and excluded groups of the one it is made from. */
export function newAssignmentLines({ source, tier, name, users }: NewAssignment, month: Month, find: FindEntry): readonly string[] {
  const entries = users.map(find).sort((a, b) => (a.name < b.name ? -1 : 1));
  const groups = source.exclude.groups.map((group): Entry => ({ name: group.name, source: null, comment: '' }));
  return [
    '---',
    'kind: Assignment',
    `name: ${scalarText(name)}`,
    `profile: ${scalarText(source.profile)}`,
    `tier: ${scalarText(tier)}`,
    ...newList('users', entries).block,
    ...(groups.length === 0 ? [] : ['exclude:', ...newList('groups', groups).block.map((line) => `  ${line}`)]),
    ...(source.from === null ? [] : [`from: ${source.from}`]),
    ...(source.until === null ? [] : [`until: ${source.until}`]),
    ...fieldLine('owner', source.owner),
    ...fieldLine('costCenter', source.costCenter),
    ...fieldLine('reason', `Right-size advice of the credit report for ${month}, moved from ${source.tier} (${source.name.slice(0, 200)})`),
  ];
}

/** How a newcomer was written before: quotes and comment go along. */
export function entryFinder(written: ReadonlyMap<string, readonly Entry[]>): FindEntry {
  return ({ name, from }) => {
    const found = from === null ? undefined : written.get(from.assignment)?.find((entry) => entry.name === from.name);
    return found ?? { name, source: null, comment: '' };
  };
}
