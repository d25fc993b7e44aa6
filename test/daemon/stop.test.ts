import { afterEach, expect, it, vi } from 'vitest';
import type { Io } from '../../src/commands/io.ts';
import { type ServeDeps, serve } from '../../src/commands/serve.ts';
import { fakeJournal, fakeSource, SETTINGS } from '../support/daemon.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A daemon whose Git neither answers nor stops when it is asked to, until `thaw`. */
function frozen() {
  let thaw = () => {};
  const ice = new Promise<void>((resolve) => {
    thaw = resolve;
  });
  const stop = new AbortController();
  const words: string[] = [];
  const io: Io = {
    ...{ stdout: () => {}, stderr: (text: string) => void words.push(text), isTty: false, color: false, env: {}, cwd: '/' },
    ...{ signal: stop.signal, now: () => new Date(), ask: async () => false },
  };
  const deps: ServeDeps = {
    settings: { ...SETTINGS, schedule: { reconcile: '0 0 1 1 *', reports: null } },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    lock: async () => ({ release: async () => {} }),
    openJournal: async () => fakeJournal(),
    source: () => ({
      ...fakeSource(''),
      fetch: async () => {
        await ice;
        return { revision: null, files: [] };
      },
    }),
    observe: async () => {
      throw new Error('not asked for');
    },
    writer: () => {
      throw new Error('not asked for');
    },
    calls: () => ({}),
    throttles: () => 0,
    accepted: async () => null,
    onHangup: () => () => {},
    close: () => {},
  };
  return { io, deps, stop, words, thaw };
}

it('a daemon that does not stop within ten seconds says that this is a bug, and ends', async () => {
  const { io, deps, stop, words, thaw } = frozen();
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const served = serve({ listen: (event) => (event.type === 'started' ? begun() : undefined) }, io, deps);
  await started;
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  stop.abort();
  vi.advanceTimersByTime(9_999);
  expect(words).toEqual([]);
  expect(() => vi.advanceTimersByTime(1)).toThrow('exit 70');
  expect(words.join()).toContain('did not stop within 10 s');
  vi.useRealTimers();
  thaw();
  expect(await served).toBe(0);
});
