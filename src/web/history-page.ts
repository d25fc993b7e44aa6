import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { asksForChanges, EVERY_PASS, matchingPasses, type PassFilter, type PassRecord, passRecords } from '../model/pass-history.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { count } from '../report/summary.ts';
import { changeTable, isQuiet, passFacts, passItem, tag } from './history-pass.ts';
import { OUTCOMES, queryOf, readFilter } from './history-query.ts';
import type { Sheet } from './layout.ts';
import { address, cut, pager } from './paging.ts';
import { show } from './show.ts';

/** Passes that are unfolded at once when changes of somebody or something were asked for. */
const OPEN_PASSES = 10;

/** `/history`: every pass and every change that the journal knows of, newest first; `?pass=N` is one of them. */
export function historyPage(c: Context, daemon: Daemon): Response {
  const query = c.req.query();
  const { filter, problems } = readFilter(query);
  const records = passRecords(daemon.deps.journal.entries());
  const profiles = [...new Set(records.flatMap((record) => record.changes.map((change) => change.profile)))].sort();
  const one = filter.pass === '' ? undefined : matchingPasses(records, filter)[0];
  const page = query['page'];
  return show(c, daemon, one === undefined ? listSheet({ records, filter, problems, profiles, page }) : passSheet(one, filter, page));
}

type List = {
  readonly records: readonly PassRecord[];
  readonly filter: PassFilter;
  readonly problems: readonly string[];
  readonly profiles: readonly string[];
  readonly page: string | undefined;
};

/** The list of passes, by day; passes in a row in which nothing was to do are one line. */
export function listSheet({ records, filter, problems, profiles, page }: List): Sheet {
  const found = matchingPasses(records, filter);
  const shown = cut(found, page);
  const asked = filter.person !== '' || filter.key !== '' || filter.profile !== '';
  const isOpen = asked && shown.rows.length <= OPEN_PASSES;
  const ignored = problems.length === 0 ? NOTHING : html`<p class="banner warn">Not asked for: ${problems.join(' ')}</p>`;
  const list =
    found.length === 0
      ? html`<p class="none">${records.length === 0 ? 'No pass has begun yet.' : 'No pass matches.'}</p>`
      : html`${join(days(shown.rows).map((day) => daySection(day, filter, isOpen)))}${pager(shown, '/history', queryOf(filter), 'passes')}`;
  const body = html`${form(filter, profiles)}${ignored}${sumLine(records, found, filter)}${list}`;
  return { tab: 'history', title: 'History', body };
}

function exports(filter: PassFilter): Html {
  const link = (format: string) => html`<a href="${address('/api/history', { ...queryOf(filter), format })}">${format.toUpperCase()}</a>`;
  return html`Export: ${link('csv')} · ${link('json')}`;
}

function sumLine(records: readonly PassRecord[], found: readonly PassRecord[], filter: PassFilter): Html {
  const first = records.at(-1);
  if (first === undefined) return NOTHING;
  const changes = found.reduce((sum, record) => sum + record.changes.length, 0);
  const failed = found.reduce((sum, record) => sum + record.changes.filter((change) => change.result === 'failed').length, 0);
  const words = `${count(found.length, 'pass', 'passes')} with ${count(changes, 'change', 'changes')}${failed === 0 ? '' : `, ${grouped(failed)} failed`}`;
  const of = found.length === records.length ? '' : `, of ${grouped(records.length)} passes`;
  return html`<p class="line">${words}${of}. The journal goes back to pass ${first.pass} of ${first.at.slice(0, 10)}. ${exports(filter)}</p>`;
}

type Day = { readonly day: string; readonly runs: readonly (readonly PassRecord[])[] };

/** Passes by day; each run is one pass, or quiet ones in a row. */
function days(records: readonly PassRecord[]): readonly Day[] {
  const found: { day: string; runs: PassRecord[][] }[] = [];
  for (const record of records) {
    const day = record.at.slice(0, 10);
    let last = found.at(-1);
    if (last?.day !== day) {
      last = { day, runs: [] };
      found.push(last);
    }
    const run = last.runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && isQuiet(before) && isQuiet(record) && before.attempted === record.attempted)
      run.push(record);
    else last.runs.push([record]);
  }
  return found;
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

function daySection({ day, runs }: Day, filter: PassFilter, isOpen: boolean): Html {
  const weekday = WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? '';
  return html`<h2 class="day"><time datetime="${day}">${day}</time> <span class="count">${weekday}</span></h2><ul class="passes">${join(runs.map((run) => runItem(run, filter, isOpen)))}</ul>`;
}

/** Fewer of them are not worth a fold. */
const QUIET_RUN = 3;

function runItem(run: readonly PassRecord[], filter: PassFilter, isOpen: boolean): Html {
  const items = join(run.map((record) => passItem(record, filter, isOpen)));
  const [newest, oldest] = [run[0], run.at(-1)];
  if (run.length < QUIET_RUN || newest === undefined || oldest === undefined) return items;
  // By its oldest pass, so that it stays open while newer ones join it.
  return html`<li><details class="run" id="run-${oldest.pass}"><summary><time datetime="${newest.at}">${newest.at.slice(11, 16)}</time> ${tag('in-sync')} <span class="what">${run.length} passes from ${oldest.at.slice(11, 16)} on: nothing to change</span></summary><ul class="passes">${items}</ul></details></li>`;
}

/** One pass with all of its changes. */
export function passSheet(record: PassRecord, filter: PassFilter, page: string | undefined): Sheet {
  const shown = cut(record.changes, page);
  const changes =
    record.changes.length === 0
      ? html`<p class="none">It took up no change.</p>`
      : html`${changeTable('changes', shown.rows, asksForChanges(filter))}${pager(shown, '/history', queryOf(filter), 'changes')}`;
  const body = html`<p><a href="/history">All passes</a></p><p>${tag(record.outcome ?? 'unfinished')}</p><div class="card">${passFacts(record)}</div><p>${exports(filter)}</p>${changes}`;
  return { tab: 'history', title: `Pass ${record.pass}`, body };
}

function form(filter: PassFilter, profiles: readonly string[]): Html {
  const options = (values: readonly string[], chosen: string): Html =>
    join(
      ['', ...values].map(
        (value) => html`<option value="${value}"${value === chosen ? html` selected` : NOTHING}>${value === '' ? 'any' : value}</option>`,
      ),
    );
  const isNarrow = JSON.stringify(filter) !== JSON.stringify(EVERY_PASS);
  return html`<form class="search filter" action="/history" method="get" role="search">
<label class="wide" for="history-person">Person<input id="history-person" type="search" name="person" value="${filter.person}" autocomplete="off" spellcheck="false"></label>
<label class="wide" for="history-key">Key<input id="history-key" type="search" name="key" value="${filter.key}" placeholder="kiro-pro" autocomplete="off" spellcheck="false"></label>
<label for="history-outcome">Outcome<select id="history-outcome" name="outcome">${options(OUTCOMES, filter.outcome)}</select></label>
<label for="history-profile">Profile<select id="history-profile" name="profile">${options(profiles, filter.profile)}</select></label>
<label for="history-from">From<input id="history-from" type="date" name="from" value="${filter.from}"></label>
<label for="history-to">To<input id="history-to" type="date" name="to" value="${filter.to}"></label>
<label class="check" for="history-changes"><input id="history-changes" type="checkbox" name="changes" value="yes"${filter.changes ? html` checked` : NOTHING}> With changes only</label>
<button type="submit">Show</button>${isNarrow ? html` <a class="reset" href="/history">Show all</a>` : NOTHING}</form>`;
}
