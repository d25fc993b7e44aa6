/** A seeded, repeatable series of tries. A module of this folder exports one; `scripts/torture.ts` runs the long forms, tests the short ones. */
export type Campaign = {
  readonly name: string;
  /** Never rejects for a failed try: those are in `failures`. */
  readonly run: (options: CampaignOptions) => Promise<CampaignResult>;
};

export type CampaignOptions = {
  /** Everything random comes from it. */
  readonly seed: number;
  readonly size: 'short' | 'long';
  /** Instead of the size's own number of tries. */
  readonly tries?: number;
  /** Only this try of the series, to look at one failure again. */
  readonly only?: number;
  /** Told how far it is, a line each. */
  readonly progress: (text: string) => void;
};

export type CampaignResult = {
  readonly seed: number;
  readonly tried: number;
  /** Tries in which every law held. */
  readonly survived: number;
  /** People whom a write of ours left without the seat that they are granted, by the emulator's own seats. */
  readonly lost: number;
  /** Seats in two profiles that nobody asked for. */
  readonly duplicated: number;
  readonly failures: readonly Failure[];
  /** Counts worth telling: faults by kind, writes, what an outsider took and was given back. */
  readonly figures: Readonly<Record<string, number>>;
};

export type Failure = { readonly try: number; readonly seed: number; readonly text: string };

/** True when every try survived, nobody was lost or duplicated, and there was something to survive. */
export const holds = (result: CampaignResult): boolean =>
  result.tried > 0 && result.survived === result.tried && result.lost === 0 && result.duplicated === 0 && result.failures.length === 0;

/** A failed campaign in words: what a test prints, with the command that runs one try again. */
export const explain = (name: string, result: CampaignResult): string =>
  [
    `${name}: ${result.survived} of ${result.tried} survived, ${result.lost} lost, ${result.duplicated} duplicated (seed ${result.seed})`,
    ...result.failures
      .slice(0, 10)
      .map((each) => `try ${each.try}: ${each.text}\n  again: npm run torture -- --only ${name} --seed ${each.seed} --try ${each.try}`),
  ].join('\n');

/** Numbers in [0, 1) that depend on the seed alone (mulberry32, a public-domain generator). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
