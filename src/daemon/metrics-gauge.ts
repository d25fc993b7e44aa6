import { Gauge, type Registry } from 'prom-client';

/** One sample. Label names are those of its family. */
export type Point = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

/** A gauge with its samples of now. Without samples it is not shown: nothing is known, which is not the same as 0. */
export type Family = {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly points: readonly Point[];
};

/** Puts gauges into a registry that is made anew for each answer, so that what is gone (a profile, a month) has no sample left. */
export function showGauges(registry: Registry, families: readonly Family[]): void {
  for (const { name, help, labels: labelNames = [], points } of families) {
    if (points.length === 0) continue;
    const gauge = new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
    for (const { labels = {}, value } of points) gauge.set(labels, value);
  }
}

/** A family with one sample and no label; none where the value is not known. */
export function single(name: string, help: string, value: number | null): Family {
  return { name, help, points: value === null ? [] : [{ value }] };
}

/** A family with one sample for each value of one label. */
export function byLabel(name: string, help: string, label: string, values: readonly (readonly [string, number])[]): Family {
  return { name, help, labels: [label], points: values.map(([each, value]) => ({ labels: { [label]: each }, value })) };
}

/** 1 or 0. */
export function flag(is: boolean): number {
  return is ? 1 : 0;
}

/** Seconds since 1970; null stays null. */
export function seconds(at: string | Date | null): number | null {
  if (at === null) return null;
  return (typeof at === 'string' ? Date.parse(at) : at.getTime()) / 1000;
}

/** Sums of decimals as floats end in noise. */
export function rounded(sum: number): number {
  return Math.round(sum * 10_000) / 10_000;
}
