import { type Html, html, join } from './html.ts';
import { heightOf, type Named, PLOT, plot, px, wholeTicks } from './svg-frame.ts';

export type Bucket = { readonly label: string; readonly people: number /** Drawn in the colour of overage. */; readonly over: boolean };

/** How many people fall into each bucket, as bars with gaps, since the buckets are not equally wide. */
export function histogramChart({ buckets, ...named }: Named & { readonly buckets: readonly Bucket[] }): Html {
  const steps = wholeTicks(Math.max(0, ...buckets.map((bucket) => bucket.people)));
  const top = steps.at(-1) ?? 1;
  const bars = buckets.map(({ people, over }, i) => {
    const y = heightOf(people, top);
    return html`<rect class="${over ? 'overage' : 'used'}" x="${px(i + 0.1)}" width="0.8" y="${px(y)}" height="${px(PLOT - y)}"/>`;
  });
  const labels = buckets.map(({ label }, i) => ({ at: i + 0.5, text: label }));
  return plot(named, { ticks: steps, slots: Math.max(1, buckets.length), labels }, join(bars));
}
