import type { Overridden } from '../model/journal.ts';
import type { Settings } from '../model/settings.ts';
import type { Turn } from './loop.ts';
import { freezing } from './window.ts';

/** What the journal keeps of those who let a pass past change windows, with the windows that forbade something then; nothing where none did. */
export function overrideEntries(turn: Turn, { windows }: Pick<Settings, 'windows'>, pass: number, now: Date): readonly Overridden[] {
  const passed = freezing(windows, now);
  if (passed.length === 0) return [];
  return turn.asks.flatMap(({ override }): readonly Overridden[] =>
    override === undefined ? [] : [{ type: 'overridden', at: now.toISOString(), pass, ...override, windows: passed }],
  );
}
