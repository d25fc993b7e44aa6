import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { heightOf, PLOT, path, plot, px, wholeTicks } from '../report/svg-frame.ts';
import type { DriftDay, DriftDays } from './drift-days.ts';
import { type Column, section } from './table.ts';

/** Days between two labels of the axis, so that they fit on a phone. */
const EVERY = 18;

/** New and ended items of each day as bars, those open at its end as a line; with the same numbers in a table. */
export function driftFigure({ days, from }: DriftDays): Html {
  const sum = (of: (day: DriftDay) => number): number => days.reduce((total, day) => total + of(day), 0);
  const [opened, closed] = [sum((day) => day.opened), sum((day) => day.closed)];
  const words = `In ${days.length} days ${grouped(opened)} began and ${grouped(closed)} ended; ${grouped(days.at(-1)?.open ?? 0)} are open.`;
  const since = from !== null && from > (days[0]?.day ?? from) ? ` The journal tells from ${from} on.` : '';
  const columns: readonly Column[] = [
    { name: 'Day', kind: 'date' },
    ...(['Began', 'Ended', 'Open at its end'] as const).map((name) => ({ name, kind: 'number' as const })),
  ];
  const busy = days.filter((day) => day.opened > 0 || day.closed > 0).toReversed();
  const numbers =
    busy.length === 0
      ? NOTHING
      : html`<details id="drift-numbers"><summary>The numbers</summary>${section(
          'drift-by-day',
          'Days on which drift began or ended',
          columns,
          busy.map((day) => [day.day, day.opened, day.closed, day.open]),
        )}</details>`;
  return html`<figure><figcaption><h2>Drift of ${days.length} days</h2><p>${words}${since}</p></figcaption><ul class="legend"><li><span class="swatch overage"></span>began</li><li><span class="swatch before"></span>ended</li><li><span class="swatch left"></span>open</li></ul>${chart(days, words)}${numbers}</figure>`;
}

function chart(days: readonly DriftDay[], description: string): Html {
  const steps = wholeTicks(Math.max(0, ...days.flatMap((day) => [day.opened, day.closed, day.open])));
  const top = steps.at(-1) ?? 1;
  const bar = (of: string, value: number, x: number): Html =>
    value === 0
      ? NOTHING
      : html`<rect class="${of}" x="${px(x)}" width="0.4" y="${px(heightOf(value, top))}" height="${px(PLOT - heightOf(value, top))}"/>`;
  const bars = days.map((day, i) => html`${bar('overage', day.opened, i + 0.08)}${bar('before', day.closed, i + 0.52)}`);
  const line = days.flatMap((day, i) => [[i, heightOf(day.open, top)] as const, [i + 1, heightOf(day.open, top)] as const]);
  const marks = html`${join(bars)}<path class="left" d="${path(line)}" vector-effect="non-scaling-stroke"/>`;
  const labels = days.flatMap((day, i) => ((days.length - 1 - i) % EVERY === 0 ? [{ at: i + 0.5, text: day.day.slice(5) }] : []));
  return plot(
    { id: 'drift-days', title: 'Drift items that began, ended and were open each day', description },
    { ticks: steps, slots: days.length, labels },
    marks,
  );
}
