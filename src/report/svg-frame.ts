import { compact } from './credits-figure.ts';
import { type Html, html, join } from './html.ts';

/**
 * A chart that keeps the size of its text on every screen: positions along x are percentages, and what must stretch (bars,
 * lines, bands) lies in an inner drawing that may be squeezed sideways only. The numbers of the y axis stand in the padding. No style attribute and no script, so that a
 * Content-Security-Policy with the hash of one style sheet lets it through. Colours come from `CHART_STYLE`.
 */
export type Named = {
  /** Unique on the page; the ids of the title and the description are made of it. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, with its main numbers, for those who do not see it. */
  readonly description: string;
};

/** Pixels above the plot, of the plot, and below it. */
const TOP = 10;
export const PLOT = 160;
const BOTTOM = 24;

/** At most three decimals: enough for a screen, and the same on every machine. */
export function px(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** Round values from 0 to at least `max`, three to six of them. */
export function ticks(max: number): readonly number[] {
  if (!(max > 0) || !Number.isFinite(max)) return [0, 1];
  const rough = max / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 3, 4, 5, 10].map((m) => m * power).find((size) => size * 4 >= max * (1 - 1e-9)) ?? 10 * power;
  const count = Math.max(1, Math.ceil(max / step - 1e-9));
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The same for counts of people: no tick between two whole numbers. */
export function wholeTicks(max: number): readonly number[] {
  return max <= 4 ? Array.from({ length: Math.max(1, Math.ceil(max)) + 1 }, (_, i) => i) : ticks(max).filter(Number.isInteger);
}

/** A label under the plot, at so many of the `slots` from its left. */
export type SlotLabel = { readonly at: number; readonly text: string };

/** The svg element of any chart, with its name for those who do not see it. */
export function drawing({ id, title, description }: Named, height: number, body: Html, kind: 'plot' | 'rows' = 'rows'): Html {
  return html`<svg class="chart ${kind}" role="img" aria-labelledby="${id}-t ${id}-d" width="100%" height="${height}"><title id="${id}-t">${title}</title><desc id="${id}-d">${description}</desc>${body}</svg>`;
}

/** From a value to pixels below the top of the plot. */
export function heightOf(value: number, top: number): number {
  return PLOT - (Math.min(Math.max(value, 0), top) / top) * PLOT;
}

/**
 * Axes, grid and labels around a plot of `slots` equal steps. `marks` are drawn in units of slots across and of pixels
 * down (0 is the top, `PLOT` the bottom).
 */
export function plot(
  named: Named,
  axis: {
    readonly ticks: readonly number[];
    readonly slots: number;
    readonly labels: readonly SlotLabel[];
    readonly split?: number | null;
  },
  marks: Html,
): Html {
  const top = axis.ticks.at(-1) ?? 1;
  const across = (slot: number): string => `${px((100 * slot) / axis.slots)}%`;
  const grid = axis.ticks.map((tick) => {
    const y = px(TOP + heightOf(tick, top));
    return html`<line class="${tick === 0 ? 'axis' : 'grid'}" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="tick" x="-8" y="${y}" dy=".32em" text-anchor="end">${compact(tick)}</text>`;
  });
  const labels = axis.labels.map(({ at, text }) => {
    const anchor = at > axis.slots - axis.slots / 40 ? 'end' : 'middle';
    return html`<text class="tick" x="${across(at)}" y="${TOP + PLOT + 17}" text-anchor="${anchor}">${text}</text>`;
  });
  const inner = html`<svg x="0" y="${TOP}" width="100%" height="${PLOT}" viewBox="0 0 ${axis.slots} ${PLOT}" preserveAspectRatio="none">${marks}</svg>`;
  const split = axis.split ?? null;
  const line =
    split === null ? html`` : html`<line class="split" x1="${across(split)}" x2="${across(split)}" y1="${TOP - 6}" y2="${TOP + PLOT}"/>`;
  return drawing(named, TOP + PLOT + BOTTOM, html`${join(grid)}${inner}${line}${join(labels)}`, 'plot');
}

/** A line through points (slots, pixels). */
export function path(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
}

/** The area between a line and another one, as a closed path. */
export function area(upper: readonly (readonly [number, number])[], lower: readonly (readonly [number, number])[]): string {
  return upper.length === 0 ? '' : `${path([...upper, ...[...lower].reverse()])}Z`;
}
