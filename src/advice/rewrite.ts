import { Lexer } from 'yaml';
import type { Configuration } from '../model/configuration.ts';
import type { Month } from '../model/day.ts';
import { type AssignmentFile, assignmentFile } from './assignment-document.ts';
import type { Draft } from './draft.ts';
import type { Entry } from './list-edit.ts';
import { type Edit, edited } from './text-edit.ts';
import { Unwritable } from './unwritable.ts';
import { assignmentEdits, entryFinder, newAssignmentLines, writtenUsers } from './write.ts';

/** The new text of each file that changes, by path. `textOf` gives a file's text. @throws Unwritable */
export function rewritten(
  draft: Draft,
  configuration: Configuration,
  month: Month,
  textOf: (path: string) => string | null,
): ReadonlyMap<string, string> {
  const files = new Map<string, AssignmentFile>();
  const open = (path: string): AssignmentFile => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const text = textOf(path);
    if (text === null) throw new Unwritable(`${path} cannot be read`);
    const file = assignmentFile(text);
    files.set(path, file);
    return file;
  };
  const places = new Map(configuration.assignments.map(({ name, place }) => [name, place.file]));
  const written = new Map<string, readonly Entry[]>(
    draft.changed.map(({ assignment, remove }) => [
      assignment.name,
      remove.size === 0 ? [] : writtenUsers(open(places.get(assignment.name) ?? ''), assignment.name, remove),
    ]),
  );
  const find = entryFinder(written);
  const edits = new Map<string, Edit[]>();
  const push = (path: string, more: readonly Edit[]) => edits.set(path, [...(edits.get(path) ?? []), ...more]);
  for (const changed of draft.changed) {
    const path = changed.assignment.place.file;
    push(path, assignmentEdits(open(path), changed, find));
  }
  for (const made of draft.made) {
    const path = made.source.place.file;
    const { text, eol } = open(path);
    const lines = newAssignmentLines(made, month, find).map((line) => `${line}${eol}`);
    push(path, [{ start: text.length, end: text.length, text: lines.join('') }]);
  }
  return new Map([...edits].map(([path, all]) => [path, finished(open(path), all)]));
}

/** @throws Unwritable when a comment would be lost */
function finished(file: AssignmentFile, edits: readonly Edit[]): string {
  const text = edited(file.text, edits);
  const left = new Map<string, number>();
  for (const comment of comments(text)) left.set(comment, (left.get(comment) ?? 0) + 1);
  for (const comment of comments(file.text)) {
    const count = left.get(comment) ?? 0;
    if (count === 0) throw new Unwritable('a comment would be lost');
    left.set(comment, count - 1);
  }
  return file.isOpen && text.endsWith(file.eol) ? text.slice(0, -file.eol.length) : text;
}

function comments(text: string): readonly string[] {
  return [...new Lexer().lex(text)].filter((lexeme) => lexeme.startsWith('#')).map((comment) => comment.trimEnd());
}
