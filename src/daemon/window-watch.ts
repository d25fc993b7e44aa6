import type { Daemon } from './daemon.ts';
import { freezing } from './window.ts';
import { lostRemovals } from './window-loss.ts';

/**
 * A tick to call now and then: asks for a pass when a change window lets something through that it forbade, and says in the log
 * (once for each month and window) which month-end removals cannot be applied in time, with what that costs.
 */
export function windowWatch(daemon: Daemon): () => void {
  const { deps } = daemon;
  let before = freezing(deps.settings.windows, deps.now());
  let told: readonly string[] = [];
  return () => {
    const now = freezing(deps.settings.windows, deps.now());
    const ended = before.filter((name) => !now.includes(name));
    before = now;
    if (ended.length > 0) daemon.ask({ kind: 'reconcile', reason: `the change window ${ended.join(', ')} ended`, by: 'schedule' });
    const losses = lostRemovals(daemon.planned()?.result ?? null, deps.settings.windows, deps.now());
    for (const { profile, month, removals, usd, windows } of losses) {
      if (told.includes(`${month} ${profile}`)) continue;
      deps.log.warn(
        { profile, month, removals, usd, windows },
        'change windows cover all of a month-end removal window: these seats will be paid for one more month',
      );
    }
    told = losses.map(({ profile, month }) => `${month} ${profile}`);
  };
}
