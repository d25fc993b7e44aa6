/** That something which pages show has changed; what it is, pages say. */
export type News = {
  /** Differs from every other state of this process, and of one that was started at another time. */
  readonly version: () => string;
  /** Calls the listener after each change, until the returned function is called. */
  readonly listen: (listener: () => void) => () => void;
  readonly tell: () => void;
};

/** The news of a daemon that was started at this instant. A listener that throws hinders nobody. */
export function news(startedAt: Date): News {
  const listeners = new Set<() => void>();
  let changes = 0;
  return {
    version: () => `${startedAt.getTime().toString(36)}-${changes}`,
    listen: (listener) => {
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell: () => {
      changes += 1;
      for (const each of [...listeners]) {
        try {
          each();
        } catch {
          // It is the listener's trouble.
        }
      }
    },
  };
}
