import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/model/plan.ts';
import { visible } from '../../src/report/escape.ts';
import { planDocument, planJson } from '../../src/report/plan-json.ts';
import { MARKDOWN_LIMIT, planMarkdown } from '../../src/report/plan-markdown.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { planText } from '../../src/report/plan-text.ts';
import { anyPlan, bigPlan } from './arbitrary-plan.ts';
import { schemaFaults } from './schema.ts';

describe('laws over any plan with hostile names', () => {
  test('text has no raw control, bidirectional or invisible character but its line ends', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        expect(planText(plan, { color: false }).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  test('text names every change, person, hold and key, and its number of lines does not depend on names', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const text = planText(plan, { color: false });
        for (const change of changesOf(plan)) expect(text).toContain(visible(change.group));
        for (const held of plan.held) expect(text).toContain(visible(held.key));
        for (const violation of plan.violations) for (const key of violation.keys) expect(text).toContain(visible(key));
        for (const person of plan.people) expect(text).toContain(visible(person.user));
      }),
    );
  });

  test('JSON fits its schema and reads back as the same changes in the same order', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const json = planJson(plan);
        expect(schemaFaults('plan', JSON.parse(json))).toEqual([]);
        const made = changesOf(plan).flatMap((change) => (change.kind === 'group' ? [change.group] : []));
        // What rests on a group that nothing makes is refused; see plan-read.test.ts.
        fc.pre(changesOf(plan).every((change) => change.kind === 'group' || change.groupId !== null || made.includes(change.group)));
        const ids = changesOf(plan).map((change) => ({
          action: change.action,
          key: change.key,
          groupId: change.kind === 'group' ? null : change.groupId,
          userId: change.kind === 'membership' ? change.userId : null,
          membershipId: change.action === 'delete' ? change.membershipId : null,
          applicationArn: change.kind === 'application-assignment' ? change.applicationArn : null,
        }));
        expect(readPlan(json)).toEqual({ ok: true, hash: plan.hash, revision: plan.revision, changes: ids });
      }),
    );
  });

  test('Markdown stays on its lines: no raw HTML but ours, no name opens a table cell', () => {
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const markdown = planMarkdown(plan);
        expect(markdown.replaceAll(/<\/?(?:code|details|summary|b)>|<details open>|<!-- -->/g, '')).not.toMatch(/<[a-z!/]/i);
        expect(markdown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
        const tables = markdown.split('\n\n').map((block) => block.split('\n').filter((line) => line.startsWith('|')));
        for (const rows of tables) expect(new Set(rows.map((row) => row.split('|').length)).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('plan text', () => {
  const plan = bigPlan(3, 2);

  test('ends in the summary line and the hash', () => {
    expect(planText(plan, { color: false })).toMatch(
      /\nPlan: 3 to create, 0 to update, 2 to delete, 0 held, 0 manual\nHash: [0-9a-f]{64}\n$/,
    );
  });

  test('has colour only when asked', () => {
    expect(planText(plan, { color: false })).not.toContain('\u001b');
    expect(planText(plan, { color: true })).toContain('\u001b[32m+\u001b[39m');
  });

  test('a refused plan without changes does not call itself in sync', () => {
    const violations = [{ rule: 'foreign-group', message: 'No.', limit: null, actual: null, keys: [] }];
    const text = planText({ ...bigPlan(0, 0), violations }, { color: false });
    expect(text).not.toContain('In sync');
    expect(text).toContain('Refused by 1 guard');
  });

  test('in sync is one calm line, the summary and the hash', () => {
    expect(planText(bigPlan(0, 0), { color: false }).split('\n')).toHaveLength(5);
  });
});

describe('plan JSON', () => {
  test('money is dollars', () => {
    const plan = bigPlan(2, 1);
    expect(planDocument(plan).money).toMatchObject({ monthlyUsd: { before: 20, after: 40, delta: 20 }, thisMonthUsd: 28 });
  });
});

describe('plan Markdown of 10,000 changes', () => {
  const markdown = planMarkdown(bigPlan(9_000, 1_000));

  test('fits a comment, with the totals right and a pointer to the complete plan', () => {
    expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(markdown.length).toBeGreaterThan(MARKDOWN_LIMIT * 0.9);
    expect(markdown).toContain('9000 to create, 0 to update, 1000 to delete');
    expect(markdown).toContain('People (10000)');
    expect(markdown).toContain('1000 seats end, 9000 people get a seat');
    expect(markdown).toContain('$180,000.00');
    expect(markdown).toContain('`kirosync plan --out FILE`');
  });

  test('lists removals first, in people and in changes, and says how many rows are missing', () => {
    expect(markdown).not.toContain('create00000@example.com');
    expect(markdown.match(/delete00000@example\.com/g)).toHaveLength(2);
    const rows = (start: RegExp) => markdown.split('\n').filter((line) => start.test(line)).length;
    const missing = [...markdown.matchAll(/… and (\d+) more (people|changes)/g)].map((match) => Number(match[1]));
    expect(missing).toHaveLength(2);
    expect(rows(/^\| - \| `delete/) + (missing[0] ?? 0)).toBe(10_000);
    expect(rows(/^\| - \| `membership/) + (missing[1] ?? 0)).toBe(10_000);
  });
});

describe('plan Markdown of several profiles', () => {
  const big = bigPlan(1_500, 250);
  const people = big.people.map((person) => ({ ...person, profile: person.to === null ? 'zeta' : 'alpha' }));
  const changed = { ...big, people };

  test('has each profile with its own sum, folded where it is long', () => {
    const markdown = planMarkdown(changed);
    expect(markdown).toContain('<details><summary><code>alpha</code>, 1500 people get a seat</summary>');
    expect(markdown).toContain('<details><summary><code>zeta</code>, 250 seats end</summary>');
    expect(planMarkdown({ ...big, people: people.slice(0, 3) })).toContain(
      '<details open><summary><code>alpha</code>, 3 people get a seat',
    );
  });

  test('a seat that ends in one profile gets space first, before new seats in another', () => {
    const markdown = planMarkdown(changed);
    expect(markdown.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(markdown.match(/^\| - \| `delete\d+@example\.com`/gm)).toHaveLength(250);
    expect(markdown).toMatch(/… and \d+ more people/);
  });

  test('a refused one begins with why and the way through; the hash is last', () => {
    const message = 'Too many. If it is meant: `kirosync plan --write-exception FILE` writes it.';
    const violations = [{ rule: 'too-many-removals', message, limit: 3, actual: 250, keys: [] }];
    const markdown = planMarkdown({ ...changed, violations });
    expect(markdown).toMatch(/^### kirosync plan: refused by 1 guard\n\n> \[!CAUTION\]\n/);
    const order = [
      '**`too-many-removals`** (limit 3, actual 250)',
      '  - If it is meant&#58; `kirosync plan --write-exception FILE`',
      '#### People',
    ];
    expect(order.map((text) => markdown.indexOf(text)).every((at, i, all) => at > (all[i - 1] ?? 0))).toBe(true);
    expect(markdown.trimEnd().split('\n').at(-1)).toBe(`Hash: \`${big.hash}\``);
  });
});
