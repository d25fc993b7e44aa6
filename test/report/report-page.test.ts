import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { driftHtml } from '../../src/report/drift-html.ts';
import { planHtml } from '../../src/report/plan-html.ts';
import { anyPlan, bigPlan } from './arbitrary-plan.ts';

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
const drift = (items: Drift['items']): Drift => ({ revision: null, base: 'record', items, churn: [] });

/** Elements that our pages have; anything else came from a name. */
const OURS =
  /^<(?:!doctype html|\/?(?:html|head|meta|link|title|style|body|a|header|h1|h2|h3|p|nav|ul|li|main|aside|dl|dt|dd|div|section|details|summary|table|caption|thead|tbody|tr|th|td|span|strong|code|wbr|footer)(?: [a-z-]+="[^"]*")*)>$/i;

describe('the page of a plan', () => {
  test('law: no name becomes an element, and none can hide', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const page = planHtml(plan);
        expect((page.match(/<[^>]*>/g) ?? []).filter((tag) => !OURS.test(tag))).toEqual([]);
        expect(page.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(page).toContain(plan.hash);
      }),
      { seed: 5, numRuns: 40 },
    );
  });

  test('asks for nothing and runs nothing', () => {
    const page = planHtml(bigPlan(2, 1));
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"`);
    expect(page).not.toMatch(/<script|src=|@import|url\(/);
  });

  test('of 10,000 people opens on a phone: bounded, seats that end first, totals right, and it says what is left out', () => {
    const page = planHtml(bigPlan(9_000, 1_000));
    expect(page.length).toBeLessThan(1_000_000);
    expect(page).toContain('1000 seats end, 9000 people get a seat');
    expect(page.indexOf('create00000')).toBeGreaterThan(page.indexOf('delete00999'));
    expect(page).toContain('8000 more are left out here; the JSON plan has all of them.');
    expect(page).toContain('$180,000.00');
  });

  test('of a refused plan begins with the refusal and its ways through, commands as code', () => {
    const message = 'Too many. If it is meant: `kirosync plan --write-exception FILE` writes an Exception. <b>';
    const violations = [{ rule: 'too-many-removals', message, limit: 3, actual: 5, keys: ['membership/a/b'] }];
    const page = planHtml({ ...bigPlan(1, 5), violations });
    expect(page).toContain('<li>If it is meant: <code>kirosync plan --write-exception FILE</code> writes an Exception. &lt;b&gt;</li>');
    expect(page.indexOf('too-many-removals')).toBeLessThan(page.indexOf('Run-rate a month'));
  });
});

describe('the page of drift', () => {
  test('has the open items of a kind before the held ones, and the total of all', () => {
    const page = driftHtml(drift([{ ...ITEM, held: true, person: 'held@example.com' }, ITEM]));
    expect(page.indexOf('ana<wbr>@example.com')).toBeLessThan(page.indexOf('held<wbr>@example.com'));
    expect(page).toContain('$40.00');
    expect(page).toContain('2 drift items');
  });

  test('without drift says so, and 10,000 items are bounded', () => {
    expect(driftHtml(drift([]))).toContain('no drift');
    const page = driftHtml(drift(Array.from({ length: 10_000 }, (_, i) => ({ ...ITEM, person: `dev${i}@example.com` }))));
    expect(page.length).toBeLessThan(1_000_000);
    expect(page).toContain('9500 more are left out here');
    expect(page).toContain('$200,000.00');
  });
});
