import { type Store, snapshot } from './store.ts';

/** What the directory was before each write of the last while, oldest first; kept only while a `lag` fault is on. */
export type History = { past: readonly { readonly until: number; readonly store: Store }[] };

/** To be called before a write at `now`. `longest` is the longest lag in force, in milliseconds; 0 keeps nothing. */
export const remember = (history: History, store: Store, now: number, longest: number): void => {
  const kept = history.past.filter((entry) => entry.until > now - longest);
  history.past = longest === 0 ? [] : [...kept, { until: now, store: snapshot(store) }];
};

/** The directory as a host sees it that is `ms` behind. */
export const behind = (history: History, store: Store, now: number, ms: number): Store =>
  history.past.find((entry) => entry.until > now - ms)?.store ?? store;
