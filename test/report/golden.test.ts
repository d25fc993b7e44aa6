import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { drift } from '../../src/drift/drift.ts';
import { driftJson } from '../../src/report/drift-json.ts';
import { driftMarkdown } from '../../src/report/drift-markdown.ts';
import { driftText } from '../../src/report/drift-text.ts';
import type { ExplainUsage } from '../../src/report/explain.ts';
import { explain } from '../../src/report/explain.ts';
import { explainText } from '../../src/report/explain-text.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { planText } from '../../src/report/plan-text.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { creditOf } from '../../src/usage/amount.ts';
import { readCase, scenario, type UsageRow } from './scenario.ts';
import { schemaFaults } from './schema.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const CASES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

function usageOf({ tier, used, ...row }: UsageRow): ExplainUsage {
  return { ...row, usageTier: tier, used: creditOf(used), planCredits: creditOf(1000) };
}

/** Accept a changed report with `npx vitest run test/report/golden.test.ts -u`, and read the difference in review. */
describe.each(CASES)('golden case %s', (name) => {
  const folder = new URL(`${name}/`, FOLDER);
  const file = (report: string) => new URL(report, folder).pathname;
  const c = readCase(new URL('case.yaml', folder));
  const made = scenario(c);

  test('plan as text, JSON and Markdown', async () => {
    await expect(planText(made.plan, { color: false })).toMatchFileSnapshot(file('plan.txt'));
    await expect(planJson(made.plan)).toMatchFileSnapshot(file('plan.json'));
    await expect(planMarkdown(made.plan)).toMatchFileSnapshot(file('plan.md'));
  });

  test('the JSON fits its schema and reads back as the same changes', () => {
    const json = planJson(made.plan);
    expect(schemaFaults('plan', JSON.parse(json))).toEqual([]);
    expect(readPlan(json)).toMatchObject({ ok: true, hash: made.plan.hash });
  });

  test('drift as text, JSON and Markdown', async () => {
    const { configuration, live, now, operator, plan } = made;
    const found = drift({
      configuration,
      live,
      resolution: resolve(configuration, live, now, operator),
      plan,
      record: null,
      revision: plan.revision,
    });
    expect(schemaFaults('drift', JSON.parse(driftJson(found)))).toEqual([]);
    await expect(driftText(found, { color: false })).toMatchFileSnapshot(file('drift.txt'));
    await expect(driftJson(found)).toMatchFileSnapshot(file('drift.json'));
    await expect(driftMarkdown(found)).toMatchFileSnapshot(file('drift.md'));
  });

  if (c.explain === undefined) return;
  test('explanations', async () => {
    const { configuration, live, now, operator, plan } = made;
    const resolution = resolve(configuration, live, now, operator);
    const texts = (c.explain ?? []).map(({ user, profile, usage }) =>
      explainText(
        explain({
          configuration,
          resolution,
          live,
          plan,
          user,
          profile: profile ?? null,
          ...(usage === undefined ? {} : { usage: usage.map(usageOf) }),
        }),
        { color: false },
      ),
    );
    await expect(texts.join('\n')).toMatchFileSnapshot(file('explain.txt'));
  });
});
