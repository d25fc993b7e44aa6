import { type Day, isDay } from '../model/day.ts';

/**
 * What a file is, by its path alone. Kiro writes its reports to
 * `AWSLogs/<account>/KiroLogs/user_report/<region>/<yyyy>/<mm>/<dd>/00/<CLIENT>_<account>_user_report_<yyyymmddHHMM>.csv`,
 * with `part_N` in the name above 1,000 users a day; beside them stand the legacy `by_user_analytic` report and marker
 * objects named by a UUID (Kiro enterprise documentation and AWS samples, 2026).
 */
export type ReportPath = {
  readonly kind: 'report';
  /** From the folders; null where the tree was copied without them. */
  readonly account: string | null;
  readonly region: string | null;
  /** From the file name: the weakest witness of the account. */
  readonly nameAccount: string | null;
  /** When the file was exported, 14 digits; null when the name does not say, and then the file cannot be used. */
  readonly stamp: string | null;
  /** The activity day of the folders; null where the tree was copied without them. */
  readonly date: Day | null;
};

type UsagePath = ReportPath | { readonly kind: 'legacy' } | { readonly kind: 'marker' } | { readonly kind: 'other' };

const MARKER = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NAME = /^(?:.*?_)?(?:(\d{12})_)?user_report_(\d{12}(?:\d{2})?)(?!\d)/i;
const FOLDERS = /(?:^|\/)AWSLogs\/(\d{12})\/KiroLogs\/user_report\/([a-z0-9-]+)\//;
const DATE_FOLDERS = /\/user_report\/[^/]+\/(\d{4})\/(\d{2})\/(\d{2})\//;
const REGION_FOLDER = /(?:^|\/)user_report\/([a-z]{2}(?:-[a-z]+)+-\d)\//;

const LEGACY = /(?:^|\/)KiroLogs\/by_user_analytic\//;

/**
 * Classifies a path (with `/`). Folder and file names are taken as Kiro writes them; the extension in any case.
 * `below` is the path from the directory that was given: what that directory itself is called makes no report legacy.
 */
export function readPath(path: string, below = path): UsagePath {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (MARKER.test(name)) return { kind: 'marker' };
  if (!/\.csv$/i.test(name)) return { kind: 'other' };
  if (name.includes('by_user_analytic') || LEGACY.test(below)) return { kind: 'legacy' };
  const named = NAME.exec(name);
  if (named === null && !/(?:^|\/)user_report\//.test(path)) return { kind: 'other' };
  const folders = FOLDERS.exec(path);
  return {
    kind: 'report',
    account: folders?.[1] ?? null,
    region: folders?.[2] ?? REGION_FOLDER.exec(path)?.[1] ?? null,
    nameAccount: named?.[1] ?? null,
    stamp: named?.[2]?.padEnd(14, '0') ?? null,
    date: dateOf(path),
  };
}

function dateOf(path: string): Day | null {
  const [, year, month, day] = DATE_FOLDERS.exec(path) ?? [];
  const date = `${year}-${month}-${day}`;
  return isDay(date) ? date : null;
}
