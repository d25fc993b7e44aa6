import type { JournalEntry, Told } from './journal.ts';

/** What one receiver of notifications knows. Instants are RFC 3339. */
export type Memory = {
  /** When it was met first, or the oldest that the journal still has. */
  readonly since: string;
  /** When it was told anything last. */
  readonly last: string;
  /** Problems that it believes to stand, with when it was last told so. */
  readonly open: ReadonlyMap<string, string>;
  readonly happened: ReadonlySet<string>;
  /** When it was told that a problem began, for each time. */
  readonly began: ReadonlyMap<string, readonly string[]>;
  readonly digest: string | null;
  readonly heartbeat: string | null;
};

/** What the receiver of that name knows; null for one that was never met. */
export function memoryOf(entries: readonly JournalEntry[], to: string): Memory | null {
  const own = entries.filter((entry) => entry.type === 'told' && entry.to === to) as readonly Told[]; // the predicate proves it
  const first = own[0];
  if (first === undefined) return null;
  const open = new Map<string, string>();
  const began = new Map<string, string[]>();
  const happened = new Set<string>();
  for (const entry of own) {
    for (const id of entry.open) {
      if (!open.has(id)) began.set(id, [...(began.get(id) ?? []), entry.at]);
      open.set(id, entry.at);
    }
    for (const id of entry.over) open.delete(id);
    for (const id of entry.happened) happened.add(id);
  }
  const newest = (kind: Told['kind']) => own.findLast((entry) => entry.kind === kind)?.at ?? null;
  return {
    since: first.at,
    last: own.at(-1)?.at ?? first.at,
    open,
    happened,
    began,
    digest: newest('digest'),
    heartbeat: newest('heartbeat'),
  };
}

/**
 * The entries without which a receiver would be told again what it knows: its newest, its newest digest and heartbeat, the
 * newest about each problem that it believes to stand, and what ended others of which these speak.
 */
export function newestTold(entries: readonly JournalEntry[]): readonly Told[] {
  const all = entries.filter((entry) => entry.type === 'told');
  return [...new Set(all.map((entry) => entry.to))].flatMap((to) => {
    const newestFirst = all.filter((entry) => entry.to === to).reverse();
    const standing = new Set(memoryOf(all, to)?.open.keys());
    const found = new Set([
      newestFirst[0],
      ...(['digest', 'heartbeat'] as const).map((kind) => newestFirst.find((each) => each.kind === kind)),
    ]);
    for (const id of standing) found.add(newestFirst.find((each) => each.open.includes(id)));
    const ended = new Set([...found].flatMap((each) => each?.open ?? []).filter((id) => !standing.has(id)));
    for (const id of ended) found.add(newestFirst.find((each) => each.over.includes(id)));
    return [...found].filter((each) => each !== undefined);
  });
}
