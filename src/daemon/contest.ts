import type { ChangeEntry, JournalEntry } from '../model/journal.ts';
import { contested, reversals } from '../model/journal-state.ts';
import type { Key } from '../model/key.ts';
import { type Change, changesOf, type Plan } from '../model/plan.ts';

/** Reversals within seven days that make a seat contested. */
export const REVERSALS = 3;
const AGREED_MS = 24 * 3_600_000;

export type ContestInput = {
  readonly entries: readonly JournalEntry[];
  readonly plan: Plan;
  readonly revision: string | null;
  readonly now: Date;
  /** Since when live has agreed with the configuration about a contested key; a restart forgets it, so it only waits longer. */
  readonly agreedSince: ReadonlyMap<Key, Date>;
  readonly actorOf: (key: Key) => string | null;
};

/**
 * What a plan tells about seats that somebody else keeps reversing: entries for the journal. A change of ours that took
 * effect and that is wanted again, with nothing of ours in between, was reversed by somebody else; each is counted once.
 */
export function contest(input: ContestInput): readonly JournalEntry[] {
  const at = input.now.toISOString();
  const { entries, revision } = input;
  const settled = settlements(input);
  const reversed = changesOf(input.plan)
    .filter((change) => change.kind === 'membership' && wasReversed(entries, change))
    .map(({ key }) => ({ type: 'reversed', at, key, revision, actor: input.actorOf(key) }) satisfies JournalEntry);
  const after = [...entries, ...settled, ...reversed];
  const counts = reversals(after, input.now);
  const known = contested(after);
  const fresh = reversed
    .filter(({ key }) => !known.has(key) && (counts.get(key) ?? 0) >= REVERSALS)
    .map(({ key }) => ({ type: 'contested', at, key, revision }) satisfies JournalEntry);
  return [...settled, ...reversed, ...fresh];
}

/** Contested keys that a new configuration, or 24 hours of agreement, give back to kirosync. */
function settlements({ entries, revision, now, agreedSince }: ContestInput): readonly JournalEntry[] {
  return [...contested(entries).values()].flatMap(({ key, revision: under }): readonly JournalEntry[] => {
    const since = agreedSince.get(key);
    const agreed = since !== undefined && now.getTime() - since.getTime() >= AGREED_MS;
    const why = under !== revision ? 'the configuration changed' : agreed ? 'live agreed with the configuration for 24 hours' : null;
    return why === null ? [] : [{ type: 'settled', at: now.toISOString(), key, why }];
  });
}

/** True when our last effective change of the key was the same one, and this reversal of it is not in the journal yet. */
function wasReversed(entries: readonly JournalEntry[], change: Change): boolean {
  const ours = (entry: JournalEntry): entry is ChangeEntry =>
    entry.type === 'change' && entry.key === change.key && entry.result === 'succeeded' && entry.effect;
  const last = entries.findLastIndex(ours);
  const entry = entries[last];
  if (entry === undefined || entry.type !== 'change' || entry.action !== change.action) return false;
  return !entries.slice(last + 1).some((later) => later.type === 'reversed' && later.key === change.key);
}
