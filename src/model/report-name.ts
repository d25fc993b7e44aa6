import type { Month } from './day.ts';

/** An instant as file names write it, to the second: `2026-11-23T060000Z`. Sorts by time. */
export function stampOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replaceAll(':', '')}Z`;
}

const STAMP = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** The instant of a stamp; null for anything else. */
export function instantOf(stamp: string): Date | null {
  const [, day, hour, minute, second] = STAMP.exec(stamp) ?? [];
  if (day === undefined) return null;
  const at = new Date(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}

/** Name of a report of a month, without its ending: `credits-2026-11-23T060000Z-2026-11`. */
export function reportName({ at, month }: { readonly at: Date; readonly month: Month }): string {
  return `credits-${stampOf(at)}-${month}`;
}

/** What `reportName` was made of; null for any other name. */
export function readReportName(name: string): { readonly at: Date; readonly month: Month } | null {
  const [, stamp = '', month] = /^credits-(\d{4}-\d{2}-\d{2}T\d{6}Z)-(\d{4}-(?:0[1-9]|1[0-2]))$/.exec(name) ?? [];
  const at = instantOf(stamp);
  return at === null || month === undefined ? null : { at, month };
}
