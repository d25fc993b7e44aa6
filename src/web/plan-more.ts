import { dollars, signedDollars } from '../model/money.ts';
import { changesOf, type MoneyRow, type Plan } from '../model/plan.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { sentence } from './code-span.ts';
import { moment } from './moment.ts';
import { stepText } from './now-todo.ts';
import { type Column, section } from './table.ts';
import { someOf } from './todo.ts';

/** Groups that are made and applications that get them: what no single person stands for. */
export function othersTable(plan: Plan): Html {
  const columns: readonly Column[] = ['Group', 'Change', 'Profile', { name: 'Why', kind: 'text' }];
  const rows = changesOf(plan).flatMap((change) =>
    change.kind === 'membership'
      ? []
      : [
          [
            html`<code>${change.group}</code>`,
            change.kind === 'group' ? 'is made' : 'is put on the Kiro application',
            change.profile,
            change.reason,
          ],
        ],
  );
  return rows.length === 0
    ? NOTHING
    : html`<h2 id="groups">Groups and applications</h2>${section('groups-of-the-plan', 'Changes', columns, rows)}`;
}

/** What no API offers, and somebody has to do in the console. */
export function stepList({ manual }: Plan): Html {
  if (manual.length === 0) return NOTHING;
  const list = someOf('manual-steps', manual, stepText, html`<a href="/api/plan">the JSON</a> has all.`);
  return html`<h2 id="manual">To do by hand<span class="count">${manual.length}</span></h2><div class="card tone warn">${list}</div>`;
}

/** What waits, the one that ends first at the top; those without a date last. */
export function heldTable(plan: Plan, now: string): Html {
  const columns: readonly Column[] = [
    { name: 'Key', kind: 'key' },
    { name: 'Until', kind: 'date' },
    { name: 'Why', kind: 'text' },
  ];
  const order = (until: string | null): string => until ?? '9999';
  const rows = plan.held
    .toSorted((a, b) => (order(a.until) < order(b.until) ? -1 : order(a.until) > order(b.until) ? 1 : 0))
    .map((each) => [html`<code>${each.key}</code>`, each.until === null ? 'no date yet' : moment(each.until, now), sentence(each.reason)]);
  return rows.length === 0 ? NOTHING : html`<h2 id="held">Held</h2>${section('held-changes', 'Changes that wait', columns, rows)}`;
}

/** Where the money goes: run-rates by profile, tier and cost center, and who is billed twice. */
export function moneyTables({ money }: Plan): Html {
  const amounts: readonly Column[] = (['Before', 'After', 'Change'] as const).map((name) => ({ name, kind: 'number' }));
  const of = (name: string, id: string, rows: readonly MoneyRow[]): Html =>
    section(
      id,
      `By ${name.toLowerCase()}`,
      [name, ...amounts],
      rows.map((each) => [each.name, dollars(each.before), dollars(each.after), signedDollars(each.after - each.before)]),
    );
  const twice = section(
    'billed-twice',
    'Billed in several profiles',
    ['Person', 'Profiles', { name: 'A year too much', kind: 'number' }],
    money.duplicates.map((each) => [each.user, each.profiles.join(', '), each.held ? 'a removal is held' : dollars(each.yearly)]),
  );
  return html`<h2 id="money">Run-rate a month</h2>${of('Profile', 'money-by-profile', money.byProfile)}${of('Tier', 'money-by-tier', money.byTier)}${of('Cost center', 'money-by-cost-center', money.byCostCenter)}${twice}`;
}
