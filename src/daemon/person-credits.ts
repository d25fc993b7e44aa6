import type { KeptReport } from '../ports.ts';
import { visibleJson } from '../report/escape.ts';
import { bareUserId } from '../usage/facts.ts';
import type { Daemon } from './daemon.ts';

/** What a credits report says of one person in one profile. Credits are rounded to floats here: they are shown, not summed. */
export type PersonCredits = {
  readonly month: string;
  /** When the report was made. */
  readonly at: Date;
  readonly profile: string;
  readonly tier: string | null;
  readonly used: number;
  readonly planCredits: number | null;
  readonly overageUsd: number | null;
  readonly lastActive: string | null;
  readonly state: string;
};

/** Reports of so many months are looked into: each of a large organisation has ten megabytes. */
const MOST_MONTHS = 12;

/** A person's credits by the newest kept report of each month, newest month first; empty where no report is kept. */
export async function personCredits(daemon: Daemon, userId: string): Promise<readonly PersonCredits[]> {
  const found: PersonCredits[] = [];
  for (const { report, text } of await reportTexts(daemon)) {
    const json = await text();
    if (json !== null) found.push(...creditsIn(json, userId).map((each) => ({ month: report.month, at: report.at, ...each })));
  }
  return found;
}

type Kept = { readonly report: KeptReport; readonly text: () => Promise<string | null> };

async function reportTexts({ deps, reports }: Daemon): Promise<readonly Kept[]> {
  const last = reports.last();
  const { shelf } = deps;
  const list = await (shelf?.list() ?? Promise.resolve([])).catch(() => []);
  const months = new Map<string, Kept>();
  if (last !== null)
    months.set(last.month, { report: last, text: async () => (await reports.of(last.month).catch(() => null))?.json ?? null });
  for (const report of list) {
    if (months.has(report.month)) continue;
    months.set(report.month, { report, text: async () => (await shelf?.read(report, 'json').catch(() => null)) ?? null });
  }
  return [...months.values()].sort((a, b) => (a.report.month < b.report.month ? 1 : -1)).slice(0, MOST_MONTHS);
}

const BEGIN = '\n  "people": [';
const END = '\n  ]';

/**
 * The person's rows in `kirosync.credits/v1` as this program writes it: indented, a field a line, so that the one person is
 * found without parsing those of everybody else. A line break never stands inside a JSON string, so only structure matches.
 */
export function creditsIn(json: string, userId: string): readonly Omit<PersonCredits, 'month' | 'at'>[] {
  const begin = json.indexOf(BEGIN);
  if (begin < 0) return [];
  const end = json.indexOf(END, begin);
  const line = `\n      "userId": ${visibleJson(JSON.stringify(bareUserId(userId)))},\n`;
  const found: Omit<PersonCredits, 'month' | 'at'>[] = [];
  for (let at = json.indexOf(line, begin); at !== -1 && (end === -1 || at < end); at = json.indexOf(line, at + line.length)) {
    const close = json.indexOf('\n    }', at);
    if (close === -1) break;
    const row = rowOf(`{${json.slice(at, close)}}`);
    if (row !== null) found.push(row);
  }
  return found;
}

function rowOf(text: string): Omit<PersonCredits, 'month' | 'at'> | null {
  try {
    const fields = new Map<string, unknown>(Object.entries(Object(JSON.parse(text))));
    const word = (name: string): string | null => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : null;
    };
    const figure = (name: string): number | null => {
      const value = fields.get(name);
      return typeof value === 'number' ? value : null;
    };
    return {
      profile: word('profile') ?? '',
      tier: word('tier') ?? word('usageTier'),
      used: figure('used') ?? 0,
      planCredits: figure('planCredits'),
      overageUsd: figure('overageUsd'),
      lastActive: word('lastActive'),
      state: word('state') ?? '',
    };
  } catch {
    return null;
  }
}
