import { type Html, html, join } from '../report/html.ts';

/** A sentence in which what stands between backticks is set as code; a backtick without a second one stays as it is. */
export function sentence(text: string): Html {
  return join(text.split(/(`[^`\n]+`)/).map((part, i) => (i % 2 === 1 ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`)));
}
