import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { driftJson } from '../../src/report/drift-json.ts';
import { driftMarkdown } from '../../src/report/drift-markdown.ts';
import { driftText } from '../../src/report/drift-text.ts';
import { visible } from '../../src/report/escape.ts';
import { MARKDOWN_LIMIT } from '../../src/report/plan-markdown.ts';
import { name } from './arbitrary-plan.ts';
import { schemaFaults } from './schema.ts';

const item = fc.record({
  kind: fc.constantFrom('missing' as const, 'unexpected' as const, 'changed' as const, 'unmanaged' as const),
  key: name,
  person: fc.option(name, { nil: null }),
  profile: name,
  monthly: fc.option(fc.nat(100_000), { nil: null }),
  firstSeen: fc.option(fc.constant('2026-11-09T10:15:00.000Z'), { nil: null }),
  actor: fc.option(name, { nil: null }),
  held: fc.boolean(),
  note: name,
});
const anyDrift: fc.Arbitrary<Drift> = fc.record({
  revision: fc.option(name, { nil: null }),
  base: fc.constantFrom('record' as const, 'configuration' as const),
  items: fc.array(item, { maxLength: 8 }),
  churn: fc.array(fc.record({ key: name, person: name, reason: name }), { maxLength: 4 }),
});

const ITEM = {
  kind: 'unexpected',
  key: 'membership/kiro-pro/ana@example.com',
  person: 'ana@example.com',
  profile: 'engineering',
  monthly: 2000,
  firstSeen: '2026-11-09T10:15:00.000Z',
  actor: 'kim',
  held: false,
  note: 'was added by somebody else',
} as const;

describe('drift reports', () => {
  test('law: JSON fits its schema and loses nothing', () => {
    fc.assert(
      fc.property(anyDrift, (drift) => {
        const document = JSON.parse(driftJson(drift));
        expect(schemaFaults('drift', document)).toEqual([]);
        expect(document.items).toHaveLength(drift.items.length);
        expect(document.churn).toHaveLength(drift.churn.length);
      }),
    );
  });

  test('law: text and Markdown name every item and hold no raw control character', () => {
    fc.assert(
      fc.property(anyDrift, (drift) => {
        const text = driftText(drift, { color: false });
        for (const one of [...drift.items, ...drift.churn]) expect(text).toContain(visible(one.key));
        for (const output of [text, driftMarkdown(drift)]) expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  test('text says what, whom, what it costs, by whom, since when, and against what', () => {
    const text = driftText(
      { revision: 'main@sha1:3f1c', base: 'record', items: [ITEM, { ...ITEM, held: true, monthly: null }], churn: [] },
      { color: false },
    );
    expect(text).toContain(
      'ana@example.com  engineering  membership/kiro-pro/ana@example.com  $20.00 a month  by kim  since 2026-11-09 10:15 UTC  was added by somebody else',
    );
    expect(text).toContain('the set recorded after the last complete pass');
    expect(text).toMatch(/\n2 drift items, 1 of them held, \$20\.00 a month where known; 0 churn\n$/);
  });

  test('text without a record says so', () => {
    expect(driftText({ revision: null, base: 'configuration', items: [], churn: [] }, { color: false })).toContain(
      'without a record of a complete pass',
    );
  });

  test('Markdown of 10,000 items fits a comment and keeps its totals', () => {
    const items = Array.from({ length: 10_000 }, (_, i) => ({ ...ITEM, key: `membership/kiro-pro/dev${i}@example.com` }));
    const markdown = driftMarkdown({ revision: null, base: 'record', items, churn: [] });
    expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(markdown).toContain('10000 drift items, 0 of them held, $200,000.00 a month');
    expect(markdown).toContain('kirosync drift --format json');
  });
});
