import { type Html, html } from '../report/html.ts';

/** A command or a document to copy: the script adds a button, without it the text can be marked. */
export function command(text: string, label: string): Html {
  return html`<div class="copyable"><pre class="command" tabindex="0" aria-label="${label}">${text}</pre></div>`;
}
