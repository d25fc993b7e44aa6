import { createTask, validateDetailed } from 'node-cron';
import type { Settings, WindowSettings } from '../model/settings.ts';
import { isRaw, type Path, type Raw, valueAt } from './layer.ts';

/** A window as a file may write it, once checked against the schema. */
export type RawWindow = {
  readonly name: string;
  readonly cron: string;
  readonly duration: string;
  readonly action: WindowSettings['action'];
  readonly profiles?: readonly string[];
  readonly reason?: string;
};

type Found = { readonly rule: string; readonly path: Path; readonly text: string };

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** Longer ones would be a mode, not a window. */
const MOST_MINUTES = 366 * 24 * 60;

/** The windows with every field filled in. */
export function buildWindows(raw: readonly RawWindow[] | undefined): Settings['windows'] {
  return (raw ?? []).map(({ name, cron, duration, action, profiles, reason }) => ({
    ...{ name, cron, action, minutes: minutesOf(duration) ?? 0 },
    ...{ profiles: profiles ?? null, reason: reason ?? null },
  }));
}

/** What the schema cannot say of windows. */
export function windowProblems(raw: Raw): readonly Found[] {
  const list = valueAt(raw, ['windows']);
  if (!Array.isArray(list)) return [];
  const names = new Set<unknown>();
  return list.filter(isRaw).flatMap(({ name, cron, duration }): readonly Found[] => {
    const found: string[] = [];
    if (names.has(name)) found.push('the name is used twice; give each window its own.');
    names.add(name);
    if (!isTime(String(cron))) found.push(`"${cron}" is no cron expression whose time comes; write five fields, as in "0 18 * * 5" (UTC).`);
    if (minutesOf(String(duration)) === null) found.push(`"${duration}" is no length of time; write "90m", "48h" or "3d", at most 366d.`);
    return found.map((text) => ({ rule: 'wrong-setting', path: ['windows'], text: `In the window "${name}" ${text}` }));
  });
}

/** `90m`, `48h`, `3d` in minutes; null for anything else, none, and more than a year. */
function minutesOf(duration: string): number | null {
  const [, count, unit] = /^([1-9]\d{0,6})([mhd])$/.exec(duration) ?? [];
  const minutes = Number(count) * (MINUTES[unit ?? ''] ?? Number.NaN);
  return minutes <= MOST_MINUTES ? minutes : null;
}

/** An expression whose time comes at all: `0 0 31 2 *` has five good fields. */
function isTime(cron: string): boolean {
  if (!validateDetailed(cron).valid) return false;
  const task = createTask(cron, () => {}, { timezone: 'UTC' });
  try {
    return task.getNextRuns(1).length === 1;
  } catch {
    return false;
  } finally {
    void task.destroy();
  }
}
