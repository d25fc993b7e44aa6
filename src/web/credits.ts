import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import type { Report } from '../daemon/report-make.ts';
import { RemoteError, UserError } from '../errors.ts';
import { pagePolicy } from './header.ts';
import { json, type Problem, problem } from './problem.ts';

const ADVICE = 'Run `kirosync credits --format json`, or ask again after the first pass.';
const NONE: Problem = { status: 404, error: 'This daemon makes no credits report.', advice: ADVICE };
const NOT_YET: Problem = { status: 404, error: 'There is no credits report yet.', advice: ADVICE };

/** The credits report as JSON: the last one, or the newest of `?month=`. */
export async function creditsData(c: Context, daemon: Daemon): Promise<Response> {
  const found = await wantedReport(daemon, c.req.query('month'));
  if ('error' in found) return problem(c, found);
  made(c, found);
  return json(c, found.json);
}

/** The same report as the one file that it is kept as. It runs nothing; its own style sheet is allowed by its hash. */
export async function creditsReport(c: Context, daemon: Daemon): Promise<Response> {
  const found = await wantedReport(daemon, c.req.query('month'));
  if ('error' in found) return problem(c, found);
  if (found.html === '') return problem(c, { ...NOT_YET, error: 'The page of this report is gone; its JSON is at /api/credits.' });
  made(c, found);
  c.header('content-security-policy', pagePolicy(found.html));
  if (c.req.query('download') !== undefined) c.header('content-disposition', `attachment; filename="kirosync-credits-${found.month}.html"`);
  return c.body(found.html, 200, { 'content-type': 'text/html; charset=utf-8' });
}

function made(c: Context, { at }: Report): void {
  c.header('last-modified', at.toUTCString());
}

/** The last report, or the newest of a month; one made now where there is none. Else why there is none. */
export async function wantedReport({ deps, reports }: Daemon, month: string | undefined): Promise<Report | Problem> {
  if (deps.credits === undefined) return NONE;
  if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    return { status: 400, error: '`month` is no month.', advice: 'Write it YYYY-MM, as in /api/credits?month=2026-11.' };
  try {
    const kept = month === undefined ? null : await reports.of(month);
    const report = kept ?? (await reports.current());
    if (report === null) return NOT_YET;
    if (month === undefined || report.month === month) return report;
    const advice = `Run \`kirosync credits --month ${month}\`: a daemon keeps its last reports only.`;
    return { status: 404, error: `No report of ${month} is kept.`, advice };
  } catch (error) {
    if (!(error instanceof UserError || error instanceof RemoteError)) throw error;
    const advice = error instanceof RemoteError ? (error.failures[0]?.advice ?? ADVICE) : 'Correct the usage of the settings.';
    return { status: 503, error: error.message, advice };
  }
}
