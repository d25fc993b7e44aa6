import { isUtf8 } from 'node:buffer';
import { isMore, readAmount } from './amount-column.ts';
import { type CellReader, cellReader } from './dictionary.ts';
import { bareUserId } from './facts.ts';
import type { Header } from './header.ts';
import { type Columns, columns, type Ledger } from './ledger.ts';
import { LONGEST, MOST_RECORDS } from './record.ts';
import { dayNumber, FIRST_DAY } from './span.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;

/** Texts that count are made of these characters in a plain file; anything else is for the careful reader to judge. */
const USER = /^[0-9A-Za-z.-]{1,64}$/;
const CLIENT = /^[A-Z0-9_]{1,64}$/;
const TIER = /^(?:[0-9A-Za-z_+-](?:[0-9A-Za-z_+ -]{0,62}[0-9A-Za-z_+-])?)?$/;

/** Where the cells of one record lie, without their quotes. */
type Cells = { readonly starts: Int32Array; readonly ends: Int32Array };

/** End of the cell at `at`, its quotes included, at a comma, a line feed or the end of the file; -1 when it is not plain. */
function cellEnd(bytes: Uint8Array, at: number, cell: number, { starts, ends }: Cells): number {
  const quoted = bytes[at] === QUOTE;
  let end = quoted ? at + 1 : at;
  starts[cell] = end;
  for (; end < bytes.length; end += 1) {
    const byte = bytes[end] ?? 0;
    if (byte <= COMMA && (byte === QUOTE || byte === LF || byte === CR || (byte === COMMA && !quoted))) break;
  }
  ends[cell] = end;
  if (!quoted) return bytes[end] === QUOTE || bytes[end] === CR ? -1 : end;
  if (bytes[end] !== QUOTE) return -1;
  const next = bytes[end + 1];
  return next === undefined || next === COMMA || next === LF ? end + 1 : -1;
}

/**
 * Finds the cells of the record at `from`; the position after it, or -1 when it is not plain: other than `width` cells,
 * a quote that does not stand around a whole cell (a doubled one too), a line end in quotes, a carriage return.
 */
function recordEnd(bytes: Uint8Array, from: number, width: number, cells: Cells): number {
  let at = from;
  for (let cell = 0; cell < width; cell += 1) {
    const end = cellEnd(bytes, at, cell, cells);
    if (end === -1) return -1;
    at = end + 1;
    if (end < bytes.length && bytes[end] === COMMA) continue;
    return cell === width - 1 && end - from <= LONGEST ? at : -1;
  }
  return -1;
}

/** The rows of a plain file, `count` of them; overwritten by the next file. */
type PlainRows = Columns & { readonly count: number };

export type PlainReader = (
  bytes: Buffer,
  file: { readonly from: number; readonly header: Extract<Header, { ok: true }>; readonly lastDay: number; readonly place: string },
) => PlainRows | null;

/**
 * Reads every data row of a report that is plain from end to end: UTF-8, one row a line, line feeds only, quotes around
 * whole cells only, as many cells as the header, and each cell that counts written as Kiro writes it, with a day from
 * 2020 on and none after `lastDay`. Null for any other file: the careful reader decides on it, so that this one never
 * has to say what is wrong. `from` is the byte after the header line, `place` the `<account>/<Region>` of the path.
 */
export function plainReader({ people, clients, tiers }: Pick<Ledger, 'people' | 'clients' | 'tiers'>): PlainReader {
  const ofPlace = new Map<string, CellReader>();
  const readerOf = (place: string): CellReader => {
    const known = ofPlace.get(place);
    const made =
      known ?? cellReader((text) => (USER.test(text) && bareUserId(text) !== '' ? people.numberOf(`${place}/${bareUserId(text)}`) : -1));
    ofPlace.set(place, made);
    return made;
  };
  const clientOf = cellReader((text) => (CLIENT.test(text) ? clients.numberOf(text) : -1));
  const tierOf = cellReader((text) => (TIER.test(text) ? tiers.numberOf(text) : -1));
  const dayOf = cellReader(dayNumber);
  let rows = columns(0);
  return (bytes, { from, header: { at, width }, lastDay, place }) => {
    if (!isUtf8(bytes)) return null;
    // The shortest row that passes: a date, three cells of a character, commas, a line feed.
    const room = Math.ceil((bytes.length - from) / (width + 13)) + 1;
    if (room > rows.person.length) rows = columns(room);
    const cells: Cells = { starts: new Int32Array(width), ends: new Int32Array(width) };
    const { starts, ends } = cells;
    const personOf = readerOf(place);
    const overage = at.overage_credits_used;
    const start = (cell: number): number => starts[cell] ?? 0;
    const end = (cell: number): number => ends[cell] ?? 0;
    let count = 0;
    for (let next = from; next < bytes.length; count += 1) {
      next = recordEnd(bytes, next, width, cells);
      if (next === -1 || count === MOST_RECORDS - 1) return null;
      const day = dayOf(bytes, start(at.date), end(at.date));
      const person = personOf(bytes, start(at.userid), end(at.userid));
      const client = clientOf(bytes, start(at.client_type), end(at.client_type));
      const tier = tierOf(bytes, start(at.subscription_tier), end(at.subscription_tier));
      if (day < FIRST_DAY || day > lastDay || person === -1 || client === -1 || tier === -1) return null;
      rows.day[count] = day;
      rows.person[count] = person;
      rows.client[count] = client;
      rows.tier[count] = tier;
      if (!readAmount(bytes, start(at.credits_used), end(at.credits_used), rows.credits, count)) return null;
      if (start(overage) === end(overage)) rows.overage.whole[count] = rows.overage.high[count] = rows.overage.low[count] = 0;
      else if (!readAmount(bytes, start(overage), end(overage), rows.overage, count)) return null;
      if (isMore(rows.overage, rows.credits, count)) return null;
    }
    return { ...rows, count };
  };
}
