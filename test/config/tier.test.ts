import { expect, test } from 'vitest';
import { configurationOf, loadBeside } from './source.ts';

const tiersOf = (yaml: string) => configurationOf(loadBeside(yaml)).tiers;

test('without Tier documents the built-in catalogue holds, by name', () => {
  const tiers = tiersOf('# none\n');
  expect([...tiers.values()].map(({ name, monthly, credits, rank }) => [name, monthly, credits, rank])).toEqual([
    ['power', 20_000, 10_000, 40],
    ['pro', 2_000, 1_000, 10],
    ['pro-max', 10_000, 5_000, 30],
    ['pro-plus', 4_000, 2_000, 20],
  ]);
});

test('a Tier document overrides the fields that it names', () => {
  expect(tiersOf('kind: Tier\nname: pro-plus\nmonthlyUsd: 35.99\n').get('pro-plus')).toEqual({
    name: 'pro-plus',
    label: 'Kiro Pro+',
    monthly: 3_599,
    credits: 2_000,
    overageUsd: 0.04,
    rank: 20,
    place: { file: 'a.yaml', line: 1, column: 1 },
  });
});

test('a Tier document adds a tier, with the overage price of all others unless it says', () => {
  const tiers = tiersOf('kind: Tier\nname: ultra\nmonthlyUsd: 500\ncredits: 30000\nrank: 50\n');
  expect(tiers.get('ultra')).toMatchObject({ label: 'ultra', monthly: 50_000, overageUsd: 0.04 });
});

test('two built-in tiers may trade ranks', () => {
  expect(tiersOf('kind: Tier\nname: pro\nrank: 20\n---\nkind: Tier\nname: pro-plus\nrank: 10\n').get('pro')?.rank).toBe(20);
});
