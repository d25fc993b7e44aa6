import { isDay, startOf } from '../model/day.ts';

export type ReadSuspension =
  | { readonly ok: true; readonly owner: string; readonly reason: string; readonly until: Date }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * An instant as people write it: RFC 3339 with its offset, or a UTC day (its 00:00). Null for anything else, also for one
 * that is in the year 10000 of UTC: RFC 3339 cannot write it, so nobody could read it back.
 */
export function instantOf(text: string): Date | null {
  if (isDay(text)) return startOf(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(text)) return null;
  if (!isDay(text.slice(0, 10))) return null; // Date would take 30 February for 2 March
  const at = new Date(text);
  return Number.isNaN(at.getTime()) || !/^\d{4}-/.test(at.toISOString()) ? null : at;
}

/** `{owner, reason, until}` of a request body, or every problem with it. A suspension without an end is forgotten, so there is none. */
export function readSuspension(body: string, now: Date): ReadSuspension {
  const fields = parse(body);
  const { owner, reason, problems } = readWords(fields);
  for (const name of fields.keys())
    if (!['owner', 'reason', 'until'].includes(name))
      problems.push(`There is no field ${JSON.stringify(name)}; the fields are owner, reason and until.`);
  const until = textOf(fields.get('until'), instantOf);
  if (until === null) problems.push('"until" must be RFC 3339 (2026-12-01T12:00:00Z) or a UTC day (2026-12-01).');
  else if (until.getTime() <= now.getTime()) problems.push(`"until" (${until.toISOString()}) has passed already.`);
  return problems.length > 0 || until === null ? { ok: false, problems } : { ok: true, owner, reason, until };
}

/** `owner` and `reason` of a wish, with every problem; the list is for the caller to add to. */
export function readWords(fields: ReadonlyMap<string, unknown>): {
  readonly owner: string;
  readonly reason: string;
  readonly problems: string[];
} {
  const problems: string[] = [];
  const text = (name: string, most: number): string => {
    const value = fields.get(name);
    if (typeof value === 'string' && value.length <= most && isReadable(value.trim())) return value.trim();
    problems.push(`"${name}" must be a text of 1 to ${most} characters on one line, without control characters.`);
    return '';
  };
  return { owner: text('owner', 200), reason: text('reason', 1000), problems };
}

/** What a journal that cannot be written makes of a wish: this process follows it, the next one would not know of it. */
export const forgotten = (what: string, why: string) =>
  ({
    status: 503,
    error: `${what} is not kept: it holds only as long as this daemon lives. ${why}`,
    advice: 'Mend the disk of stateDir, then ask again; until then nothing is applied.',
  }) as const;

function textOf<T>(value: unknown, read: (text: string) => T): T | null {
  return typeof value === 'string' ? read(value) : null;
}

/** Something to see, and nothing that acts on a terminal or makes one line look like two. */
function isReadable(text: string): boolean {
  return /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(text) && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);
}

/** The fields of a JSON object; none for anything else. */
export function parse(body: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : new Map();
  } catch {
    return new Map();
  }
}
