import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/model/suggest.ts';

test('a word is its own nearest', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.array(fc.string()), (word, others) => {
      expect(nearest(word, [...others, word])?.toLowerCase()).toBe(word.toLowerCase());
    }),
  );
});

test('the order of candidates does not matter', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 6 }), fc.array(fc.string({ maxLength: 6 }), { maxLength: 6 }), (word, words) => {
      expect(nearest(word, [...words].reverse())).toBe(nearest(word, words));
    }),
  );
});

test.each([
  ['teir', 'tier'],
  ['usres', 'users'],
  ['enginering', 'engineering'],
  ['Pro', 'pro'],
  ['prro-plus', 'pro-plus'],
  ['xy', null],
  ['research', null],
])('%s → %s', (word, found) => {
  expect(nearest(word, ['tier', 'users', 'engineering', 'pro', 'pro-plus'])).toBe(found);
});

test('nothing near says nothing', () => {
  expect(didYouMean('colour', ['rank'])).toBe('');
  expect(didYouMean('rnak', ['rank'])).toBe('; did you mean "rank"?');
});
