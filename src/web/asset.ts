import type { Context } from 'hono';
import { LIVE_SCRIPT } from './live-script.ts';
import type { Route } from './route.ts';
import type { Tone } from './verdict.ts';

const COLOUR = { good: '#16894a', warn: '#b26a00', bad: '#c1273d' } as const satisfies Record<Tone, string>;

/** A ring that is closed when all is well, in the colour of the outcome. */
function icon(tone: Tone): string {
  const mark =
    tone === 'good'
      ? '<path d="M10 16.5l4.2 4.2L22 12" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/>'
      : '<path d="M16 9v8.5" stroke="#fff" stroke-width="3.4" stroke-linecap="round"/><circle cx="16" cy="22.6" r="2" fill="#fff"/>';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="${COLOUR[tone]}"/>${mark}</svg>`;
}

/** What pages load from their own origin: the script and the icons. They say nothing of anybody, so they need no token. */
export function assetRoutes(): readonly Route[] {
  const asset = (path: string, type: string, text: string): Route => ({
    method: 'GET',
    path,
    need: 'none',
    answer: (c: Context) => c.body(text, 200, { 'content-type': type, 'cache-control': 'no-cache' }),
  });
  return [
    asset('/assets/live.js', 'text/javascript; charset=utf-8', LIVE_SCRIPT),
    ...(['good', 'warn', 'bad'] as const).map((tone) => asset(`/assets/icon-${tone}.svg`, 'image/svg+xml', icon(tone))),
  ];
}
