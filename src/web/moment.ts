import { type Html, html } from '../report/html.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-29 00:00` of RFC 3339; what is no instant is given as it is. */
export function instant(text: string): string {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text;
}

/** A length of time as people say it: `45 s`, `12 min`, `5 h`, `3 days`; rounded down. */
export function span(ms: number): string {
  const length = Math.max(0, ms);
  if (length < MINUTE) return `${Math.floor(length / 1000)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} days`;
}

/** `3 min ago` or `in 3 min`, seen from `now`; both RFC 3339. Empty for what is no instant. */
export function ago(at: string, now: string): string {
  const ms = Date.parse(now) - Date.parse(at);
  if (Number.isNaN(ms)) return '';
  if (Math.abs(ms) < 5_000) return 'now';
  return ms > 0 ? `${span(ms)} ago` : `in ${span(-ms)}`;
}

/** An instant for people and for programs, with how far it is from `now`. */
export function moment(at: string, now: string): Html {
  const distance = ago(at, now);
  const far = distance === '' || at === now ? html`` : html` <span class="ago">(${distance})</span>`;
  return html`<time datetime="${at}">${instant(at)}</time>${far}`;
}
