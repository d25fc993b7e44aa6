import type { Html } from '../report/html.ts';

/** What a kept credits page shows, without its frame: the lines below its heading, links to its sections, and its sections. */
export type CreditsParts = { readonly head: Html; readonly sections: Html; readonly main: Html };

/**
 * The parts of a page that `creditsHtml` made. The marks that are looked for stand in the page once as mark-up, since every
 * `<` of a name or sentence in it is escaped. Null for a page that lacks one of them: it is gone, or of another version.
 */
export function creditsParts(page: string): CreditsParts | null {
  const head = between(page, '</h1>', '</header>');
  const sections = between(page, '<nav aria-label="Sections">', '</nav>');
  const main = between(page, '<main id="main">', '</main>');
  if (head === null || sections === null || main === null) return null;
  return { head: { html: head }, sections: { html: `<nav class="months" aria-label="Sections">${sections}</nav>` }, main: { html: main } };
}

function between(page: string, begin: string, end: string): string | null {
  const from = page.indexOf(begin);
  const to = from < 0 ? -1 : page.indexOf(end, from);
  return to < 0 ? null : page.slice(from + begin.length, to);
}
