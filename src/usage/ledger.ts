import { type Amounts, amounts, copyAmount } from './amount-column.ts';
import { type Dictionary, dictionary } from './dictionary.ts';

/** Rows as columns. Text stands as a number of the ledger's dictionaries, a day as the count of days since 1970. */
export type Columns = {
  readonly person: Int32Array;
  readonly day: Int32Array;
  readonly client: Int32Array;
  readonly tier: Int32Array;
  readonly credits: Amounts;
  readonly overage: Amounts;
};

/**
 * The rows that count: one for each account, Region, day, user and client, that of the latest export, within a file the
 * later row. `count` of them stand in the columns; `superseded` others were replaced.
 */
export type Ledger = {
  /** `<account>/<Region>/<user id>`: a person with seats in two of them is two. */
  readonly people: Dictionary;
  readonly clients: Dictionary;
  readonly tiers: Dictionary;
  /** `rank` orders the exports: of two rows that speak of the same, the one of the higher rank counts, or the later one. */
  readonly put: (rows: Columns, row: number, rank: number) => void;
  readonly rows: () => Kept & { readonly count: number };
  readonly superseded: () => number;
};

const FIRST_ROOM = 4096;

export function columns(count: number): Columns {
  const numbers = (): Int32Array => new Int32Array(count);
  return { person: numbers(), day: numbers(), client: numbers(), tier: numbers(), credits: amounts(count), overage: amounts(count) };
}

type Kept = Columns & { readonly rank: Int32Array };

function kept(count: number): Kept {
  return { ...columns(count), rank: new Int32Array(count) };
}

/** The same rows with room for more. */
function grown(old: Kept, room: number): Kept {
  const made = kept(room);
  for (const name of ['person', 'day', 'client', 'tier', 'rank'] as const) made[name].set(old[name]);
  for (const name of ['credits', 'overage'] as const) {
    made[name].whole.set(old[name].whole);
    made[name].high.set(old[name].high);
    made[name].low.set(old[name].low);
  }
  return made;
}

/** A number for the day and the client of a row. People are added to it: those of one file are numbered in a row, and so are their slots. */
function mix(day: number, client: number): number {
  const mixed = Math.imul(day, 0x85ebca6b) ^ Math.imul(client + 1, 0xc2b2ae35);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
}

/** How far to go on from a slot that is taken: odd, so that every slot is reached, and far, because its neighbours are taken too. */
const step = (mixed: number): number => (mixed >>> 7) | 1;

/** An open table of row numbers (plus one; 0 is free), at most half full: a million rows need no million objects. `slots` is a power of two. */
function table(slots: number, { person, day, client }: Columns, count: number): Int32Array {
  const made = new Int32Array(slots);
  const mask = slots - 1;
  for (let row = 0; row < count; row += 1) {
    const mixed = mix(day[row] ?? 0, client[row] ?? 0);
    let at = (mixed + (person[row] ?? 0)) & mask;
    while (made[at] !== 0) at = (at + step(mixed)) & mask;
    made[at] = row + 1;
  }
  return made;
}

/** An empty ledger. */
export function ledger(): Ledger {
  let rows = kept(FIRST_ROOM);
  let count = 0;
  let superseded = 0;
  let slots = table(FIRST_ROOM * 2, rows, 0);
  const write = (from: Columns, row: number, at: number, rank: number): void => {
    rows.person[at] = from.person[row] ?? 0;
    rows.day[at] = from.day[row] ?? 0;
    rows.client[at] = from.client[row] ?? 0;
    rows.tier[at] = from.tier[row] ?? 0;
    rows.rank[at] = rank;
    copyAmount(from.credits, row, rows.credits, at);
    copyAmount(from.overage, row, rows.overage, at);
  };
  const put = (from: Columns, row: number, rank: number): void => {
    const person = from.person[row] ?? 0;
    const day = from.day[row] ?? 0;
    const client = from.client[row] ?? 0;
    const mixed = mix(day, client);
    const mask = slots.length - 1;
    let slot = (mixed + person) & mask;
    for (let found = slots[slot] ?? 0; found !== 0; found = slots[slot] ?? 0) {
      const at = found - 1;
      if (rows.person[at] === person && rows.day[at] === day && rows.client[at] === client) {
        superseded += 1;
        if (rank >= (rows.rank[at] ?? 0)) write(from, row, at, rank);
        return;
      }
      slot = (slot + step(mixed)) & mask;
    }
    if (count === rows.person.length) rows = grown(rows, count * 2);
    write(from, row, count, rank);
    count += 1;
    slots[slot] = count;
    if (count * 2 > slots.length) slots = table(slots.length * 2, rows, count);
  };
  return {
    people: dictionary(),
    clients: dictionary(),
    tiers: dictionary(),
    put,
    rows: () => ({ ...rows, count }),
    superseded: () => superseded,
  };
}
