import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the compiler said when dist/ could not be built; '' when dist/ is what src/ says. */
    readonly buildError: string;
  }
}

const root = fileURLToPath(new URL('../../', import.meta.url));

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith(ending) && !path.endsWith('.d.ts'));
}

/** True when dist/ lacks a file of src/, has one too many, or is older than something it is made from. */
function isStale(): boolean {
  const sources = filesBelow(join(root, 'src'), '.ts');
  const built = filesBelow(join(root, 'dist'), '.js');
  if (
    sources
      .map((path) => path.replace(/\.ts$/, '.js'))
      .sort()
      .join() !== [...built].sort().join()
  )
    return true;
  const builtAt = statSync(join(root, 'dist/main.js')).mtimeMs;
  return ['tsconfig.json', ...sources.map((path) => join('src', path))].some((path) => statSync(join(root, path)).mtimeMs > builtAt);
}

/** Compiles beside dist/ and then takes its place, so that a run that is using dist/ never meets half of one. */
function build(): string {
  const fresh = join(root, `dist-${process.pid}`);
  const old = join(root, `dist-${process.pid}-old`);
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', fresh], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) return `tsc ended with ${status}:\n${stdout}${stderr}`;
    chmodSync(join(fresh, 'main.js'), 0o755);
    if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old);
    renameSync(fresh, join(root, 'dist'));
    return '';
  } finally {
    for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Once a vitest run: dist/ is what the tests of the command line run. A failure is theirs alone; see `cli.ts`. */
export default function setup(project: TestProject): () => void {
  project.provide('buildError', isStale() ? build() : '');
  // The workers' own temporary file; see service-model.ts.
  return () => rmSync(join(tmpdir(), `kirosync-service-models-${process.pid}.json`), { force: true });
}
