import { UserError } from '../errors.ts';
import type { Credits } from '../model/credits.ts';
import { creditsCsv } from '../report/credits-csv.ts';
import { creditsJson } from '../report/credits-json.ts';
import { creditsText } from '../report/credits-text.ts';

export const CREDITS_FORMATS = ['text', 'json', 'csv', 'markdown', 'html', 'patch'] as const;

export type CreditsFormat = (typeof CREDITS_FORMATS)[number];

/** The format asked for, text without one. @throws UserError naming those there are. */
export function creditsFormat(format: string | undefined): CreditsFormat {
  const found = CREDITS_FORMATS.find((name) => name === (format ?? 'text'));
  if (found !== undefined) return found;
  throw new UserError(`--format ${JSON.stringify(format)} is not a format of credits. Use ${CREDITS_FORMATS.join(', ')}.`);
}

/** The report in a format. Colour is of the text only. Pages are large modules: they are loaded only when asked for. */
export async function renderCredits(credits: Credits, format: Exclude<CreditsFormat, 'patch'>, color: boolean): Promise<string> {
  switch (format) {
    case 'text':
      return creditsText(credits, { color });
    case 'json':
      return creditsJson(credits);
    case 'csv':
      return creditsCsv(credits);
    case 'markdown':
      return (await import('../report/credits-markdown.ts')).creditsMarkdown(credits);
    case 'html':
      return (await import('../report/credits-html.ts')).creditsHtml(credits);
  }
}
