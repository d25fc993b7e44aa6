import { isMap, isScalar, parseAllDocuments, type YAMLMap } from 'yaml';
import { field } from './map-edit.ts';
import { lineBreak } from './text-edit.ts';
import { Unwritable } from './unwritable.ts';

/** A file's text, ended by a line break, with the Assignment documents in it by name. */
export type AssignmentFile = {
  readonly text: string;
  readonly eol: string;
  readonly isOpen: boolean;
  readonly byName: ReadonlyMap<string, YAMLMap>;
};

function scalarOf(map: YAMLMap, name: string): unknown {
  const value = field(map, name)?.pair.value;
  return isScalar(value) ? value.value : null;
}

/** Reads a file for editing. `isOpen`: its last line has no line break; one was added for the time of editing. */
export function assignmentFile(original: string): AssignmentFile {
  const eol = lineBreak(original);
  const isOpen = original !== '' && !original.endsWith('\n');
  const text = isOpen ? original + eol : original;
  const byName = new Map<string, YAMLMap>();
  for (const document of parseAllDocuments(text, { version: '1.2', schema: 'core', uniqueKeys: false })) {
    const root = document.contents;
    if (!isMap(root) || scalarOf(root, 'kind') !== 'Assignment') continue;
    byName.set(String(scalarOf(root, 'name')), root);
  }
  return { text, eol, isOpen, byName };
}

/** @throws Unwritable where the document is written in a way that hides it */
export function documentOf(file: AssignmentFile, name: string): YAMLMap {
  const found = file.byName.get(name);
  if (found === undefined) throw new Unwritable(`assignment ${name} cannot be found in its file again`);
  return found;
}
