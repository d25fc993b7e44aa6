import type { JournalEntry, PassCounts } from './journal.ts';

type FieldType = 'string' | 'string?' | 'number' | 'number?' | 'boolean' | 'object' | 'list';

const FIELDS: Readonly<Record<JournalEntry['type'], Readonly<Record<string, FieldType>>>> = {
  'pass-started': { pass: 'number', askedBy: 'list', mode: 'string' },
  'pass-ended': {
    pass: 'number',
    askedBy: 'list',
    attempted: 'string?',
    applied: 'string?',
    outcome: 'string',
    counts: 'object',
    message: 'string?',
  },
  change: {
    pass: 'number',
    key: 'string',
    action: 'string',
    profile: 'string',
    userId: 'string?',
    unseats: 'boolean',
    result: 'string',
    effect: 'boolean',
    error: 'string?',
  },
  seats: { pass: 'number', record: 'object' },
  'seats-kept': { pass: 'number', revision: 'string?' },
  'seats-changed': { pass: 'number', revision: 'string?', from: 'string', removed: 'list', added: 'list' },
  suspended: { owner: 'string', reason: 'string', until: 'string' },
  resumed: { by: 'string' },
  overridden: { pass: 'number', owner: 'string', reason: 'string', windows: 'list' },
  'drift-opened': { key: 'string', kind: 'string', profile: 'string', person: 'string?' },
  'drift-closed': { key: 'string', kind: 'string' },
  refused: { pass: 'number', revision: 'string?', planHash: 'string', violations: 'list' },
  reversed: { key: 'string', revision: 'string?', actor: 'string?' },
  contested: { key: 'string', revision: 'string?' },
  settled: { key: 'string', why: 'string' },
  agreed: { key: 'string' },
  disagreed: { key: 'string' },
  applied: { pass: 'number', revision: 'string?', planHash: 'string', digests: 'object' },
  attachment: { profile: 'string', group: 'string', groupId: 'string?', attached: 'boolean', ageMs: 'number?' },
  observed: { profiles: 'list' },
  told: { to: 'string', kind: 'string', open: 'list', over: 'list', happened: 'list' },
  posted: { pass: 'number', revision: 'string', digest: 'string', settled: 'boolean', comments: 'list' },
};

const COUNTS: Readonly<Record<keyof PassCounts, FieldType>> = {
  planned: 'number',
  applied: 'number',
  failed: 'number',
  skipped: 'number',
  effects: 'number',
  held: 'number',
  drift: 'number',
};

const SEAT: Readonly<Record<string, FieldType>> = {
  profile: 'string',
  group: 'string',
  groupId: 'string',
  userId: 'string',
  user: 'string',
  since: 'string',
};

const OTHER: Readonly<Record<string, FieldType>> = {
  profile: 'string',
  group: 'string',
  tier: 'string',
  userId: 'string',
  user: 'string',
  since: 'string?',
  state: 'string',
};

const GRANT: Readonly<Record<string, FieldType>> = {
  tier: 'string',
  assignment: 'string?',
  owner: 'string?',
  costCenter: 'string?',
  why: 'string',
  monthly: 'number?',
  revision: 'string?',
  at: 'string',
};

/**
 * True when the value has the fields of a journal entry, deep enough that whoever reads one finds what its type says;
 * what it does not know (a newer version's entry) is false.
 */
export function isJournalEntry(value: unknown): value is JournalEntry {
  if (!hasFields(value, { type: 'string', at: 'string' }) || !isInstant(value['at'])) return false;
  const fields = new Map(Object.entries(FIELDS)).get(String(value['type']));
  if (fields === undefined || !hasFields(value, fields)) return false;
  if ('pass' in fields && !Number.isSafeInteger(value['pass'])) return false;
  if (value['type'] === 'suspended') return isInstant(value['until']);
  if (value['type'] === 'pass-ended') return hasFields(value['counts'], COUNTS) && areCalls(value['calls']);
  if (value['type'] === 'told') return ['open', 'over', 'happened'].every((list) => areNames(value[list]));
  if (value['type'] === 'observed') return areObserved(value['profiles']);
  if (value['type'] === 'posted') return areComments(value['comments']);
  if (value['type'] === 'overridden') return areNames(value['windows']);
  if (value['type'] === 'seats-changed')
    return isInstant(value['from']) && areSeats(value['removed']) && areNames(value['added']) && areOthersChanged(value['others']);
  return value['type'] !== 'seats' || isRecord(value['record']);
}

/** RFC 3339 with a year of four digits, so that an hour more is still a date. */
function isInstant(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
}

function isRecord(value: unknown): boolean {
  if (!hasFields(value, { at: 'string', revision: 'string?', seats: 'list' })) return false;
  return areSeats(value['seats']) && (value['others'] === undefined || areOthers(value['others']));
}

function areSeats(seats: unknown): boolean {
  return Array.isArray(seats) && seats.every((seat: unknown) => hasFields(seat, SEAT) && isGrant(seat['grant']));
}

function areOthers(others: unknown): boolean {
  const isState = (state: unknown) => state === 'external' || state === 'held' || state === 'drift';
  return Array.isArray(others) && others.every((seat: unknown) => hasFields(seat, OTHER) && isState(seat['state']));
}

/** Absent in the entries of older versions, and where the earlier set is one of them. */
function areOthersChanged(others: unknown): boolean {
  if (others === undefined) return true;
  return hasFields(others, { removed: 'list', added: 'list' }) && areOthers(others['removed']) && areNames(others['added']);
}

/** Absent in the entries of older versions. */
function isGrant(grant: unknown): boolean {
  return grant === undefined || hasFields(grant, GRANT);
}

/** Absent in the entries of older versions. */
function areCalls(calls: unknown): boolean {
  return calls === undefined || (fits(calls, 'object') && Object.values(Object(calls)).every((count) => typeof count === 'number'));
}

function areNames(list: unknown): boolean {
  return Array.isArray(list) && list.every((each) => typeof each === 'string');
}

function areObserved(profiles: unknown): boolean {
  const isOne = (each: unknown) =>
    hasFields(each, { name: 'string', places: 'list', groups: 'list' }) && areNames(each['places']) && areNames(each['groups']);
  return Array.isArray(profiles) && profiles.every(isOne);
}

function areComments(comments: unknown): boolean {
  return Array.isArray(comments) && comments.every((each: unknown) => hasFields(each, { pull: 'number', id: 'string' }));
}

function hasFields(value: unknown, fields: Readonly<Record<string, FieldType>>): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const own = new Map<string, unknown>(Object.entries(value));
  return Object.entries(fields).every(([name, type]) => own.has(name) && fits(own.get(name), type));
}

function fits(value: unknown, type: FieldType): boolean {
  if (type === 'list') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'string?') return value === null || typeof value === 'string';
  if (type === 'number?') return value === null || typeof value === 'number';
  return typeof value === type;
}
