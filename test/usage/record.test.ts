import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bind } from '../../src/usage/header.ts';
import { cells, scan } from '../../src/usage/record.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (text: string): readonly string[] => {
  const all = bytes(text);
  return scan(all).records.map((r) => new TextDecoder().decode(all.subarray(r.start, r.end)));
};

describe('records of a CSV file', () => {
  test('each line is one; blank lines are none; the last needs no line end; a BOM is no content', () => {
    expect(texts('\ufeffa,b\n\n1,2\n3,4')).toEqual(['a,b', '1,2', '3,4']);
    expect(scan(bytes('a\n\n\nb')).records.map((r) => r.line)).toEqual([1, 4]);
    expect(scan(bytes('')).records).toEqual([]);
  });

  test('a quoted cell may hold commas, quotes and line ends, and lines are counted through it', () => {
    expect(texts('"x,""y""\nz",1\nq,2')).toEqual(['"x,""y""\nz",1', 'q,2']);
    expect(scan(bytes('"x\r\ny",1\r\nq,2')).records.map((r) => r.line)).toEqual([1, 3]);
  });

  test('a stray quote breaks its own line only', () => {
    const found = scan(bytes('a,b\n1,"x\n2,y\n3,z'));
    expect(found.records.map((r) => [r.line, r.broken !== null])).toEqual([
      [1, false],
      [2, true],
      [3, false],
      [4, false],
    ]);
    const lines = (text: string): readonly boolean[] => scan(bytes(text)).records.map((r) => r.broken !== null);
    expect(lines('a\n"x\ny,z\nb"c\nd')).toEqual([false, true, false, true, false]);
    expect(lines('a\n"x"y,z\nb')).toEqual([false, true, false]);
    expect(lines('a\nx"y",z\nb')).toEqual([false, true, false]);
  });

  test('bytes that are no UTF-8 and rows without end break their line only', () => {
    const odd = new Uint8Array([...bytes('a\n'), 0xff, ...bytes('\n\u00e4\n')]);
    expect(scan(odd).records.map((r) => r.broken)).toEqual([null, 'the row is not UTF-8', null]);
    expect(scan(bytes(`a\n${'x'.repeat(1_000_001)}\nb`)).records.map((r) => r.broken)).toEqual([null, 'the row has 1000001 bytes', null]);
  });

  test('mixed line ends are noticed', () => {
    expect(scan(bytes('a\r\nb\r\n')).mixed).toBe(false);
    expect(scan(bytes('a\nb\r\n')).mixed).toBe(true);
    expect(scan(bytes('a\rb\n')).mixed).toBe(true);
  });

  test('no byte of a record is in two records, and none but line ends and the BOM is left out', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ') }), (text) => {
        expect(
          texts(text)
            .join('')
            .replace(/[\r\n]/g, ''),
        ).toBe(text.replace(/[\r\n]/g, ''));
      }),
    );
  });

  test('cells are unquoted and trimmed', () => {
    expect(cells(' Date ,"User ""Id""", x,,"a,b"')).toEqual(['Date', 'User "Id"', 'x', '', 'a,b']);
  });
});

describe('binding columns by name', () => {
  const names = ['Date', 'UserId', 'Client_Type', 'Credits_Used', 'Overage_Credits_Used', 'Subscription_Tier'];

  test('any order, any case, spaces around, and unknown columns between', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...names, 'claude_sonnet_4.5_messages', 'Overage_Cap', 'new_thing'], { minLength: 9 }), (order) => {
        const bound = bind(order.map((name, i) => (i % 2 === 0 ? ` ${name.toUpperCase()} ` : name)));
        expect(bound.ok && order[bound.at.credits_used]).toBe('Credits_Used');
        expect(bound.ok && order[bound.at.overage_credits_used]).toBe('Overage_Credits_Used');
        expect(bound.ok && bound.width).toBe(9);
      }),
    );
  });

  test('missing and repeated columns are named; a data line is no header', () => {
    expect(bind(names.slice(1))).toEqual({ ok: false, hasHeader: true, reason: 'the header lacks date' });
    expect(bind([...names, 'date'])).toEqual({ ok: false, hasHeader: true, reason: 'the header names date more than once' });
    expect(bind(['2026-11-01', 'x', 'KIRO_IDE', '3'])).toMatchObject({ ok: false, hasHeader: false });
  });
});
