import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readReportName, reportName } from '../model/report-name.ts';
import type { KeptReport, ReportShelf } from '../ports.ts';
import { isMissing, replaceFile } from './journal-disk.ts';

/**
 * Credits reports in a folder of the state directory. A report is there when its JSON is:
 * the HTML is written before it and removed after it, each in one rename, so a crash at any instant leaves whole reports.
 */
export function reportShelf(folder: string): ReportShelf {
  const pathOf = (report: KeptReport, form: 'json' | 'html') => join(folder, `${reportName(report)}.${form}`);
  const remove = (path: string) => rm(path, { force: true });
  return {
    list: () => listed(folder),
    read: (report, form) => readFile(pathOf(report, form), 'utf8').catch(missing),
    async keep(report, { json, html }) {
      try {
        await replaceFile(pathOf(report, 'html'), Buffer.from(html));
        await replaceFile(pathOf(report, 'json'), Buffer.from(json));
      } catch (error) {
        const isThere = (await readFile(pathOf(report, 'json')).catch(() => null)) !== null;
        if (!isThere) await remove(pathOf(report, 'html')).catch(() => {});
        throw error;
      }
      await sweep(folder, new Set((await listed(folder)).map(reportName)), remove);
    },
    async remove(report) {
      await remove(pathOf(report, 'json'));
      await remove(pathOf(report, 'html'));
    },
  };
}

async function listed(folder: string): Promise<readonly KeptReport[]> {
  const names = (await readdir(folder).catch(missing)) ?? [];
  const found = names.flatMap((name) => (name.endsWith('.json') ? [readReportName(name.slice(0, -'.json'.length)) ?? []].flat() : []));
  return found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.month < b.month ? 1 : -1));
}

/** Removes what a crash between two steps left behind. Files of other names are somebody else's. */
async function sweep(folder: string, kept: ReadonlySet<string>, remove: (path: string) => Promise<void>): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, base = '', end] = /^(credits-.*)\.(html|json\.new|html\.new)$/.exec(name) ?? [];
    if (readReportName(base) === null || (end === 'html' && kept.has(base))) continue;
    await remove(join(folder, name));
  }
}

function missing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}
