import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import type { Report } from '../daemon/report-make.ts';
import { monthName } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { wantedReport } from './credits.ts';
import { creditsParts } from './credits-part.ts';
import type { Sheet } from './layout.ts';
import { moment } from './moment.ts';
import { address } from './paging.ts';
import type { Problem } from './problem.ts';
import { show } from './show.ts';

/** `/credits`: the last credits report, or the newest of `?month=`, in the frame of the other pages. */
export async function creditsPage(c: Context, daemon: Daemon): Promise<Response> {
  const month = c.req.query('month');
  const found = (month === undefined ? await fresh(daemon) : null) ?? (await wantedReport(daemon, month));
  const months = await keptMonths(daemon);
  if ('error' in found) return show(c, daemon, missing(found, months), statusOf(found, month));
  c.header('last-modified', found.at.toUTCString());
  return show(c, daemon, sheet(found, months, daemon.deps.now().toISOString()));
}

/** One that was made since the newest pass: a page that follows the daemon does not have usage read again each time. */
async function fresh({ reports, planned }: Daemon): Promise<Report | null> {
  const last = reports.last();
  const pass = planned();
  return last === null || pass === null || last.at < pass.finishedAt ? null : await reports.of(last.month).catch(() => null);
}

/** Before the first report there is a page all the same; what was asked for and is not there is an error. */
function statusOf({ status }: Problem, month: string | undefined): 200 | 400 | 404 | 503 {
  if (status === 404 && month === undefined) return 200;
  return status === 400 || status === 503 ? status : 404;
}

/** The months of which a report is kept, newest first. */
async function keptMonths({ deps, reports }: Daemon): Promise<readonly string[]> {
  const kept = await (deps.shelf?.list() ?? Promise.resolve([])).catch(() => []);
  const last = reports.last();
  return [...new Set([...(last === null ? [] : [last]), ...kept].map((report) => report.month))].sort().reverse();
}

function missing({ error, advice }: Problem, months: readonly string[]): Sheet {
  return { tab: 'credits', title: 'Credits', body: html`<p>${error}</p><p>${advice}</p>${monthLinks(months, null)}` };
}

function sheet({ at, month, html: text }: Report, months: readonly string[], now: string): Sheet {
  const parts = creditsParts(text);
  const made = at.toISOString();
  const links = html`<p>Made ${moment(made, now)}. <a href="${address('/credits/report', { month, download: 'yes' })}">Download the report as one file</a> · <a href="${address('/api/credits', { month })}">JSON</a></p>`;
  const body =
    parts === null
      ? html`<p class="banner warn">The page of this report is gone, or of another version of kirosync. Its numbers are in the <a href="${address('/api/credits', { month })}">JSON</a>.</p>`
      : html`<div class="credits">${parts.head}${parts.sections}${parts.main}</div>`;
  return { tab: 'credits', title: `Credits, ${monthName(month)}`, body: html`${monthLinks(months, month)}${links}${body}` };
}

function monthLinks(months: readonly string[], current: string | null): Html {
  if (months.length === 0 || (months.length === 1 && months[0] === current)) return NOTHING;
  const link = (month: string): Html =>
    html`<li><a href="${address('/credits', { month })}"${month === current ? html` aria-current="page"` : NOTHING}>${monthName(month)}</a></li>`;
  return html`<nav class="months" aria-label="Months"><ul>${join(months.map(link))}</ul></nav>`;
}
