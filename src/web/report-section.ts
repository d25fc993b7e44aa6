import type { Status } from '../daemon/status.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { instant, section } from './table.ts';

/** Where the credits report is, and what kept the last one from its places. */
export function reportSection({ reports }: Status): Html {
  if (reports === null) return NOTHING;
  const { last, troubles } = reports;
  const when = last === null ? 'made when it is asked for' : `of ${last.month}, made ${instant(last.at)}`;
  return html`<h2>Credits</h2><p><a href="/credits">Credits report</a>: ${when}.</p>${section(
    'What the last report could not do',
    ['Place', 'What', 'Do'],
    troubles.map(({ to, message, advice }) => [to ?? '', message, advice]),
  )}`;
}
