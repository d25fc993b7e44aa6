import type { Credits } from '../model/credits.ts';
import { dollars } from '../model/money.ts';
import { rounded } from '../usage/amount.ts';
import {
  type Burndown,
  burndownFigure,
  burndowns,
  dailyFigure,
  histogramFigure,
  mixFigure,
  mixTiers,
  moversFigure,
  utilisationBuckets,
} from './credits-chart.ts';
import { estimate, grouped, percent, rangeText, signed } from './credits-figure.ts';
import { type Sheet, sheet } from './credits-html-table.ts';
import { numeric } from './credits-list.ts';
import { type Html, html, join, NOTHING } from './html.ts';

type Legend = readonly (readonly [swatch: string, text: string])[];

type Figure = {
  readonly title: string;
  readonly text: string;
  readonly legend: Legend;
  readonly chart: Html | null;
  readonly empty: string;
  readonly table?: Sheet;
};

function figure({ title, text, legend, chart, empty, table }: Figure): Html {
  const items = legend.map(([swatch, name]) => html`<li><span class="swatch ${swatch}"></span>${name}</li>`);
  const numbers =
    table === undefined ? NOTHING : html`<details><summary>The numbers</summary>${sheet({ ...table, quiet: true })}</details>`;
  const body = chart === null ? html`<p class="none">${empty}</p>` : html`<ul class="legend">${join(items)}</ul>${chart}${numbers}`;
  return html`<figure><figcaption><h3>${title}</h3>${text === '' ? NOTHING : html`<p>${text}</p>`}</figcaption>${body}</figure>\n`;
}

function dailyText({ days, outlook, closed }: Credits): string {
  if (outlook.length > 0) return 'The band holds a day to come in four of five cases.';
  if (days.length === 0) return '';
  return closed ? 'The whole month.' : 'There is no forecast for the days to come.';
}

/** Credits a day and what is expected of the days to come. */
export function daily(credits: Credits): Html {
  const { days, outlook } = credits;
  const past = days.map((d) => [d.date, grouped(d.people), rounded(d.used), rounded(d.overageCredits), '', '', '']);
  const ahead = outlook.map((d) => [d.date, '', '', '', estimate(d.expected), estimate(d.low), estimate(d.high)]);
  const overage = days.some((day) => day.overageCredits > 0n);
  const width = outlook.length === 0 ? 4 : 7;
  const columns = [
    'date',
    numeric('people'),
    numeric('used'),
    numeric('of it overage'),
    numeric('expected'),
    numeric('low'),
    numeric('high'),
  ];
  return figure({
    title: 'Credits a day',
    text: dailyText(credits),
    legend: [
      ['used', overage ? 'used from the plan' : 'used'],
      ...(overage ? [['overage', 'overage'] as const] : []),
      ...(outlook.length === 0 ? [] : [['expected', 'expected'] as const, ['band', 'range'] as const]),
    ],
    chart: dailyFigure(credits),
    empty: credits.files === null ? 'No usage reports were given.' : 'The reports have no usage in this month.',
    table: { caption: 'Credits a day', columns: columns.slice(0, width), rows: [...past, ...ahead].map((row) => row.slice(0, width)) },
  });
}

function utilisation(credits: Credits): Html {
  const buckets = utilisationBuckets(credits.people);
  const all = buckets.reduce((sum, { people }) => sum + people, 0);
  return figure({
    title: 'Who uses how much of the plan',
    text: `People by the percentage of their own plan credits used ${credits.closed ? 'in the month' : 'so far'}.`,
    legend: [
      ['used', 'below 100%'],
      ['overage', '100% and more'],
    ],
    chart: histogramFigure(credits),
    empty: 'Nobody has plan credits.',
    table: {
      caption: 'People by share of plan credits used',
      columns: ['used', numeric('people'), numeric('share of people')],
      rows: buckets.map(({ label, people }) => [`${label}%`, grouped(people), percent(all === 0 ? null : people / all)]),
    },
  });
}

