import { type Html, html } from './html.ts';
import { dayLabels } from './svg-daily.ts';
import { area, heightOf, type Named, path, plot, ticks } from './svg-frame.ts';

export type BurndownChart = Named & {
  /** Credits at the start of the month. */
  readonly plan: number;
  /** Left at the end of each day, from the 1st on. */
  readonly left: readonly number[];
  readonly daysInMonth: number;
  /** Left at the end of the month; null without a forecast. */
  readonly end: { readonly expected: number; readonly low: number; readonly high: number } | null;
};

/** Plan credits left over the month, an even pace to compare with, and where the forecast says it ends. */
export function burndownChart({ plan, left, daysInMonth, end, ...named }: BurndownChart): Html {
  const steps = ticks(plan);
  const top = steps.at(-1) ?? 1;
  const y = (value: number): number => heightOf(value, top);
  const now = [left.length, y(left.at(-1) ?? plan)] as const;
  const points = [[0, y(plan)] as const, ...left.map((value, i) => [i + 1, y(value)] as const)];
  const pace = path([
    [0, y(plan)],
    [daysInMonth, y(0)],
  ]);
  const to = (value: number) => [now, [daysInMonth, y(value)] as const];
  const forecast =
    end === null || left.length >= daysInMonth
      ? html``
      : html`<path class="band" d="${area(to(end.high), to(end.low))}"/><path class="expected" d="${path(to(end.expected))}" vector-effect="non-scaling-stroke"/>`;
  const marks = html`<path class="pace" d="${pace}" vector-effect="non-scaling-stroke"/>${forecast}<path class="left" d="${path(points)}" vector-effect="non-scaling-stroke"/>`;
  const labels = dayLabels(
    Array.from({ length: daysInMonth }, (_, i) => String(i + 1)),
    0.5,
  );
  return plot(named, { ticks: steps, slots: daysInMonth, labels }, marks);
}
