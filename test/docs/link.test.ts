import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VARIABLES } from '../../src/settings/variable.ts';
import { pages, ROOT } from './markdown.ts';

/** The anchors that Markdown viewers make of a page's headings. */
function anchors(text: string): ReadonlySet<string> {
  const headings = [...text.matchAll(/^#{1,6} (?<title>.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function broken(path: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const place = file === '' ? path : normalize(join(dirname(path), file));
  if (!existsSync(join(ROOT, place))) return true;
  return anchor !== undefined && !anchors(readFileSync(join(ROOT, place), 'utf8')).has(anchor);
}

describe('the documentation', () => {
  const all = pages();

  it('links to files and headings that exist', () => {
    const links = all.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].map((match) => ({ path, target: match[1] ?? '' })),
    );
    const internal = links.filter(({ target }) => !/^[a-z]+:/.test(target));
    expect(internal.filter(({ path, target }) => broken(path, target)).map(({ path, target }) => `${path} → ${target}`)).toEqual([]);
    expect(internal.length).toBeGreaterThan(20);
  });

  it('is reached from the README, page by page; what lies in a folder, from the README of that', () => {
    const text = (path: string) => all.find((page) => page.path === path)?.text ?? '';
    const isReached = (path: string) => {
      const index = `${dirname(path)}/README.md`;
      const isBelow = path !== index && text(index) !== '';
      return isBelow ? text(index).includes(`](${basename(path)}`) : text('README.md').includes(`](${path})`);
    };
    const paths = all.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !path.startsWith('docs/adr/'));
    expect(paths.filter((path) => !isReached(path))).toEqual([]);
  });

  it('names only variables that exist', () => {
    // Not settings: what the example's workflows call theirs, and what Kubernetes makes for a Service of this name.
    const others = ['SETTINGS', 'URL', 'TOKEN', 'IMAGE', 'PLAN_ROLE', 'APPLY_ROLE', 'SERVICE_HOST', 'PORT_8484_TCP'];
    const known = new Set([...Object.keys(VARIABLES), ...others.map((name) => `KIROSYNC_${name}`)]);
    const used = all.flatMap(({ path, text }) => [...text.matchAll(/KIROSYNC_[A-Z0-9_]*[A-Z0-9]/g)].map((match) => `${path}: ${match[0]}`));
    expect(used.filter((each) => !known.has(each.replace(/^.*: /, '')))).toEqual([]);
    expect(used.length).toBeGreaterThan(30);
  });

  it('keeps the README short', () => {
    expect((all.find(({ path }) => path === 'README.md')?.text ?? '').split('\n').length).toBeLessThan(220);
  });
});
