import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planDocument, planJson } from '../../src/report/plan-json.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { anyPlan, bigPlan } from './arbitrary-plan.ts';

function messages(text: string): string[] {
  const read = readPlan(text, 'plan.json');
  return read.ok ? [] : read.diagnostics.map((one) => one.message);
}

function edited(edit: (plan: ReturnType<typeof planDocument>) => unknown): string {
  return JSON.stringify(edit(planDocument(bigPlan(2, 1))));
}

describe('a hostile plan file never throws', () => {
  test('law: any text is changes or diagnostics on one line each', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const read = readPlan(text);
        expect(read.ok).toBe(false);
        for (const message of messages(text)) expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test('law: whatever replaces a field that says what would be written, only written changes are read back', () => {
    fc.assert(
      fc.property(anyPlan, fc.constantFrom('format', 'stages'), fc.jsonValue(), (plan, field, value) => {
        const document: Record<string, unknown> = { ...planDocument(plan) };
        fc.pre(JSON.stringify(document[field]) !== JSON.stringify(value));
        const read = readPlan(JSON.stringify({ ...document, [field]: value }));
        expect(read.ok && read.changes.length > 0).toBe(false);
      }),
    );
  });

  test.each([
    ['', /not JSON/],
    ['[', /not JSON/],
    ['null', /not a kirosync\.plan\/v1 file/],
    ['[]', /not a kirosync\.plan\/v1 file/],
    ['{"format":"kirosync.plan/v2"}', /not a kirosync\.plan\/v1 file/],
    ['{"__proto__":{"format":"kirosync.plan/v1"}}', /not a kirosync\.plan\/v1 file/],
    ['['.repeat(100_000), /not JSON/],
    [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, /not a kirosync\.plan\/v1 file/],
  ])('%.40s', (text, message) => {
    expect(messages(text)).toEqual([expect.stringMatching(message)]);
  });

  test('an unknown field', () => {
    expect(messages(edited((plan) => ({ ...plan, extra: 1 })))).toEqual([expect.stringMatching(/additional properties/)]);
  });
});

test('a file may hold fewer changes than were planned: exactly those are applied', () => {
  const text = edited((plan) => ({ ...plan, stages: plan.stages.map((stage) => ({ ...stage, changes: stage.changes.slice(1) })) }));
  expect(messages(text)).toEqual([]);
});

describe('a plan file that does not fit together is refused', () => {
  test('another person under the same key', () => {
    const text = planJson(bigPlan(2, 1)).replace('"user": "create00000@example.com"', '"user": "mallory@example.com"');
    expect(messages(text)).toEqual([expect.stringMatching(/is not the key of what it changes, membership\/kiro-pro\/mallory@example.com/)]);
  });

  test('a change without the id of its group, when the create of that group left', () => {
    const text = edited((plan) => ({
      ...plan,
      stages: plan.stages.map((stage) => ({
        ...stage,
        changes: stage.changes.map((change) => ({ ...change, after: change.after && { ...change.after, groupId: null } })),
      })),
    }));
    expect(messages(text)).toContainEqual(expect.stringMatching(/nothing in this file creates that group/));
  });

  test('a change that comes twice, or stands in the wrong stage', () => {
    const text = edited((plan) => ({
      ...plan,
      summary: { ...plan.summary, create: 4 },
      stages: plan.stages.map((stage) => (stage.name === 'groups' ? { ...stage, changes: plan.stages[2]?.changes } : stage)),
    }));
    const found = messages(text);
    expect(found).toContainEqual(expect.stringMatching(/does not belong in the stage groups/));
    expect(found).toContainEqual(expect.stringMatching(/comes twice/));
  });

  test('stages in another order', () => {
    expect(messages(edited((plan) => ({ ...plan, stages: [...plan.stages].reverse() })))).toContainEqual(
      expect.stringMatching(/not in their order/),
    );
  });
});

test('a file with a byte order mark is read', () => {
  expect(readPlan(`\ufeff${planJson(bigPlan(1, 0))}`).ok).toBe(true);
});
