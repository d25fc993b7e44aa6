import type { ChangeEntry, JournalEntry, PassCounts } from './journal.ts';

/** One change that a pass took up; its last word, so `started` means that the process died during the call. */
export type ChangeRecord = Pick<
  ChangeEntry,
  'at' | 'key' | 'action' | 'profile' | 'userId' | 'unseats' | 'result' | 'effect' | 'requestId' | 'error'
>;

export type PassViolation = {
  readonly rule: string;
  readonly message: string;
  readonly limit: number | null;
  readonly actual: number | null;
};

/**
 * One pass, as the journal tells it. `outcome` is null for a pass that did not end: it is running, or the process died in it.
 * What an older or shortened journal does not have is null. `milliseconds` is how long it took.
 */
export type PassRecord = {
  readonly pass: number;
  /** RFC 3339; of a pass that did not end, when it began. */
  readonly at: string;
  readonly startedAt: string | null;
  readonly askedBy: readonly string[];
  readonly mode: string | null;
  readonly outcome: string | null;
  readonly message: string | null;
  readonly attempted: string | null;
  readonly applied: string | null;
  readonly planHash: string | null;
  readonly counts: PassCounts | null;
  readonly milliseconds: number | null;
  /** API calls by operation. */
  readonly calls: Readonly<Record<string, number>> | null;
  readonly violations: readonly PassViolation[];
  /** Who let it past the change windows, and why. */
  readonly override: { readonly owner: string; readonly reason: string; readonly windows: readonly string[] } | null;
  readonly changes: readonly ChangeRecord[];
};

type Making = { -readonly [K in keyof PassRecord]: PassRecord[K] } & { found: Map<string, ChangeRecord> };

function blank(pass: number, at: string): Making {
  const nothing = { startedAt: null, mode: null, outcome: null, message: null, attempted: null, applied: null, planHash: null };
  const none = { counts: null, milliseconds: null, calls: null, override: null };
  return { pass, at, askedBy: [], ...nothing, ...none, violations: [], changes: [], found: new Map() };
}

/** Every pass that the journal knows of, newest first, with the changes it took up in their order. */
export function passRecords(entries: readonly JournalEntry[]): readonly PassRecord[] {
  const passes = new Map<number, Making>();
  const of = (pass: number, at: string): Making => {
    const known = passes.get(pass) ?? blank(pass, at);
    passes.set(pass, known);
    return known;
  };
  for (const entry of entries) {
    if (!('pass' in entry)) continue;
    const record = of(entry.pass, entry.at);
    if (entry.type === 'pass-started')
      Object.assign(record, { at: entry.at, startedAt: entry.at, askedBy: entry.askedBy, mode: entry.mode });
    if (entry.type === 'pass-ended') end(record, entry);
    if (entry.type === 'refused') record.violations = entry.violations;
    if (entry.type === 'overridden') record.override = { owner: entry.owner, reason: entry.reason, windows: entry.windows };
    if (entry.type === 'change') record.found.set(entry.key, changeOf(entry));
  }
  return [...passes.values()].sort((a, b) => b.pass - a.pass).map(({ found, ...record }) => ({ ...record, changes: [...found.values()] }));
}

function end(record: Making, entry: Extract<JournalEntry, { type: 'pass-ended' }>): void {
  const { at, askedBy, outcome, message, attempted, applied, planHash, counts, calls = null } = entry;
  // An older journal does not have it.
  const milliseconds: number | null = typeof entry.milliseconds === 'number' ? entry.milliseconds : null;
  Object.assign(record, { at, askedBy, outcome, message, attempted, applied, planHash, counts, milliseconds, calls });
}

function changeOf({ at, key, action, profile, userId, unseats, result, effect, requestId, error }: ChangeEntry): ChangeRecord {
  return { at, key, action, profile, userId, unseats, result, effect, requestId: requestId ?? null, error };
}

/**
 * What is looked for; an empty text asks for nothing. `person` and `key` are parts of a key (or the whole user id), whatever
 * their case; `from` and `to` are UTC days, both included. `outcome` may be `unfinished`.
 */
export type PassFilter = {
  readonly outcome: string;
  readonly profile: string;
  readonly person: string;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly pass: string;
  /** Only passes that took up a change. */
  readonly changes: boolean;
};

export const EVERY_PASS: PassFilter = { outcome: '', profile: '', person: '', key: '', from: '', to: '', pass: '', changes: false };

/** True when the filter looks at changes, so that only those that match are shown. */
export function asksForChanges({ profile, person, key, changes }: PassFilter): boolean {
  return changes || profile !== '' || person !== '' || key !== '';
}

/** The passes that match, with the changes that match; without a question about changes a pass keeps all of them. */
export function matchingPasses(records: readonly PassRecord[], filter: PassFilter): readonly PassRecord[] {
  const { outcome, from, to, pass } = filter;
  const narrowed = asksForChanges(filter);
  return records.flatMap((record) => {
    const day = record.at.slice(0, 10);
    if (pass !== '' && String(record.pass) !== pass) return [];
    if (outcome !== '' && (record.outcome ?? 'unfinished') !== outcome) return [];
    if ((from !== '' && day < from) || (to !== '' && day > to)) return [];
    if (!narrowed) return [record];
    const changes = record.changes.filter((change) => isWanted(change, filter));
    return changes.length === 0 ? [] : [{ ...record, changes }];
  });
}

function isWanted({ key, profile, userId }: ChangeRecord, filter: PassFilter): boolean {
  if (filter.profile !== '' && profile !== filter.profile) return false;
  if (filter.key !== '' && !key.toLowerCase().includes(filter.key.toLowerCase())) return false;
  if (filter.person === '') return true;
  const name = key.startsWith('membership/') ? (key.split('/')[2] ?? '') : '';
  return userId === filter.person || name.toLowerCase().includes(filter.person.toLowerCase());
}
