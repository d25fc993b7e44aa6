import { signedDollars } from '../model/money.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { personPath } from './person-path.ts';
import { type Entry, FATES, type Fate } from './plan-list.ts';
import { type Column, frame, groupRow, row } from './table.ts';

const COLUMNS: readonly Column[] = [
  'Person',
  { name: 'Change', kind: 'short' },
  { name: 'Seat', kind: 'short' },
  { name: 'A month', kind: 'number' },
  { name: 'Effective', kind: 'date' },
  { name: 'Why', kind: 'text' },
  { name: 'Groups', kind: 'short' },
];

const TONE = { new: 'good', up: 'warn', down: 'good', end: 'bad', move: 'quiet' } as const satisfies Record<Fate, string>;
const TAG = { new: 'new', up: 'upgrade', down: 'downgrade', end: 'removal', move: 'same price' } as const satisfies Record<Fate, string>;

/** One page of people, grouped by profile. */
export function peopleTable(rows: readonly Entry[]): Html {
  const body = rows.map((entry, i) => {
    const heading = rows[i - 1]?.profile === entry.profile ? NOTHING : groupRow(COLUMNS, html`Profile ${entry.profile}`);
    return html`${heading}${row(COLUMNS, cells(entry))}`;
  });
  return frame('people-of-the-plan', 'What changes for whom', COLUMNS, join(body));
}

function cells(entry: Entry): readonly (string | Html)[] {
  const { user, from, to, why, effective, delta, fate, changes, held } = entry;
  const keeps = from === null && to === null;
  const tag = html`<span class="tag ${TONE[fate]}">${keeps ? FATES.move.toLowerCase() : TAG[fate]}</span>`;
  const waits = held === null ? NOTHING : html` <span class="tag warn" title="${held}">held</span>`;
  const groups = join(
    changes.map(
      (change) =>
        html`<div><span aria-label="${change.action === 'create' ? 'joins' : 'leaves'}">${change.action === 'create' ? '+' : '−'}</span> <code>${change.group}</code></div>`,
    ),
  );
  return [
    html`<a href="${personPath(user)}">${user}</a>`,
    html`${tag}${waits}`,
    keeps ? 'keeps the tier' : html`${from ?? 'no seat'} → ${to ?? 'no seat'}`,
    delta === null ? 'unknown' : signedDollars(delta),
    effective ?? 'no date yet',
    why,
    groups,
  ];
}
