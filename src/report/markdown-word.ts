import { clip, markdownCode, markdownText, visible } from './escape.ts';

/** A name in a cell; the longest that AWS allows would fill a comment, so it is clipped here (never in the JSON). */
export function name(text: string): string {
  return markdownCode(clip(text, 120));
}

/** A code span with nothing in it that could be markup: what our own sentences name a command or a field with. */
export const CODE = /`([a-z][a-z0-9 .:_=-]{0,79})`/gi;

/** A sentence, clipped. Commands in back-ticks stay code, since nothing in them can end the span; all else is plain text. */
export function words(text: string, length = 300): string {
  const parts = clip(text, length).split(CODE);
  return parts.map((part, i) => (i % 2 === 1 ? `\`${part}\`` : markdownText(part))).join('');
}

/** A name inside of an HTML element, where back-ticks are no markup. */
export function nameInHtml(text: string): string {
  const safe = visible(clip(text, 120));
  return `<code>${safe.replace(/[^a-z0-9 .,_-]/gi, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}
