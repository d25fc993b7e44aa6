/** Columns that every era of the report has and the accounts need. */
const REQUIRED = ['date', 'userid', 'client_type', 'credits_used', 'overage_credits_used', 'subscription_tier'] as const;
const OPTIONAL = ['profileid'] as const;

type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];

/** Where each column stands (from 0), and how many there are; or why the file cannot be read. */
export type Header =
  | {
      readonly ok: true;
      readonly width: number;
      readonly at: Readonly<Record<(typeof REQUIRED)[number], number>> & { readonly profileid: number | null };
    }
  | { readonly ok: false; readonly hasHeader: boolean; readonly reason: string };

/**
 * Binds columns by name: case and surrounding spaces are forgiven, order and unknown columns are free, since every
 * new model adds one. A required column that is missing, or a bound one that stands there twice, refuses the file.
 */
export function bind(names: readonly string[]): Header {
  const lower = names.map((name) => name.trim().toLowerCase());
  const missing = REQUIRED.filter((name) => !lower.includes(name));
  if (missing.length === REQUIRED.length) {
    // Every data row has a digit, in its date at least: a line without one is somebody's header.
    return names.some((name) => /\d/.test(name))
      ? { ok: false, hasHeader: false, reason: 'the file has no header line' }
      : { ok: false, hasHeader: true, reason: `the header has none of ${REQUIRED.join(', ')}` };
  }
  if (missing.length > 0) return { ok: false, hasHeader: true, reason: `the header lacks ${missing.join(', ')}` };
  const twice = [...REQUIRED, ...OPTIONAL].filter((name) => lower.indexOf(name) !== lower.lastIndexOf(name));
  if (twice.length > 0) return { ok: false, hasHeader: true, reason: `the header names ${twice.join(', ')} more than once` };
  const of = (name: Column): number => lower.indexOf(name);
  return {
    ok: true,
    width: names.length,
    at: {
      date: of('date'),
      userid: of('userid'),
      client_type: of('client_type'),
      credits_used: of('credits_used'),
      overage_credits_used: of('overage_credits_used'),
      subscription_tier: of('subscription_tier'),
      profileid: lower.includes('profileid') ? of('profileid') : null,
    },
  };
}
