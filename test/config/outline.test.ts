import { describe, expect, test } from 'vitest';
import { readYaml } from '../../src/config/yaml.ts';

/** `line:column` of the value at a path of a one-document text, and of its key. */
function spots(text: string, ...path: readonly (string | number)[]): readonly [string, string] {
  const { spotOf } = readYaml(text).documents[0] ?? expect.fail(`no document in ${JSON.stringify(text)}`);
  const [value, key] = [spotOf(path), spotOf(path, 'key')];
  return [`${value.line}:${value.column}`, `${key.line}:${key.column}`];
}

describe('a path leads to the place of a value and of its key', () => {
  const text =
    '# first\nkind: A\nusers:\n  - ana\n  - { name: ben, "quoted key": 1 }\nempty:\nbare: { alone }\nbase: &b { x: 1 }\ncopy: *b\n';

  test.each([
    ['the document', [], '2:1', '2:1'],
    ['a field', ['kind'], '2:7', '2:1'],
    ['a list', ['users'], '4:3', '3:1'],
    ['an entry of a list, which has no key', ['users', 0], '4:5', '4:5'],
    ['an index written as text', ['users', '1', 'name'], '5:13', '5:7'],
    ['a quoted key', ['users', 1, 'quoted key'], '5:32', '5:18'],
    ['a field without a value', ['empty'], '6:7', '6:1'],
    ['a key alone in braces', ['bare', 'alone'], '7:9', '7:9'],
    ['beyond a key alone in braces', ['bare', 'alone', 'more'], '7:9', '7:9'],
    ['inside an alias: the alias', ['copy', 'x'], '9:7', '9:1'],
    ['a missing field: what encloses it', ['users', 1, 'nothing'], '5:5', '5:5'],
    ['a missing entry', ['users', 7], '4:3', '3:1'],
    ['beyond a scalar', ['kind', 'x', 'y'], '2:7', '2:1'],
  ] as const)('%s', (_, path, value, key) => {
    expect(spots(text, ...path)).toEqual([value, key]);
  });

  test('of a repeated key the first stays', () => {
    expect(spots('kind: A\nname: x\nname: y\n', 'name')).toEqual(['2:7', '2:1']);
  });
});
