import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { against, kirosync } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { type Block, blocks, page, ROOT } from './markdown.ts';

/** The day on which the README's output was taken. */
const DAY = '2026-11-23';
const EXAMPLE = join(ROOT, 'config-example');

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator({ seed: 'demo' });
});
afterAll(() => emulator.close());

/** The lines that a block shows of a command's output: after its `$` line, without the marks of what was left out. */
function shown(block: Block | undefined, until: RegExp): readonly string[] {
  const lines = (block?.text ?? '').split('\n').slice(1);
  const end = lines.findIndex((line) => until.test(line));
  return lines.slice(0, end === -1 ? undefined : end).filter((line) => line.trim() !== '' && line.trim() !== '…');
}

const outputs = blocks(page('README.md')).filter(({ text }) => text.startsWith('$ kirosync '));
const of = (command: string): Block | undefined => outputs.find(({ text }) => text.startsWith(`$ kirosync ${command} `));

/** Lines that `printed` does not have, or has before the one above it. A revision is of the moment. */
function missing(lines: readonly string[], printed: string): readonly string[] {
  let at = -1;
  const all = printed.split('\n').map((line) => line.trimEnd());
  return lines.filter((line) => {
    const found = /^Plan of /.test(line) ? all.findIndex((each) => /^Plan of .* for /.test(each)) : all.indexOf(line.trimEnd(), at + 1);
    if (found > at) at = found;
    return found === -1;
  });
}

describe('the terminal output in the README', () => {
  it('is what plan prints for the example', async () => {
    const { stdout, code } = await kirosync(['plan', '--config', EXAMPLE, '--today', DAY], { env: against(emulator.url) });
    const lines = shown(of('plan'), /^\d\. /);
    expect(code).toBe(2);
    expect(lines.length).toBeGreaterThan(20);
    expect(missing(lines, stdout)).toEqual([]);
  });

  it('is what explain prints for the example', async () => {
    await kirosync(['apply', '--config', EXAMPLE, '--yes'], { env: against(emulator.url) });
    const { stdout, code } = await kirosync(['explain', 'ana@example.com', '--config', EXAMPLE], { env: against(emulator.url) });
    const lines = shown(of('explain'), /^\d\. /);
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThan(4);
    expect(missing(lines, stdout)).toEqual([]);
  });

  it('has the titles that the demo tells', () => {
    const story = readFileSync(join(ROOT, 'src/demo/story.ts'), 'utf8');
    const titles = [...(of('plan')?.text ?? '').matchAll(/^\d\. (.+)$/gm)].map((match) => match[1] ?? '');
    expect(titles.length).toBeGreaterThan(1);
    expect(titles.filter((title) => !story.includes(title))).toEqual([]);
  });
});
