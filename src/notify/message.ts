import type { EventName, Severity } from '../model/notification.ts';

/** opened: a problem began · standing: it lasts · over: it ended · happened: it came and does not last. */
export type State = 'opened' | 'standing' | 'over' | 'happened';

/** What is told of one event in one state. `lines` are at most ten of `count`. `since` is RFC 3339. */
export type Item = {
  readonly event: EventName;
  readonly state: State;
  readonly severity: Severity;
  readonly title: string;
  readonly count: number;
  readonly since: string | null;
  readonly lines: readonly string[];
  readonly advice: string | null;
};

export type MessageKind = 'news' | 'digest' | 'heartbeat';

/** How the daemon stands, beside what is told. Names nobody. */
export type Context = {
  /** Which daemon speaks: the repository and branch that it follows. */
  readonly source: string;
  readonly mode: string;
  readonly outcome: string | null;
  readonly pass: number | null;
  readonly attempted: string | null;
  readonly applied: string | null;
};

/** One message to one receiver. `standing` counts the problems that stand for it. `told` is what the journal keeps once it was delivered. */
export type Message = {
  readonly kind: MessageKind;
  readonly to: string;
  /** RFC 3339. */
  readonly at: string;
  readonly severity: Severity;
  readonly title: string;
  readonly items: readonly Item[];
  readonly standing: number;
  readonly context: Context;
  readonly told: { readonly open: readonly string[]; readonly over: readonly string[]; readonly happened: readonly string[] };
};
