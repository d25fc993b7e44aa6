// Puts one fault at a time into a copy of the source and expects the tests to notice. `npm run mutants [-- NAME]`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MUTANTS, type Mutant } from './mutant-list.ts';

const root = resolve(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'kirosync-mutants-'));

function run(tests: readonly string[]): boolean {
  const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
  const done = spawnSync(process.execPath, [vitest, 'run', '--bail', '1', ...tests], { cwd: copy, stdio: 'ignore' });
  return done.status === 0;
}

const EXAMPLES = ['plan', 'guard', 'hold', 'stale'].map((name) => `test/plan/${name}.test.ts`);

/** The examples first: they are ten times faster than the laws, and most mutants fall to them. */
function survives(tests: readonly string[]): boolean {
  return (!tests.includes('test/plan') || run(EXAMPLES)) && run(tests);
}

function mutate(mutant: Mutant): () => void {
  const file = join(copy, mutant.file);
  const text = readFileSync(file, 'utf8');
  if (text.split(mutant.find).length !== 2)
    throw new Error(`${mutant.name}: the text to replace stands ${text.split(mutant.find).length - 1} times in ${mutant.file}`);
  writeFileSync(
    file,
    text.replace(mutant.find, () => mutant.replace),
  );
  return () => writeFileSync(file, text);
}

try {
  for (const name of [
    'src',
    'test',
    'schemas',
    'config-example',
    'docs',
    'scripts',
    'package.json',
    'tsconfig.json',
    'vitest.config.ts',
    'README.md',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const wanted = process.argv.slice(2);
  const chosen = MUTANTS.filter((mutant) => wanted.length === 0 || wanted.includes(mutant.name));
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))];
  if (!run(tests)) throw new Error('The tests fail without any mutant; mend them first.');
  let killed = 0;
  for (const mutant of chosen) {
    const undo = mutate(mutant);
    const survived = survives(mutant.tests);
    undo();
    if (!survived) killed += 1;
    process.stdout.write(`${survived ? 'SURVIVED' : 'killed  '} ${mutant.name}\n`);
  }
  process.stdout.write(`${killed} of ${chosen.length} mutants killed\n`);
  process.exitCode = killed === chosen.length ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
