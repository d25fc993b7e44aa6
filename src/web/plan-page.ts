import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { type Cents, dollars, signedDollars } from '../model/money.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { summary, summaryLine } from '../report/summary.ts';
import type { Sheet } from './layout.ts';
import { moment } from './moment.ts';
import { revisionText } from './now-fact.ts';
import { violationList, wayThrough } from './now-refusal.ts';
import { address, cut, pager } from './paging.ts';
import { type Entry, entriesOnce, FATES, type Fate, matching } from './plan-list.ts';
import { heldTable, moneyTables, othersTable, stepList } from './plan-more.ts';
import { peopleTable } from './plan-table.ts';
import { show } from './show.ts';

export type PlanQuery = { readonly q: string; readonly fate: Fate | null; readonly page: string | undefined };

export type PlanView = {
  readonly plan: Plan | null;
  readonly exceptions: Settings['exceptions'];
  /** Monthly list prices by tier. */
  readonly prices: ReadonlyMap<string, Cents>;
  readonly query: PlanQuery;
  /** True when a later pass could not make a plan: this is the one before. */
  readonly isOld: boolean;
  readonly now: string;
};

/** A search longer than this finds nobody. */
const MOST_LETTERS = 200;

const isFate = (text: string): text is Fate => Object.hasOwn(FATES, text);

/** Answers `/plan`, with `?q=` (words), `?kind=` (new, up, down, end, move) and `?page=`. */
export function planPage(c: Context, daemon: Daemon): Response {
  const planned = daemon.planned();
  const kind = c.req.query('kind') ?? '';
  const tiers = planned?.result.configuration?.tiers ?? new Map();
  return show(
    c,
    daemon,
    planSheet({
      plan: planned?.result.plan ?? null,
      exceptions: daemon.deps.settings.exceptions,
      prices: new Map([...tiers].map(([name, tier]) => [name, tier.monthly])),
      query: { q: (c.req.query('q') ?? '').slice(0, MOST_LETTERS), fate: isFate(kind) ? kind : null, page: c.req.query('page') },
      isOld: planned !== daemon.latest(),
      now: daemon.deps.now().toISOString(),
    }),
  );
}

/** What would change, for whom, at what price and when; what refuses it comes first. */
export function planSheet({ plan, exceptions, prices, query, isOld, now }: PlanView): Sheet {
  if (plan === null)
    return {
      tab: 'plan',
      title: 'Plan',
      body: html`<p class="none">No pass has made a plan yet. <a href="/">Now</a> says what the last pass met.</p>`,
    };
  const list = entriesOnce(plan, prices);
  const old = isOld
    ? html`<div class="banner warn"><p>No later pass could make a plan: this one is of ${moment(plan.now, now)}.</p></div>`
    : NOTHING;
  const refused =
    plan.violations.length === 0
      ? NOTHING
      : html`<section class="card tone bad" aria-labelledby="refused"><h2 id="refused">Refused</h2>${violationList(plan.violations, exceptions)}${wayThrough(plan, exceptions)}</section>`;
  const body = html`${refused}${old}${head(plan, list, now)}${people(plan, list, query)}${othersTable(plan)}${stepList(plan)}${heldTable(plan, now)}${moneyTables(plan)}`;
  return { tab: 'plan', title: 'Plan', body };
}

function head(plan: Plan, list: readonly Entry[], now: string): Html {
  const { before, after } = plan.money.monthly;
  const delta = after - before;
  const counts = summary(plan);
  const tiles: readonly (readonly [string, Html | string, Html | string])[] = [
    ['Changes', grouped(counts.create + counts.delete), `${grouped(list.length)} ${list.length === 1 ? 'person' : 'people'} concerned`],
    [
      'Run-rate change',
      html`<span class="${delta > 0 ? 'up' : delta < 0 ? 'down' : ''}">${signedDollars(delta)}</span>`,
      `a month, ${dollars(before)} to ${dollars(after)}`,
    ],
    ['Charged this month', dollars(plan.money.thisMonth), 'prorated, at list price'],
    ['API calls to apply', grouped(plan.calls.total), `about ${plan.calls.seconds} s`],
  ];
  const boxes = join(
    tiles.map(([name, figure, below]) => html`<div><dt>${name}</dt><dd class="figure">${figure}</dd><dd>${below}</dd></div>`),
  );
  const of = plan.revision === null ? NOTHING : html`<dt>Revision</dt><dd>${revisionText(plan.revision)}</dd>`;
  return html`<dl class="tiles">${boxes}</dl><div class="card"><dl class="facts">${of}<dt>Made</dt><dd>${moment(plan.now, now)}</dd><dt>Summary</dt><dd>${summaryLine(counts)}</dd><dt>Hash</dt><dd><code>${plan.hash}</code></dd><dt>The same as</dt><dd><a href="/api/plan">JSON</a>, <a href="/api/plan?format=markdown">Markdown</a></dd></dl></div>`;
}

function people(plan: Plan, list: readonly Entry[], query: PlanQuery): Html {
  const empty = changesOf(plan).length === 0 ? 'Nothing changes: live seats are what the policy says.' : 'No person’s seat changes.';
  if (list.length === 0) return html`<h2 id="people">People</h2><p class="none">${empty}</p>`;
  const found = matching(list, query.q, query.fate);
  const page = cut(found, query.page);
  const keep = { q: query.q, kind: query.fate ?? '' };
  const none = html`<p class="none">Nobody in this plan matches. <a href="/plan">Show all ${grouped(list.length)}</a></p>`;
  return html`<h2 id="people">People<span class="count">${grouped(found.length)}${found.length === list.length ? '' : ` of ${grouped(list.length)}`}</span></h2>
${searchForm(query)}${kinds(list, query)}${found.length === 0 ? none : html`${peopleTable(page.rows)}${pager(page, '/plan', keep, 'people')}`}`;
}

function searchForm({ q, fate }: PlanQuery): Html {
  const kind = fate === null ? NOTHING : html`<input type="hidden" name="kind" value="${fate}">`;
  return html`<form class="search" role="search" method="get" action="/plan"><label for="q">Person, profile, tier, group or reason<input type="search" id="q" name="q" value="${q}" autocomplete="off" spellcheck="false" maxlength="${MOST_LETTERS}"></label>${kind}<button type="submit">Search</button></form>`;
}

/** Links that show one kind of change only, each with its number in the whole plan. */
function kinds(list: readonly Entry[], { q, fate }: PlanQuery): Html {
  const counts = new Map<Fate, number>();
  for (const entry of list) counts.set(entry.fate, (counts.get(entry.fate) ?? 0) + 1);
  const link = (kind: Fate | null, name: string, number: number): Html =>
    html`<li><a href="${address('/plan', { q, kind: kind ?? '' })}"${kind === fate ? html` aria-current="true"` : NOTHING}>${name} <span class="count">${grouped(number)}</span></a></li>`;
  const order: readonly Fate[] = ['new', 'up', 'down', 'end', 'move'];
  const each = order.flatMap((kind) => (counts.has(kind) || kind === fate ? [link(kind, FATES[kind], counts.get(kind) ?? 0)] : []));
  return counts.size < 2 && fate === null
    ? NOTHING
    : html`<nav aria-label="Kinds of change"><ul class="kinds">${link(null, 'All', list.length)}${join(each)}</ul></nav>`;
}
