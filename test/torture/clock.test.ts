import { expect, it } from 'vitest';
import { explain, holds } from './campaign.ts';
import { clock } from './clock.ts';

it('two months with their ends, moves and missed windows', async () => {
  const result = await clock.run({ seed: 20_261_106, size: 'short', progress: () => {} });
  expect(holds(result), explain('clock', result)).toBe(true);
  expect(result.figures).toMatchObject({ 'ends that were in time': expect.any(Number), 'missed windows told': expect.any(Number) });
}, 60_000);
