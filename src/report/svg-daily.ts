import { type Html, html, join } from './html.ts';
import { area, heightOf, type Named, PLOT, path, plot, px, type SlotLabel, ticks } from './svg-frame.ts';

/** A day with usage: `overage` is a part of `used`. `label` is the day of the month. */
export type DayBar = { readonly label: string; readonly used: number; readonly overage: number };

/** A day to come. */
export type DayRange = { readonly label: string; readonly expected: number; readonly low: number; readonly high: number };

export type DailyChart = Named & { readonly days: readonly DayBar[]; readonly outlook: readonly DayRange[] };

/** Days under which the axis has a number, so that they fit on a phone. */
const EVERY = 5;

/** A label under the first day, every fifth and the last one. */
export function dayLabels(labels: readonly string[], middle: number): readonly SlotLabel[] {
  return labels.flatMap((text, i) => {
    const last = i === labels.length - 1;
    const kept = i === 0 || last || ((i + 1) % EVERY === 0 && i < labels.length - 3);
    return kept ? [{ at: i + middle, text }] : [];
  });
}

function bar({ used, overage }: DayBar, i: number, top: number): Html {
  const [from, split] = [heightOf(used, top), heightOf(used - overage, top)];
  const included = html`<rect class="used" x="${px(i + 0.14)}" width="0.72" y="${px(split)}" height="${px(PLOT - split)}"/>`;
  if (overage <= 0) return included;
  const gap = split - from > 3 ? 1 : 0;
  return html`${included}<rect class="overage" x="${px(i + 0.14)}" width="0.72" y="${px(from)}" height="${px(split - from - gap)}"/>`;
}

/** Credits of each day: what was used as bars, overage on top; what is expected of the days to come as a line in its range. */
export function dailyChart({ days, outlook, ...named }: DailyChart): Html {
  const steps = ticks(Math.max(0, ...days.map((day) => day.used), ...outlook.map((day) => day.high)));
  const top = steps.at(-1) ?? 1;
  const centre = (i: number): number => days.length + i + 0.5;
  const line = (of: (day: DayRange) => number): readonly (readonly [number, number])[] => {
    const points = outlook.map((day, i) => [centre(i), heightOf(of(day), top)] as const);
    const [first, last] = [points[0], points.at(-1)];
    // The line spans its days from edge to edge, so that a forecast of one day is seen too.
    return first === undefined || last === undefined ? [] : [[first[0] - 0.5, first[1]], ...points, [last[0] + 0.5, last[1]]];
  };
  const band = html`<path class="band" d="${area(
    line((day) => day.high),
    line((day) => day.low),
  )}"/><path class="expected" d="${path(line((day) => day.expected))}" vector-effect="non-scaling-stroke"/>`;
  const marks = html`${join(days.map((day, i) => bar(day, i, top)))}${outlook.length === 0 ? html`` : band}`;
  const labels = dayLabels(
    [...days, ...outlook].map((day) => day.label),
    0.5,
  );
  const split = outlook.length === 0 || days.length === 0 ? null : days.length;
  return plot(named, { ticks: steps, slots: Math.max(1, days.length + outlook.length), labels, split }, marks);
}
