import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, number, palette, table, width } from '../../src/report/table.ts';
import { name } from './arbitrary-plan.ts';

test('columns are aligned by what a terminal shows, numbers to the right, no blanks at the end', () => {
  const rows = [
    [cell('漢字'), number('5'), cell('x')],
    [cell('ana'), number('1,000'), cell('')],
  ];
  expect(table(rows)).toEqual(['  漢字      5  x', '  ana   1,000']);
});

test('a column that is empty everywhere takes no room', () => {
  expect(table([[cell(''), cell('a'), cell(''), cell('b')]])).toEqual(['  a  b']);
});

test('law: colour changes nothing but colour', () => {
  const strip = stripVTControlCharacters;
  fc.assert(
    fc.property(fc.array(fc.array(name, { minLength: 1, maxLength: 3 }), { maxLength: 4 }), (texts) => {
      const rows = (color: boolean) => texts.map((row) => row.map((text) => cell(text, palette(color).add)));
      expect(table(rows(true)).map(strip)).toEqual(table(rows(false)));
    }),
  );
});

test('combining marks take no column, emoji take two', () => {
  expect([width('e\u0301'), width('😀'), width('ana')]).toEqual([1, 2, 3]);
});
