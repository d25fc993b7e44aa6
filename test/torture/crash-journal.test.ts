import { expect, test } from 'vitest';
import { explain, holds } from './campaign.ts';
import { crashJournal } from './crash-journal.ts';

test('killed in the middle of a journal line, the daemon repairs it, says so, converges and forgets no removal', {
  timeout: 120_000,
}, async () => {
  const result = await crashJournal.run({ seed: 20261123, size: 'short', progress: () => {} });
  expect(holds(result), explain(crashJournal.name, result)).toBe(true);
  expect(result.figures['tornLines']).toBeGreaterThan(0);
});
