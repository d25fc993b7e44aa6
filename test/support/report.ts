import type { DaemonDeps } from '../../src/daemon/deps.ts';
import type { KeptReport, ReportFile, ReportShelf, ReportSink } from '../../src/ports.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { credits } from '../../src/usage/credits.ts';
import type { Facts, UsagePerson } from '../../src/usage/facts.ts';

/** What somebody of `eng` used in November 2026. */
export function used(name: string, amount: string, more: Partial<UsagePerson> = {}): UsagePerson {
  return {
    account: '111122223333',
    region: 'us-east-1',
    userId: `id-${name}`,
    used: parseCredit(amount),
    overageCredits: 0n,
    activeDays: 1,
    lastActive: '2026-11-09',
    monthTier: 'PRO',
    latestTier: 'PRO',
    pastUsed: [],
    daily: [],
    ...more,
  };
}

export function factsOf(month: string, people: readonly UsagePerson[]): Facts {
  const total = people.reduce((sum, person) => sum + person.used, 0n);
  const through = `${month}-09`;
  return {
    month,
    from: `${month}-01`,
    through,
    rows: { read: 7, used: 4, superseded: 2, rejected: 1, inMonth: 4 },
    files: { reports: 1, legacy: 0, markers: 0, other: 0 },
    rejected: [],
    people,
    days: [{ account: '111122223333', region: 'us-east-1', date: through, people: people.length, used: total, overageCredits: 0n }],
    pastMonths: [],
    places: [],
    historyFrom: null,
    historyThrough: null,
  };
}

/** The real report of what a pass found, on usage that the test gives. */
export function creditsFrom(now: () => Date, people: () => readonly UsagePerson[]): NonNullable<DaemonDeps['credits']> {
  return async (found, month) => credits({ ...found, facts: factsOf(month, people()), month, now: now() });
}

export type MemoryShelf = ReportShelf & {
  readonly reports: Map<string, KeptReport & { json: string; html: string }>;
  broken: string | null;
};

/** A shelf in memory; `broken` is the system's word for why nothing can be written. */
export function memoryShelf(): MemoryShelf {
  const id = ({ at, month }: KeptReport) => `${at.toISOString()} ${month}`;
  const shelf: MemoryShelf = {
    reports: new Map(),
    broken: null,
    list: async () => [...shelf.reports.values()].sort((a, b) => (id(a) < id(b) ? 1 : -1)),
    read: async (report, form) => shelf.reports.get(id(report))?.[form] ?? null,
    keep: async (report, texts) => {
      if (shelf.broken !== null) throw Object.assign(new Error(shelf.broken), { code: shelf.broken, syscall: 'write' });
      shelf.reports.set(id(report), { at: report.at, month: report.month, ...texts });
    },
    remove: async (report) => void shelf.reports.delete(id(report)),
  };
  return shelf;
}

export type MemorySink = ReportSink & { readonly files: Map<string, ReportFile>; write: ReportSink['write'] };

export function memorySink(kind: ReportSink['kind'] = 's3'): MemorySink {
  const files = new Map<string, ReportFile>();
  const write = async (given: readonly ReportFile[]) => {
    for (const file of given) files.set(file.path, file);
  };
  return { to: 's3://reports/kiro', kind, files, write };
}
