import { expect, test } from 'vitest';
import { explain, holds } from './campaign.ts';
import { stalePlans } from './stale-plans.ts';

test('a reviewed plan is refused when a planned key or id moved, and never because of anything else', { timeout: 120_000 }, async () => {
  const result = await stalePlans.run({ seed: 20261123, size: 'short', progress: () => {} });
  expect(holds(result), explain(stalePlans.name, result)).toBe(true);
  expect(result.figures['refused']).toBeGreaterThan(0);
  expect(result.figures['applied']).toBeGreaterThan(0);
});
