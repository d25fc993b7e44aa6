import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, markdownCode, markdownText, visible, visibleJson } from '../../src/report/escape.ts';
import { nameInHtml, words } from '../../src/report/markdown-word.ts';
import { name } from './arbitrary-plan.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

describe('visible', () => {
  test('law: nothing hidden is left, and what was visible is unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(name, fc.string({ unit: 'binary' })), (text) => {
        expect(visible(text)).not.toMatch(HIDDEN);
        if (!HIDDEN.test(text)) expect(visible(text)).toBe(text);
      }),
    );
  });

  test.each([
    ['a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['a\nb', 'a\\u{a}b'],
    ['nimda\u202e', 'nimda\\u{202e}'],
    ['ad\u200bmin', 'ad\\u{200b}min'],
    ['ad\u00admin', 'ad\\u{ad}min'],
    ['\ud800', '\\u{d800}'],
    ['漢字 é 😀', '漢字 é 😀'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

test('law: JSON with escapes is printable, keeps its lines, and says the same', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.string({ unit: 'binary' }))), (texts) => {
      const json = JSON.stringify(texts, null, 2);
      expect(visibleJson(json).replaceAll('\n', '')).not.toMatch(HIDDEN);
      expect(JSON.parse(visibleJson(json))).toEqual(texts);
      expect(visibleJson(json).split('\n')).toHaveLength(json.split('\n').length);
    }),
    { seed: 20261123 },
  );
});

test('in JSON, a character of two units becomes two escapes, and what shows stays', () => {
  expect(visibleJson('["\u009b é😀\u{e0061}\u007f"]')).toBe('["\\u009b é😀\\udb40\\udc61\\u007f"]');
});

describe('Markdown', () => {
  test('ordinary names are readable code spans', () => {
    expect(markdownCode('ana@example.com')).toBe('`ana@example.com`');
    expect(markdownCode('membership/kiro-eng-pro/ana@example.com')).toBe('`membership/kiro-eng-pro/ana@example.com`');
  });

  test.each(['`', '|', '<img src=x>', '[a](b)', 'x `y` <z>', '\\|', '*a*', '~~a~~', 'a ', ' a'])(
    '%j cannot leave its code element',
    (text) => {
      const inside = /^<code>(.*)<\/code>$/s.exec(markdownCode(text))?.[1];
      expect(inside).toBeDefined();
      expect(inside).not.toMatch(/[`|<>[\]*_~\\]/);
    },
  );

  test('law: no markup of a name survives in a code element or a sentence', () => {
    fc.assert(
      fc.property(name, (text) => {
        const code = markdownCode(text);
        const inside = code.startsWith('`') ? code.slice(1, -1) : code.slice('<code>'.length, -'</code>'.length);
        expect(inside).not.toMatch(/[`|<>[\]*_~\\\n]/);
        expect(markdownText(text).replaceAll('<!-- -->', '')).not.toMatch(/[`|<>[\]*_~\\\n@]/);
      }),
    );
  });

  test('a mention, an issue number and a link are broken up, an address is not', () => {
    expect(markdownText('@all #12 https://example.com')).toBe('&#64;<!-- -->all &#35;<!-- -->12 https&#58;//example.com');
    expect(markdownText('ana@example.com')).toBe('ana&#64;example.com');
  });
});

test('clip counts characters and never cuts one in half', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('ab…');
  expect(clip('😀😀😀', 2)).toBe('😀…');
});

describe('a sentence of a comment', () => {
  test('keeps commands in back-ticks as code, and nothing else that stands between some', () => {
    expect(words('Run `kirosync plan --out FILE` now')).toBe('Run `kirosync plan --out FILE` now');
    expect(words('`<b>x</b>` `a|b` `@ana`').replace('<!-- -->', '')).not.toMatch(/[`<|]/);
    expect(words('`http://example.com`')).not.toContain('`');
    expect(nameInHtml('a`<b>@x')).toBe('<code>a&#96;&#60;b&#62;&#64;x</code>');
  });
});
