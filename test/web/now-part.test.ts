import { describe, expect, it } from 'vitest';
import { reportFigures } from '../../src/daemon/figure.ts';
import { sentence } from '../../src/web/code-span.ts';

describe('a sentence of a page', () => {
  it.each([
    ['write `confirmed: 2026-11-10` at the seat', 'write <code>confirmed: 2026-11-10</code> at the seat'],
    ['`a` and `<b>`', '<code>a</code> and <code>&lt;b&gt;</code>'],
    ['one ` alone', 'one ` alone'],
    ['none in ``', 'none in ``'],
  ])('%s', (text, shown) => expect(sentence(text).html).toBe(shown));
});

it('reads a report once, however often its figures are looked at', () => {
  let reads = 0;
  const report = {
    get json() {
      reads += 1;
      return '{"format":"kirosync.credits/v1","files":1}';
    },
  };
  expect(reportFigures(report)?.hasUsage).toBe(true);
  expect(reportFigures(report)).toBe(reportFigures(report));
  expect(reads).toBe(1);
});
