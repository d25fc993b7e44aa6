import { expect, test } from 'vitest';
import { explain, holds } from './campaign.ts';
import { crashPoints } from './crash-points.ts';

test('killed at any API call, one more run ends where the policy says, and nobody was lost on the way', { timeout: 120_000 }, async () => {
  const result = await crashPoints.run({ seed: 20261123, size: 'short', progress: () => {} });
  expect(holds(result), explain(crashPoints.name, result)).toBe(true);
});
