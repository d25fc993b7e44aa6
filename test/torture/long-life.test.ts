import { expect, it } from 'vitest';
import { explain, holds } from './campaign.ts';
import { longLife } from './long-life.ts';

it('the daemon holds after 18 passes what it held after 6', async () => {
  const result = await longLife.run({ seed: 20_261_123, size: 'short', progress: () => {} });
  expect(holds(result), explain('long-life', result)).toBe(true);
}, 120_000);
