import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layout } from '../../../src/adapters/usage-view.ts';

const SEED = 20261123;
/** Keys as somebody who means harm would make them, and near enough to each other to meet. */
const part = fc.oneof(
  fc.constantFrom(
    '',
    '.',
    '..',
    'a',
    'A',
    'b.csv',
    'B.csv',
    '%',
    '%2E',
    '%41',
    '\\',
    'nul\0',
    'line\n',
    'ü',
    '🙂',
    '~',
    'x'.repeat(181),
    'X'.repeat(181),
  ),
  fc.string({ maxLength: 4 }),
);
const key = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));

describe('local paths of keys', () => {
  test('no two keys share a file, also where case does not count, nor is one the folder of another; none leaves its folder', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), (keys) => {
        const pathOf = layout();
        const paths = keys.map((each) => pathOf(each)).map(({ root, path }) => `${root}/${path}`);
        const files = new Set(paths.map((path) => path.toLowerCase()));
        expect(files.size).toBe(keys.length);
        for (const path of paths) {
          const names = path.split('/');
          expect(names.every((name) => /^[\w.=+@,%~-]{1,255}$/.test(name) && name !== '.' && name !== '..')).toBe(true);
          const above = names.slice(0, -1).map((_, i) =>
            names
              .slice(0, i + 1)
              .join('/')
              .toLowerCase(),
          );
          expect(above.some((folder) => files.has(folder))).toBe(false);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('what Kiro writes is its own path', () => {
    const kiro =
      'AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/11/02/00/KIRO_IDE_111122223333_user_report_202611030200_part_1.csv';
    expect(layout()(kiro)).toEqual({ root: 0, path: kiro });
  });
});
