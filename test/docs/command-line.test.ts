import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, commandNames, problems, shellLines, type Usage, usage, words } from './command-line.ts';
import { type Block, blocks, inlineCode, pages, ROOT } from './markdown.ts';

const WORKFLOWS = [
  ...['pull-request.yml', 'plan.yml', 'apply.yml'].map((name) => `docs/ci/github/${name}`),
  'docs/ci/gitlab/.gitlab-ci.yml',
];

const usages = new Map<string, Usage>();
beforeAll(async () => {
  for (const name of await commandNames()) usages.set(name, await usage(name));
});

/** `spoken`: code within a sentence, which may name a flag without a value. */
type Written = { readonly where: string; readonly words: readonly string[]; readonly spoken: boolean };

function inBlock(block: Block): readonly Written[] {
  return shellLines(block).flatMap(({ line, text }) => {
    const found = call(text);
    return found === null ? [] : [{ where: `${block.page}:${line}`, words: found, spoken: false }];
  });
}

/** `kirosync plan --out x` as well as `plan --out x`, where the first word is a command and a flag follows. */
function inline(where: string, text: string): readonly Written[] {
  const found = call(text);
  if (found !== null) return [{ where, words: found, spoken: true }];
  const bare = words(text);
  return usages.has(bare[0] ?? '') && (bare[1] ?? '').startsWith('--') ? [{ where, words: bare, spoken: true }] : [];
}

function written(): readonly Written[] {
  const shell = pages().flatMap((page) =>
    blocks(page)
      .filter(({ language }) => language === '' || language === 'sh')
      .flatMap(inBlock),
  );
  // Scripts also speak of kirosync in what they print: a call is a line that begins with it, or with its image.
  const ci = WORKFLOWS.flatMap((path) => {
    const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
    const calls = lines.map((line) => (/"\$SEATS_IMAGE" |^\s*kirosync /.test(line) ? line : ''));
    return inBlock({ page: path, line: 1, language: 'sh', text: calls.join('\n') });
  });
  const spoken = pages().flatMap((page) => inlineCode(page).flatMap(({ line, text }) => inline(`${page.path}:${line}`, text)));
  return [...shell, ...ci, ...spoken];
}

describe('the command lines of the documentation', () => {
  it('are taken by the real CLI', () => {
    const found = written();
    const wrong = found.flatMap((each) =>
      problems(each.words, usages)
        .filter((problem) => !(each.spoken && problem.endsWith('needs a value')))
        .map((problem) => `${each.where}: ${problem} (${each.words.join(' ')})`),
    );
    expect(wrong).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
  });

  it('come from every place that has some', () => {
    const places = new Set(written().map(({ where }) => where.replace(/:\d+$/, '')));
    expect([...places]).toEqual(
      expect.arrayContaining(['README.md', 'docs/adoption.md', 'docs/credits.md', 'docs/emulator.md', ...WORKFLOWS]),
    );
  });
});

describe('the check itself', () => {
  it.each([
    ['plam', 'there is no command plam'],
    ['plan --outt', 'plan has no --outt'],
    ['plan --format sarif', '--format of plan cannot be sarif'],
    ['plan --out', '--out of plan needs a value'],
    ['validate here', 'validate takes 0 words without a flag, not 1'],
    ['explain ana@example.com bob@example.com', 'explain takes 1 words without a flag, not 2'],
  ])('finds what is wrong with "%s"', (text, problem) => {
    expect(problems(text.split(' '), usages)).toEqual([problem]);
  });

  it('reads shell as people write it', () => {
    expect(call('FOO=1 npx kirosync suspend --reason "wrong group" --until 2026-12-01 # later')).toEqual([
      'suspend',
      '--reason',
      'wrong group',
      '--until',
      '2026-12-01',
    ]);
    expect(call('npx kirosync plan --config policy > plan.md || status=$?')).toEqual(['plan', '--config', 'policy']);
    expect(call('# kirosync plan')).toBeNull();
    expect(call('git commit -m kirosync')).toBeNull();
  });
});
