import pLimit from 'p-limit';
import type { Inflow } from './inflow.ts';
import type { Pager } from './page.ts';

/** Two ways to find things of one kind: page through all of them, or ask for one. */
export type Lookup<Item> = {
  readonly sweep: () => Pager<Item>;
  /** One call. Null when there is none. */
  readonly byId: (id: string) => Promise<Item | null>;
  /** Two calls, one for the id and one for the thing. Null when none has exactly this name. */
  readonly byName: (name: string) => Promise<Item | null>;
};

type Wanted = {
  readonly ids: Iterable<string>;
  readonly names: Iterable<string>;
  /** Ids that are still being found out. */
  readonly more?: Inflow;
};

/** What one connection remembers of the last full sweep: how many pages there are. */
export type Hint = { pages: number | null };

const CALLS_BY_ID = 1;
const CALLS_BY_NAME = 2;
/** Look-ups under way together; the pace of the operation is what limits them. */
const SIDE_BY_SIDE = 16;

/**
 * Finds everything wanted with few calls, without knowing how large the directory is: it sweeps while fewer pages were
 * read than look-ups of everything still unknown would cost, then looks up. That is at most twice the calls of somebody
 * who knows the size beforehand: where the sweep ends first it was the cheapest, and where it is given up it has cost no
 * more than the look-ups do. With a hint the choice is made by the size.
 *
 * Ids that come in meanwhile cost nothing more: the sweep goes on whenever those known so far are worth a page, which they
 * still are when there are more of them, and look-ups wait for the last one.
 *
 * The answer is the same whichever way it was found: the wanted things when every name was matched exactly; every
 * thing there is when one was not, because then only the whole list tells whether another spelling or an e-mail fits.
 */
export async function search<Item extends { readonly id: string }>(
  wanted: Wanted,
  lookup: Lookup<Item>,
  nameOf: (item: Item) => string,
  hint: Hint,
): Promise<readonly Item[]> {
  const ids = new Set(wanted.ids);
  const names = new Set(wanted.names);
  const found = new Map<string, Item>();
  const unknownIds = new Set(ids);
  const unknownNames = new Set(names);
  const sweep = lookup.sweep();

  const take = (item: Item | null): void => {
    if (item === null) return;
    found.set(item.id, item);
    unknownIds.delete(item.id);
    unknownNames.delete(nameOf(item));
  };
  const readPage = async (): Promise<void> => {
    for (const item of await sweep.read()) take(item);
    if (sweep.done()) hint.pages = sweep.pages();
  };
  const price = (): number => CALLS_BY_ID * unknownIds.size + CALLS_BY_NAME * unknownNames.size;
  const isSweepWorth = (): boolean => (hint.pages === null ? sweep.pages() < price() : hint.pages - sweep.pages() <= price());

  /** Takes in what has come; false when nothing more will. */
  const takeIn = (): boolean => {
    const come = wanted.more?.take() ?? null;
    for (const id of come ?? []) {
      ids.add(id);
      if (!found.has(id)) unknownIds.add(id);
    }
    return come !== null;
  };

  for (let isGrowing = takeIn(); ; isGrowing = takeIn()) {
    if (price() > 0 && !sweep.done() && isSweepWorth()) await readPage();
    else if (isGrowing) await wanted.more?.more();
    else break;
  }
  // After a whole sweep too: somebody who came in meanwhile may have been made after their page was read.
  if (!sweep.done() || wanted.more !== undefined) for (const item of await pLimit(SIDE_BY_SIDE).map(unknownIds, lookup.byId)) take(item);
  if (!sweep.done()) for (const item of await pLimit(SIDE_BY_SIDE).map(unknownNames, lookup.byName)) take(item);
  while (unknownNames.size > 0 && !sweep.done()) await readPage();
  if (unknownNames.size > 0) return [...found.values()];
  return [...found.values()].filter((item) => ids.has(item.id) || names.has(nameOf(item)));
}
