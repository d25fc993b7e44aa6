import type { Settings, WindowSettings } from '../model/settings.ts';
import { cronTimes } from './cron-time.ts';

type Windows = Settings['windows'];

const MINUTE_MS = 60_000;
/** How far ahead ends and beginnings are looked for. */
const AHEAD_MS = 366 * 24 * 60 * MINUTE_MS;
/** Beginnings that may prolong a stretch: each minute of a day. What goes on after so many has no end in sight. */
const MOST_JOINED = 1_440;

/** A stretch of time in which a window is in force. `end` is null where none is in sight (within a year at most). */
export type Stretch = { readonly start: Date; readonly end: Date | null };

/** Why nothing is applied to a profile. `until` is when that changes, as far as is known; null where no end is in sight. */
export type Freeze = { readonly windows: readonly string[]; readonly until: Date | null; readonly reason: string };

/**
 * The stretch of a window around an instant; null while it is not in force. Its end is not in it. Stretches that overlap or
 * meet are one, so that `end` is when it really ends.
 */
export function stretchAt(window: WindowSettings, at: Date): Stretch | null {
  const times = cronTimes(window.cron);
  const length = window.minutes * MINUTE_MS;
  const start = times.latest(at.getTime(), at.getTime() - length);
  if (start === null) return null;
  let end = start + length;
  for (let joined = 0; joined < MOST_JOINED && end <= at.getTime() + AHEAD_MS; joined += 1) {
    // A beginning at the very end goes on without a gap.
    const again = times.latest(end, end - length);
    if (again === null || again + length <= end) return { start: new Date(start), end: new Date(end) };
    end = again + length;
  }
  return { start: new Date(start), end: null };
}

/**
 * Why nothing may be applied to a profile at an instant; null when it may. Inside a deny window nothing is; where an allow
 * window names the profile (or all), it is only inside one. Deny wins.
 */
export function freezeOf(windows: Windows, profile: string, at: Date): Freeze | null {
  const own = windows.filter((window) => window.profiles === null || window.profiles.includes(profile));
  const denied = own
    .filter((window) => window.action === 'deny')
    .flatMap((window) => {
      const stretch = stretchAt(window, at);
      return stretch === null ? [] : [{ window, stretch }];
    });
  if (denied.length > 0) {
    const until = latestEnd(denied.map(({ stretch }) => stretch.end));
    const names = denied.map(({ window }) => window.name);
    const why = denied.flatMap(({ window }) => (window.reason === null ? [] : [window.reason])).join('; ');
    return {
      windows: names,
      until,
      reason: `change window ${quoted(names)}${why === '' ? '' : ` (${why})`} forbids it until ${when(until)}`,
    };
  }
  const allowing = own.filter((window) => window.action === 'allow');
  if (allowing.length === 0 || allowing.some((window) => stretchAt(window, at) !== null)) return null;
  const until = nextStart(allowing, at);
  const names = allowing.map((window) => window.name);
  return { windows: names, until, reason: `it is outside of change window ${quoted(names)}, which opens ${when(until)}` };
}

/**
 * The same, until the profile is free: beginnings and ends of windows on the way are passed over. `until` null: it is not
 * free within a year.
 */
export function frozenUntil(windows: Windows, profile: string, at: Date): Date | null {
  const last = at.getTime() + AHEAD_MS;
  let free = at;
  for (;;) {
    const freeze = freezeOf(windows, profile, free);
    if (freeze === null) return free;
    if (freeze.until === null || freeze.until.getTime() > last) return null;
    free = freeze.until;
  }
}

/** The names of the windows that forbid something at an instant, to whatever profile. */
export function freezing(windows: Windows, at: Date): readonly string[] {
  // '' is no profile: it stands for those that no window names.
  const profiles = ['', ...windows.flatMap((window) => window.profiles ?? [])];
  return [...new Set(profiles.flatMap((profile) => freezeOf(windows, profile, at)?.windows ?? []))];
}

/** True when a profile is frozen through all of a stretch of time: whatever was to be done in it cannot be. */
export function coversAll(windows: Windows, profile: string, from: Date, end: Date): boolean {
  const free = frozenUntil(windows, profile, from);
  return free === null || free.getTime() >= end.getTime();
}

function nextStart(windows: Windows, at: Date): Date | null {
  const starts = windows.flatMap((window) => cronTimes(window.cron).next(at.getTime(), at.getTime() + AHEAD_MS) ?? []);
  return starts.length === 0 ? null : new Date(Math.min(...starts));
}

function latestEnd(ends: readonly (Date | null)[]): Date | null {
  const known = ends.filter((end) => end !== null).map((end) => end.getTime());
  return known.length < ends.length ? null : new Date(Math.max(...known));
}

function when(at: Date | null): string {
  return at === null ? 'a time that is not in sight' : at.toISOString();
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(', ');
}
