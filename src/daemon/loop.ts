/** What a pass may be asked for. `report` writes reports and applies nothing. */
export type Kind = 'reconcile' | 'report';

/** `by`: schedule, webhook, signal, api, start. `reason`: for people. An `override` lets the pass past change windows. */
export type Ask = { readonly kind: Kind; readonly reason: string; readonly by: string; readonly override?: Override };

/** Who lets a pass past change windows, and why. */
export type Override = { readonly owner: string; readonly reason: string };

/** What a pass was started for: every ask that had come by then, merged. */
export type Turn = { readonly kind: Kind; readonly asks: readonly Ask[]; readonly ticket: number };

export type LoopEvent =
  | { readonly type: 'asked'; readonly ask: Ask; readonly ticket: number }
  | { readonly type: 'started' | 'ended'; readonly turn: Turn }
  | { readonly type: 'threw'; readonly turn: Turn; readonly error: unknown };

export type Loop = {
  /** Never blocks, never runs anything itself. The ticket is served by the first pass of that kind that starts from now on. */
  readonly ask: (ask: Ask) => number;
  /** Works until the signal aborts and the work in hand has ended. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** What is being worked on now; null when idle. */
  readonly running: () => Turn | null;
  /** The newest ticket of a kind whose pass has ended. */
  readonly served: (kind: Kind) => number;
};

/** Askers named for one pass; more of them say nothing new. */
const NAMED = 20;
const KINDS: readonly Kind[] = ['reconcile', 'report'];

/** One loop, many askers: asks of a kind merge until a pass of it starts, and no two passes ever overlap. */
export function loop(work: (turn: Turn, signal: AbortSignal) => Promise<void>, emit: (event: LoopEvent) => void = () => {}): Loop {
  const waiting = new Map<Kind, Turn>();
  const served = new Map<Kind, number>();
  let tickets = 0;
  let current: Turn | null = null;
  let wake = () => {};

  const tell = (event: LoopEvent) => {
    try {
      emit(event);
    } catch {
      // A listener that throws must not stop the loop.
    }
  };
  const take = (): Turn | null => {
    const kind = KINDS.find((each) => waiting.has(each));
    const turn = kind === undefined ? undefined : waiting.get(kind);
    if (kind !== undefined) waiting.delete(kind);
    return turn ?? null;
  };
  const serve = async (turn: Turn, signal: AbortSignal) => {
    current = turn;
    tell({ type: 'started', turn });
    try {
      await work(turn, signal);
    } catch (error) {
      tell({ type: 'threw', turn, error });
    }
    current = null;
    served.set(turn.kind, turn.ticket);
    tell({ type: 'ended', turn });
  };

  return {
    ask: (ask) => {
      tickets += 1;
      const before = waiting.get(ask.kind)?.asks ?? [];
      const asks = before.length < NAMED || ask.override !== undefined ? [...before, ask] : before;
      waiting.set(ask.kind, { kind: ask.kind, asks, ticket: tickets });
      tell({ type: 'asked', ask, ticket: tickets });
      wake();
      return tickets;
    },
    run: async (signal) => {
      const stop = () => wake();
      signal.addEventListener('abort', stop, { once: true });
      while (!signal.aborted) {
        const turn = take();
        if (turn !== null) await serve(turn, signal);
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            // Between `take` and here nothing else ran, so no ask can have been missed.
            if (signal.aborted) resolve();
          });
      }
      signal.removeEventListener('abort', stop);
    },
    running: () => current,
    served: (kind) => served.get(kind) ?? 0,
  };
}
