import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Campaign, CampaignOptions, CampaignResult, Failure } from '../torture/campaign.ts';

/** One way into kirosync, and what may be put there. */
export type Target = {
  /** Its campaign is `fuzz-NAME`, its kept inputs are in `corpus/NAME`. */
  readonly name: string;
  readonly inputs: fc.Arbitrary<Buffer>;
  /** Makes what the runs share. */
  readonly open: () => Promise<Opened>;
  /** Runs of the short form. */
  readonly short: number;
  readonly long: number;
  /** Inputs too large for the short form and for a folder; each has a minute or two. */
  readonly heavy?: readonly { readonly name: string; readonly input: () => Buffer }[];
};

/** `run` says whether the input was taken; it throws when a law was broken. */
type Opened = { readonly run: (input: Buffer) => Promise<'taken' | 'refused'>; readonly close: () => Promise<void> };

/** Kept inputs are tries too, numbered from here on, so that one of them can be run again alone. */
const KEPT = 1_000_000;

/** Longest time for one input; ordinary ones take milliseconds, and a machine may be busy. */
const PATIENCE_MS = 10_000;
const HEAVY_PATIENCE_MS = 180_000;

/** The kept inputs of a target: what failed once, or leads where random inputs seldom get. */
export function corpus(name: string): readonly { readonly file: string; readonly input: Buffer }[] {
  const folder = new URL(`corpus/${name}/`, import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((file) => ({ file, input: readFileSync(new URL(file, folder)) }));
}

/** Runs one input and checks what holds for all of them: in time, and no prototype was touched. */
async function checked(opened: Opened, input: Buffer, patience = PATIENCE_MS): Promise<'taken' | 'refused'> {
  const began = performance.now();
  const answer = await opened.run(input);
  const took = performance.now() - began;
  if (took > patience) throw new Error(`it took ${Math.round(took)} ms`);
  const strays = [Object.prototype, Array.prototype].flatMap((prototype) => Object.keys(prototype));
  if (strays.length > 0) throw new Error(`a prototype was given ${strays.join(', ')}`);
  return answer;
}

const told = (input: Buffer): string => JSON.stringify(input.toString('latin1').slice(0, 1500));
const words = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 1500);

/** One try: an input of its own seed, made smaller when it breaks a law; null when it breaks none. */
async function attempt(target: Target, opened: Opened, seed: number, count: (answer: 'taken' | 'refused') => void): Promise<string | null> {
  const property = fc.asyncProperty(target.inputs, async (input) => count(await checked(opened, input)));
  const result = await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: 60_000 });
  if (!result.failed) return null;
  const input = result.counterexample?.[0];
  return `${words(result.errorInstance)}\n  with ${input === undefined ? 'no input' : told(input)}`;
}

/** The campaign of a target: its corpus, then random inputs, each from the seed and its own number alone. */
export function campaignOf(target: Target): Campaign {
  return { name: `fuzz-${target.name}`, run: (options) => run(target, options) };
}

type Kept = { readonly name: string; readonly input: () => Buffer; readonly patience: number };

function kept({ name, heavy = [] }: Target, size: 'short' | 'long', only: number | undefined): readonly Kept[] {
  const light = corpus(name).map(({ file, input }) => ({
    name: `test/fuzz/corpus/${name}/${file}`,
    input: () => input,
    patience: PATIENCE_MS,
  }));
  const large = heavy.map((one) => ({ ...one, patience: HEAVY_PATIENCE_MS }));
  return size === 'long' || only !== undefined ? [...light, ...large] : light;
}

async function run(target: Target, { seed, size, tries, only, progress }: CampaignOptions): Promise<CampaignResult> {
  const opened = await target.open();
  const figures = { kept: 0, taken: 0, refused: 0 };
  const failures: Failure[] = [];
  const count = (answer: 'taken' | 'refused'): void => {
    figures[answer] += 1;
  };
  let tried = 0;
  try {
    for (const [place, { name, input, patience }] of kept(target, size, only).entries()) {
      if (only !== undefined && only !== KEPT + place) continue;
      tried += 1;
      figures.kept += 1;
      await checked(opened, input(), patience).then(count, (error: unknown) => {
        failures.push({ try: KEPT + place, seed, text: `${name}: ${words(error)}` });
      });
    }
    const last = only === undefined ? (tries ?? (size === 'short' ? target.short : target.long)) : only + 1;
    for (let number = only ?? 0; number < last && number < KEPT; number += 1) {
      tried += 1;
      const text = await attempt(target, opened, (seed + number * 7919) | 0, count);
      if (text !== null) failures.push({ try: number, seed, text });
      if (failures.length >= 10) break;
      if (number % 1000 === 999) progress(`${number + 1} of ${last}: ${figures.taken} taken, ${figures.refused} refused`);
    }
  } finally {
    await opened.close();
  }
  return { seed, tried, survived: tried - failures.length, lost: 0, duplicated: 0, failures, figures };
}
