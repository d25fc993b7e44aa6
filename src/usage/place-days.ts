import { daysInMonth, type Month } from '../model/day.ts';
import { isWorkday } from './coverage.ts';
import type { PlaceDays } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { dayNumber, numberedDay } from './span.ts';

type Seen = { readonly account: string; readonly region: string; from: number; through: number; readonly days: Uint8Array };

/** Which days of these months (a run of them, oldest first) each (account, Region) has a row on; see `Facts.places`. */
export function placeDays(of: Ledger, months: readonly Month[]): readonly PlaceDays[] {
  const rows = of.rows();
  const first = dayNumber(`${months[0] ?? ''}-01`);
  const length = months.reduce((sum, month) => sum + daysInMonth(month), 0);
  const seen = new Map<string, Seen>();
  const ofPerson: Seen[] = [];
  for (let row = 0; row < rows.count; row += 1) {
    const number = rows.person[row] ?? 0;
    const place = ofPerson[number] ?? seenAt(seen, of.people.texts[number] ?? '', length);
    ofPerson[number] = place;
    const day = rows.day[row] ?? 0;
    if (day < place.from) place.from = day;
    if (day > place.through) place.through = day;
    if (day >= first && day < first + length) place.days[day - first] = 1;
  }
  return [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { account, region, from, through, days }]) => ({
      account,
      region,
      from: numberedDay(from),
      through: numberedDay(through),
      months: months.map((month) => ({ month, missing: missingIn(days, first, month) })),
    }));
}

function seenAt(seen: Map<string, Seen>, person: string, length: number): Seen {
  const [account = '', region = ''] = person.split('/', 2);
  const key = `${account}/${region}`;
  const found = seen.get(key) ?? { account, region, from: Number.MAX_SAFE_INTEGER, through: -1, days: new Uint8Array(length) };
  seen.set(key, found);
  return found;
}

function missingIn(days: Uint8Array, first: number, month: Month): number {
  const begin = dayNumber(`${month}-01`);
  const all = Array.from({ length: daysInMonth(month) }, (_, i) => begin + i);
  return all.filter((day) => days[day - first] !== 1 && isWorkday(numberedDay(day))).length;
}
