import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HEADERS } from '../../test/support/usage-tree.ts';
import { type Bench, random } from './scenario.ts';

export const MONTH = '2026-11';
export const COLUMNS = HEADERS.sep.split(',');
const CLIENTS = ['KIRO_IDE', 'KIRO_CLI', 'PLUGIN'];
const ACCOUNT = '111122223333';
const DAYS = 30;
/** Kiro splits a day's report after so many people. */
const PART = 1_000;

/** Size of the data: 990,000 rows in 990 files, or a tenth of it. */
export const peopleOf = (full: boolean): number => (full ? 11_000 : 1_100);

const two = (number: number): string => String(number).padStart(2, '0');

/** Most amounts have two decimals; one in ten has all the digits that adding floats leaves, and some of those an exponent. */
function amount(next: () => number): string {
  const value = next() * 60;
  return next() < 0.9 ? value.toFixed(2) : String(value * (next() < 0.01 ? 1e-9 : 1));
}

function row(day: string, client: string, person: number, next: () => number): string {
  const id = `${Math.imul(person, 0x9e3779b1) >>> 0}`.padStart(8, '0').slice(0, 8);
  const userId = `${id}-0000-4000-8000-${String(person).padStart(12, '0')}`;
  const used = amount(next);
  // Used credits include overage: here all of them, or none.
  const overage = next() < 0.1 ? used : '0.0';
  const models = Array.from({ length: COLUMNS.length - 14 }, () => Math.floor(next() * 30)).join(',');
  const profile = `"arn:aws:codewhisperer:us-east-1:${ACCOUNT}:profile/ABCDEFGHIJKL"`;
  return `${day},"${userId}",${client},${Math.floor(next() * 20)},${used},1000.0,${overage},true,${profile},PRO_PLUS,${Math.floor(next() * 200)},false,person${person}@example.com,2000,${models}`;
}

/** A month of reports of every person in every client on every day, as Kiro lays them out; made once a folder. How many rows there are. */
export function usageData({ folder, full, seed, progress }: Bench): { readonly root: string; readonly rows: number } {
  const people = peopleOf(full);
  const root = join(folder, `usage-${people}`);
  const rows = people * CLIENTS.length * DAYS;
  if (existsSync(root)) return { root, rows };
  progress(`writing ${rows} rows`);
  const next = random(seed);
  for (let number = 1; number <= DAYS; number += 1) {
    const day = `${MONTH}-${two(number)}`;
    const stamp = number === DAYS ? '202612010200' : `${MONTH.replace('-', '')}${two(number + 1)}0200`;
    for (const client of CLIENTS)
      for (let first = 0; first < people; first += PART) {
        const count = Math.min(PART, people - first);
        const lines = Array.from({ length: count }, (_, i) => row(day, client, first + i, next));
        const name = `${client}_${ACCOUNT}_user_report_${stamp}_part_${first / PART + 1}.csv`;
        const path = join(root, `AWSLogs/${ACCOUNT}/KiroLogs/user_report/us-east-1`, day.replaceAll('-', '/'), '00', name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, `${COLUMNS.join(',')}\n${lines.join('\n')}\n`);
      }
  }
  return { root, rows };
}
