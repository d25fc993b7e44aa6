import type { Status } from '../daemon/status.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { moment } from './moment.ts';
import { TAB_NAMES, TABS, type Tab } from './navigation.ts';
import { STYLE } from './style.ts';
import { verdictOf } from './verdict.ts';

/** What a page puts into the frame that all pages share. */
export type Sheet = {
  readonly tab: Tab;
  /** The heading of the page, and the beginning of its title: `Plan`, `ana@example.com`. */
  readonly title: string;
  readonly body: Html;
};

/** Where the frame stands: what the daemon says of itself, and the state that the page was made from. */
export type Frame = {
  readonly status: Status;
  /** Changes with everything that pages show; the script compares it with what the events say. */
  readonly version: string;
};

/** A whole page: navigation, the badge of the last outcome, what stops the daemon from applying, and the body. */
export function layout({ status, version }: Frame, { tab, title, body }: Sheet): string {
  const { tone, words } = verdictOf(status);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title} · ${words} · kirosync</title><link rel="icon" href="/assets/icon-${tone}.svg" type="image/svg+xml"><style>${{ html: STYLE }}</style><script src="/assets/live.js" defer></script></head>
<body data-version="${version}"><a class="skip" href="#main">Skip to the content</a>
<header class="top"><a class="name" href="/">kirosync</a>${navigation(tab)}<a class="badge ${tone}" href="/">${words}</a></header>
<div id="live" class="live" role="status" aria-live="polite"></div>
<main id="main" tabindex="-1"><h1>${title}</h1>${banner(status, tab)}${body}</main>
<footer><p>Times are UTC. Money is list price if everyone activates, without tax or discounts. This page changes nothing: commands are there to copy.</p><p>As of ${moment(status.now, status.now)}. JSON: <a href="/api/status">status</a> <a href="/api/plan">plan</a> <a href="/api/drift">drift</a> <a href="/api/credits">credits</a> <a href="/api/history">history</a></p></footer>
</body></html>
`;
  return page.html;
}

function navigation(current: Tab): Html {
  const item = (tab: Tab): Html => {
    const [name, path] = TABS[tab];
    return html`<li><a href="${path}"${tab === current ? html` aria-current="page"` : NOTHING}>${name}</a></li>`;
  };
  return html`<nav aria-label="Pages"><ul>${join(TAB_NAMES.map(item))}</ul></nav>`;
}

/** Why nothing is applied although passes go on: shown on every page, since every page would look different without it. */
function banner({ suspended, mode, now, frozen }: Status, tab: Tab): Html {
  if (suspended !== null) {
    const { owner, until, reason } = suspended;
    return html`<div class="banner warn"><p><strong>Suspended</strong> by ${owner} until ${moment(until, now)}: ${reason}. Passes observe and report; nothing is applied. To end it: <code>kirosync resume</code></p></div>`;
  }
  if (frozen.length > 0 && mode === 'enforce') return frost(frozen, now);
  // On the page Now the verdict says it.
  if (mode === 'observe' && tab !== 'now')
    return html`<div class="banner"><p><strong>Observe mode.</strong> Passes plan and report; nothing is applied by default.</p></div>`;
  return NOTHING;
}

/** Which profiles change windows stop, and until when. */
function frost(frozen: Status['frozen'], now: string): Html {
  const rows = frozen.map(
    ({ profile, windows, reason, until }) =>
      html`<li>${profile}: window ${windows.join(', ')}, ${until === null ? 'for more than a year' : html`until ${moment(until, now)}`}. ${reason}</li>`,
  );
  return html`<div class="banner warn"><p><strong>Frozen</strong>: change windows keep these profiles from being applied. One pass past them: <code>kirosync reconcile --override REASON</code></p><ul>${join(rows)}</ul></div>`;
}
