import { expect, test } from 'vitest';
import { explain, holds } from './campaign.ts';
import { faultSoak } from './soak.ts';

test('seeded runs under faults and other administrators lose and duplicate no seat', { timeout: 120_000 }, async () => {
  const result = await faultSoak.run({ seed: 20261123, size: 'short', progress: () => {} });
  expect(holds(result), explain(faultSoak.name, result)).toBe(true);
  for (const figure of ['changes applied', 'fault ThrottlingException', 'writes of outsider', 'reversed'])
    expect(result.figures[figure], figure).toBeGreaterThan(0);
});
