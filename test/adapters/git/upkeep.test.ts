import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gitSource } from '../../../src/adapters/git-source.ts';
import type { GitSource } from '../../../src/ports.ts';
import { type Repository, repository } from '../../support/repository.ts';
import { gitSettings, signal, temporary } from './source.ts';

let policy: Repository;
let state: ReturnType<typeof temporary>;
let source: GitSource;
let local: string;

beforeAll(async () => {
  policy = repository();
  state = temporary('state');
  policy.commit('first', { 'a.yaml': '0' });
  source = gitSource(gitSettings(policy.url), state.folder);
  await source.fetch(signal());
  local = join(state.folder, 'git', readdirSync(join(state.folder, 'git'))[0] ?? '');
});
afterAll(() => {
  policy.dispose();
  state.dispose();
});

const files = () => readdirSync(local, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).length;

/** As many objects as some hundred revisions leave, each in a file of its own. */
function loose(count: number): void {
  const names = Array.from({ length: count }, (_, i) => {
    writeFileSync(join(state.folder, `${i}`), `object ${i}`);
    return join(state.folder, `${i}`);
  });
  execFileSync('git', ['hash-object', '-w', '--stdin-paths'], { cwd: local, input: names.join('\n'), env: { PATH: process.env['PATH'] } });
}

it('a year of revisions is a few files, and one that nothing reaches any more is still there', async () => {
  const before = files();
  const gone = (await source.fetch(signal())).revision ?? '';
  policy.git('checkout', '--quiet', '--orphan', 'other');
  const made = policy.commit('rewritten', { 'a.yaml': '1' });
  policy.git('update-ref', 'refs/heads/main', made);
  loose(600);
  expect(files()).toBeGreaterThan(before + 500);
  await source.fetch(signal());
  expect(files()).toBeLessThan(before + 10);
  expect((await source.read(gone, signal())).files).toMatchObject([{ path: 'a.yaml' }]);
  expect(await source.descends(gone, `main@sha1:${made}`, signal())).toBe(false);
});

it('what a killed fetch left is removed once it is old, and never sooner', async () => {
  const left = ['objects/pack/tmp_pack_abc', 'objects/pack/pack-abc.keep', 'shallow.lock', 'refs/heads/main.lock'].map((name) =>
    join(local, name),
  );
  for (const path of left) writeFileSync(path, '');
  utimesSync(left[3] ?? '', new Date(0), new Date(0));
  await source.fetch(signal());
  expect(left.map(existsSync)).toEqual([true, true, true, false]);
  for (const path of left) writeFileSync(path, '');
  for (const path of left) utimesSync(path, new Date(0), new Date(0));
  await source.fetch(signal());
  expect(left.map(existsSync)).toEqual([false, false, false, false]);
});
