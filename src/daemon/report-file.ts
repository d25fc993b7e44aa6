import type { Credits } from '../model/credits.ts';
import { stampOf } from '../model/report-name.ts';
import type { ReportFormat } from '../model/settings.ts';
import type { ReportFile } from '../ports.ts';
import { creditsCsv } from '../report/credits-csv.ts';
import { creditsHtml } from '../report/credits-html.ts';
import { creditsJson } from '../report/credits-json.ts';
import { creditsMarkdown } from '../report/credits-markdown.ts';
import { creditsText } from '../report/credits-text.ts';

type Form = { readonly ending: string; readonly type: string; readonly write: (credits: Credits) => string };

const FORMS: Readonly<Record<ReportFormat, Form>> = {
  html: { ending: 'html', type: 'text/html; charset=utf-8', write: creditsHtml },
  json: { ending: 'json', type: 'application/json; charset=utf-8', write: creditsJson },
  csv: { ending: 'csv', type: 'text/csv; charset=utf-8', write: creditsCsv },
  markdown: { ending: 'md', type: 'text/markdown; charset=utf-8', write: creditsMarkdown },
  text: { ending: 'txt', type: 'text/plain; charset=utf-8', write: (credits) => creditsText(credits, { color: false }) },
};

/** The report in one format. */
export function reportText(credits: Credits, format: ReportFormat): string {
  return FORMS[format].write(credits);
}

/**
 * What a place outside gets of a report: in each format `<month>/credits-<instant>` and the same as `<month>/credits-latest`.
 * The latter come last, so that a writing that breaks off leaves the one before. `made` are the texts that are there already.
 */
export function reportFiles(
  credits: Credits,
  at: Date,
  formats: readonly ReportFormat[],
  made: Partial<Readonly<Record<ReportFormat, string>>> = {},
): readonly ReportFile[] {
  const written = formats.map((format) => ({ ...FORMS[format], text: made[format] ?? reportText(credits, format) }));
  return [stampOf(at), 'latest'].flatMap((name) =>
    written.map(({ ending, type, text }) => ({ path: `${credits.month}/credits-${name}.${ending}`, type, text })),
  );
}
