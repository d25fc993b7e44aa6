/** What a scenario gets: its size, how often to measure, a seed for its data, a folder of its own, and a way to say what it does. */
export type Bench = {
  /** The sizes that docs/performance.md names; otherwise short ones. */
  readonly full: boolean;
  readonly runs: number;
  readonly seed: number;
  /** Empty at first, removed at the end; scenarios that work on the same data share it. */
  readonly folder: string;
  readonly progress: (text: string) => void;
};

/**
 * A figure and what it is held against, in the same unit. `conditions` are judged as well: what each says, and whether it is
 * so. `notes` are further figures for the reader, not judged.
 */
export type Measured = {
  readonly value: number;
  readonly bound: number;
  readonly conditions?: Readonly<Record<string, boolean>>;
  readonly notes?: readonly string[];
};

/** One line of the table. It holds when value / bound is at most `target`, and every condition does. */
export type Scenario = {
  readonly name: string;
  readonly unit: string;
  /** What `value` and `bound` are, in a few words. */
  readonly what: string;
  readonly target: number;
  readonly run: (bench: Bench) => Promise<Measured>;
};

/** The middle of an odd number of figures, the mean of the two in the middle of an even one. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = Number.NaN] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1, middle + 1);
  return (low + high) / 2;
}

/** Seconds that the work takes. */
export async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/**
 * The medians of several works over `runs` rounds. Every round measures each of them once, and every second round in the
 * opposite order: what slows the machine down for a while slows all of them.
 */
export async function interleaved<Name extends string>(
  runs: number,
  works: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(works) as Name[]; // Object.keys forgets the type of its argument.
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1)
    for (const name of round % 2 === 0 ? names : [...names].reverse()) figures.get(name)?.push(await works[name]());
  return Object.fromEntries(names.map((name) => [name, median(figures.get(name) ?? [])])) as Record<Name, number>; // As above.
}

/** Numbers from 0 to 1 that follow from the seed alone (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
