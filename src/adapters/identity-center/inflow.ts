/** Ids that become known while something else is read; whoever works on them need not wait for the last one. */
export type Inflow = {
  readonly add: (ids: Iterable<string>) => void;
  /** Nothing more will come. */
  readonly end: () => void;
  /** What came since the last time; null when the end was reached and everything was taken. Never waits. */
  readonly take: () => readonly string[] | null;
  /** Resolves when there is something to take, or the end. */
  readonly more: () => Promise<void>;
};

export function inflow(): Inflow {
  let waiting: string[] = [];
  let ended = false;
  let wake = () => {};
  return {
    add(ids) {
      for (const id of ids) waiting.push(id);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    take() {
      if (waiting.length === 0) return ended ? null : [];
      const taken = waiting;
      waiting = [];
      return taken;
    },
    more: () =>
      new Promise((resolve) => {
        wake = resolve;
        if (waiting.length > 0 || ended) resolve();
      }),
  };
}
