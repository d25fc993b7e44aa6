import type { PersonCredits } from '../daemon/person-credits.ts';
import { cents, dollars } from '../model/money.ts';
import { grouped, monthName } from '../report/credits-figure.ts';
import { type Html, html, join } from '../report/html.ts';
import { address } from './paging.ts';
import { type Column, frame, row } from './table.ts';

const COLUMNS: readonly Column[] = [
  'Month',
  'Profile',
  'Tier',
  { name: 'Used', kind: 'number' },
  { name: 'Included', kind: 'number' },
  { name: 'Share', kind: 'number' },
  { name: 'Overage', kind: 'number' },
  { name: 'Last active', kind: 'date' },
  'State',
];

/** What the kept credits reports say of a person, month by month. */
export function creditsTable(months: readonly PersonCredits[]): Html {
  if (months.length === 0)
    return html`<p class="none">No kept report names this person. Reports are made on <code>schedule.reports</code>; the newest of each month is on the page <a href="/credits">Credits</a>.</p>`;
  const rows = join(months.map((each) => row(COLUMNS, cells(each))));
  return frame('credits-by-month', 'Credits by month', COLUMNS, rows);
}

function cells({ month, profile, tier, used, planCredits, overageUsd, lastActive, state }: PersonCredits): readonly (Html | string)[] {
  const share = planCredits === null || planCredits === 0 ? null : used / planCredits;
  return [
    html`<a href="${address('/credits', { month })}">${monthName(month)}</a>`,
    profile,
    tier ?? '',
    amount(used),
    planCredits === null ? '' : amount(planCredits),
    share === null ? '' : html`${grouped(Math.floor(share * 100 + 1e-9))}%`,
    overageUsd === null || overageUsd === 0 ? '' : html`<span class="up">${dollars(cents(overageUsd))}</span>`,
    lastActive ?? 'never',
    state,
  ];
}

/** `1,234.50`. */
function amount(credits: number): string {
  const [whole = '0', rest = '00'] = credits.toFixed(2).split('.');
  return `${grouped(Number(whole))}.${rest}`;
}
