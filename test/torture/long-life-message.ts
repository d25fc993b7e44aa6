/** What long-life.ts and the process of the product say to each other. */
export type Ask =
  | { readonly type: 'pass' }
  | { readonly type: 'advance'; readonly milliseconds: number }
  /** `least`: figures that are good enough at once, without waiting for idle sockets to close. */
  | { readonly type: 'measure'; readonly least: Pick<Figures, 'handles' | 'fds'> | null; readonly patienceMs: number }
  | { readonly type: 'stop' };

export type Told =
  | { readonly type: 'ready'; readonly url: string }
  | {
      readonly type: 'ended';
      readonly outcome: string;
      readonly message: string | null;
      readonly changes: number | null;
      readonly effects: number;
    }
  | { readonly type: 'threw'; readonly text: string }
  | { readonly type: 'figures'; readonly figures: Figures };

/** What a process holds, garbage collected. `rss` and `heap` in bytes; `entries` are those of the journal. */
export type Figures = {
  readonly rss: number;
  readonly heap: number;
  readonly handles: number;
  readonly fds: number;
  readonly entries: number;
  readonly resources: Readonly<Record<string, number>>;
};

/** Bounds of the journal, small enough that a campaign meets them. */
export type Bounds = { readonly maxBytes: number; readonly maxEntries: number; readonly keepPasses: number };
