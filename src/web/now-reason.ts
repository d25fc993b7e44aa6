import type { Status } from '../daemon/status.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { sentence } from './code-span.ts';

/** Why the daemon is not ready, and what it is at now. */
export function reasons({ unready, running, outcome }: Status): Html {
  const told = outcome === null ? [] : unready;
  const list = told.length === 0 ? NOTHING : html`<p>Not ready: ${sentence(told.join(' '))}</p>`;
  const work =
    running === null
      ? []
      : [html`<p>A ${running.kind === 'reconcile' ? 'pass' : 'credits report'} is running (${running.askedBy.join('; ')}).</p>`];
  return html`${list}${join(work)}`;
}