function burndown(one: Burndown, month: string, i: number): Html {
  const { row, days, end } = one;
  const rest = end === null ? '' : ` About ${estimate(end.expected)} (${rangeText(end)}) will be left on the last day, and expire.`;
  const left = days.at(-1)?.left ?? row.planCredits;
  return figure({
    title: `Plan credits left: ${row.name}`,
    text: `${rounded(left)} of ${rounded(row.planCredits)} left.${rest}`,
    legend: [
      ['left', 'left'],
      ...(end === null ? [] : [['expected', 'expected'] as const, ['band', 'range'] as const]),
      ['pace', 'even pace'],
    ],
    chart: burndownFigure(one, month, `burndown-${i}`),
    empty: '',
    table: {
      caption: `Plan credits of ${row.name}, at the end of each day`,
      columns: ['date', numeric('used from the plan'), numeric('left')],
      rows: [
        ...days.map((d) => [d.date, rounded(d.used), rounded(d.left)]),
        ...(end === null
          ? []
          : [
              ['expected at the end', '', estimate(end.expected)],
              ['low', '', estimate(end.low)],
              ['high', '', estimate(end.high)],
            ]),
      ],
    },
  });
}

function movers(credits: Credits): Html {
  return figure({
    title: 'Whose use changed most',
    text: 'The same days of the month before against this month.',
    legend: [
      ['before', 'month before'],
      ['used', 'this month'],
    ],
    chart: moversFigure(credits),
    empty: 'There is nobody to compare with the month before.',
    table: {
      caption: 'Whose use changed most, in credits',
      columns: ['person', 'profile', numeric('before'), numeric('now'), numeric('change')],
      rows: credits.movers.map((m) => [m.userName ?? m.userId, m.profile, rounded(m.before), rounded(m.now), signed(m.now - m.before)]),
    },
  });
}

function mix(credits: Credits): Html {
  const { totals } = credits;
  const share = (part: number, whole: number | null): string => (whole === null || whole === 0 ? '' : ` (${percent(part / whole)})`);
  const usedShare = (used: bigint): string => (totals.used === 0n ? '' : ` (${(used * 100n) / totals.used}%)`);
  return figure({
    title: 'Tier mix',
    text: 'How the tiers weigh in seats, in cost and in credits used.',
    legend: mixTiers(credits).map(({ name }, i) => [`part-${i}`, name] as const),
    chart: mixFigure(credits),
    empty: 'There are no seats and no usage.',
    table: {
      caption: 'Tiers by seats, cost and use',
      columns: ['tier', numeric('seats'), numeric('cost'), numeric('used')],
      rows: credits.tiers.map((row) => [
        row.name,
        row.seats === null ? '-' : grouped(row.seats) + share(row.seats, totals.seats),
        row.cost === null ? '-' : dollars(row.cost) + share(row.cost, totals.cost),
        rounded(row.used) + usedShare(row.used),
      ]),
    },
  });
}

/** Every chart but the daily one, each with its numbers in a table. */
export function charts(credits: Credits): Html {
  const usage = credits.files !== null;
  const drawn = burndowns(credits);
  const others = credits.profiles.filter((row) => row.planCredits > 0n).length - drawn.length;
  const note =
    usage && others > 0
      ? html`<p class="note">${others} more profiles without usage, or with fewer plan credits, are in the table by profile only.</p>`
      : NOTHING;
  const own = usage
    ? html`${utilisation(credits)}${join(drawn.map((one, i) => burndown(one, credits.month, i)))}${movers(credits)}`
    : NOTHING;
  return html`<section aria-labelledby="charts"><h2 id="charts">Charts</h2>
<div class="charts">${mix(credits)}${own}</div>${note}
${drawn.length === 0 ? NOTHING : html`<p class="note">Plan credits belong to a person and are not shared: a profile can have credits left while some of its people pay overage.</p>`}</section>`;
}
