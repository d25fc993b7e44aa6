import { expect, test } from 'vitest';
import { explain, holds } from '../torture/campaign.ts';
import { fuzz } from '../torture/fuzz.ts';

// The long form: npm run torture -- --only fuzz

test.each(fuzz)('$name: the kept inputs, and a few hundred random ones', { timeout: 60_000 }, async ({ name, run }) => {
  const result = await run({ seed: 20_261_123, size: 'short', progress: () => {} });
  expect(holds(result), explain(name, result)).toBe(true);
  // A target that takes nothing, or refuses nothing, looks at less than it seems to.
  expect(Math.min(result.figures['taken'] ?? 0, result.figures['refused'] ?? 0)).toBeGreaterThan(0);
});
