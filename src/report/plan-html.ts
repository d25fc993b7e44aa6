import { dollars, signedDollars } from '../model/money.ts';
import { changesOf, type Plan, type Violation } from '../model/plan.ts';
import { type Html, html, join, NOTHING } from './html.ts';
import { planParts } from './plan-html-part.ts';
import { verdict } from './plan-markdown.ts';
import { endings, peopleCounts } from './plan-people.ts';
import { boundedList, code, prose, reportPage, type Tile, type Tone } from './report-page.ts';
import { count, summary, summaryLine } from './summary.ts';

/**
 * The plan as one self-contained page: the verdict, refusals with the way through, money, people by profile (seats that end
 * first), what only a human can do, what is held until when, and every change; the hash last. Long tables are folded and
 * bounded; the JSON has all rows.
 */
export function planHtml(plan: Plan): string {
  const of = plan.revision === null ? 'the configuration' : plan.revision;
  return reportPage({
    title: 'kirosync plan',
    verdict: verdict(plan),
    tone: toneOf(plan),
    meta: `Plan of ${of} for ${plan.now.slice(0, 10)}. ${summaryLine(summary(plan))}.`,
    alarm: refusals(plan.violations),
    tiles: tiles(plan),
    parts: planParts(plan),
    foot: html`<p>Dates are UTC. Money is list price if everyone activates, without tax or discounts. Made by kirosync.</p><p>Hash: ${code(plan.hash)}</p>`,
  });
}

function toneOf(plan: Plan): Tone {
  if (plan.violations.length > 0) return 'bad';
  return changesOf(plan).length === 0 ? 'good' : 'warn';
}

function tiles(plan: Plan): readonly Tile[] {
  const { monthly, thisMonth } = plan.money;
  const delta = monthly.after - monthly.before;
  const ends = endings(plan.people);
  return [
    { name: 'Run-rate a month', figure: dollars(monthly.after), more: `${signedDollars(delta)}; ${dollars(monthly.before)} now` },
    { name: 'Charged this month', figure: dollars(thisMonth), more: 'new seats and upgrades, for the days left' },
    {
      name: 'People',
      figure: String(plan.people.length),
      more: peopleCounts(plan.people) || "nobody's seat changes",
      tone: ends > 0 ? 'warn' : '',
    },
    {
      name: 'Held',
      figure: String(plan.held.length),
      more: plan.held.length === 0 ? 'nothing waits' : 'wait for a date or a reason to end',
    },
    {
      name: 'By hand',
      figure: String(plan.manual.length),
      more: 'steps that only a human can do',
      tone: plan.manual.length > 0 ? 'warn' : '',
    },
  ];
}

/** As in the comment: each way through stands on a line of its own. */
const ADVICE = /(?<=[.;?]) (?=If )/;

function refusals(violations: readonly Violation[]): Html {
  if (violations.length === 0) return NOTHING;
  const title = `Refused by ${count(violations.length, 'guard', 'guards')}: nothing of this plan may be applied`;
  return html`<aside class="alarm" aria-labelledby="refused"><h2 id="refused">${title}</h2>${join(violations.map(refusal))}</aside>`;
}

function refusal({ rule, message, limit, actual, keys }: Violation): Html {
  const [what = '', ...ways] = message.split(ADVICE);
  const numbers =
    limit === null && actual === null ? NOTHING : html` <span class="quiet">limit ${limit ?? 'none'}, actual ${actual ?? 'unknown'}</span>`;
  const counted =
    keys.length === 0
      ? NOTHING
      : html`<details><summary>Counted: ${count(keys.length, 'key', 'keys')}</summary>${boundedList(keys.map(code), 'keys')}</details>`;
  const list = ways.length === 0 ? NOTHING : boundedList(ways.map(prose), 'plain');
  return html`<h3>${rule}${numbers}</h3><p>${prose(what)}</p>${list}${counted}`;
}
