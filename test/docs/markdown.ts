import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export type Page = { readonly path: string; readonly text: string };

/** One fenced block of a page; `line` is that of its first line of content. */
export type Block = { readonly page: string; readonly line: number; readonly language: string; readonly text: string };

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

/** Every page that users read: the README, docs/ and the README of the example. */
export function pages(): readonly Page[] {
  return ['README.md', 'config-example/README.md', ...markdownBelow('docs')]
    .sort()
    .map((path) => ({ path: relative(ROOT, join(ROOT, path)), text: readFileSync(join(ROOT, path), 'utf8') }));
}

export function page(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** The fenced blocks of a page. @throws Error for a fence that is never closed. */
export function blocks({ path, text }: Page): readonly Block[] {
  const found: Block[] = [];
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | null = null;
  for (const [at, line] of text.split('\n').entries()) {
    const fence = /^\s*```(?<language>[\w-]*)/.exec(line)?.groups;
    if (fence === undefined) open?.lines.push(line);
    else if (open === null) open = { line: at + 2, language: fence['language'] ?? '', lines: [] };
    else {
      found.push({ page: path, line: open.line, language: open.language, text: open.lines.join('\n') });
      open = null;
    }
  }
  if (open !== null) throw new Error(`${path}:${open.line}: this block is never closed`);
  return found;
}

/** What stands between single back-ticks, outside of fenced blocks, with its line. A `\|` of a table cell is a `|`. */
export function inlineCode({ text }: Page): readonly { readonly line: number; readonly text: string }[] {
  let fenced = false;
  return text.split('\n').flatMap((line, at) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    if (fenced) return [];
    return [...line.matchAll(/`([^`]+)`/g)].map((match) => ({ line: at + 1, text: (match[1] ?? '').replaceAll('\\|', '|') }));
  });
}

/** The rows of the first table whose header begins with this cell, as lists of cells. */
export function table({ text, path }: Page, firstHeader: string): readonly (readonly string[])[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstHeader} |`));
  if (start === -1) throw new Error(`${path} has no table that begins with "${firstHeader}"`);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 2, end === -1 ? undefined : end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
