import { addDays, isDay, startOf } from '../model/day.ts';
import { type Html, html, NOTHING } from '../report/html.ts';

/** The last instant of a UTC day: who had a seat on that day is who had one when it ended. */
export function endOfDay(day: string): Date {
  return new Date(startOf(addDays(day, 1)).getTime() - 1);
}

/** The day of `?as-of=`; null for none and for what is no day. */
export function asOfDay(text: string | undefined): string | null {
  return text !== undefined && isDay(text) ? text : null;
}

/** A form that asks for the same page as of a day. `hidden` are parameters that stay. */
export function asOfForm(path: string, day: string | null, hidden: Readonly<Record<string, string>>): Html {
  const kept = Object.entries(hidden).filter(([, value]) => value !== '');
  const fields = kept.map(([name, value]) => `<input type="hidden" name="${html`${name}`.html}" value="${html`${value}`.html}">`).join('');
  const reset = day === null ? NOTHING : html` <a class="reset" href="${path}">Now</a>`;
  return html`<form class="search filter" action="${path}" method="get"><label for="as-of">As of a day<input id="as-of" type="date" name="as-of" value="${day ?? ''}"></label>${{ html: fields }}<button type="submit">Show</button>${reset}</form>`;
}

/** Why nothing is known of a day. `since` is how far back the record reaches, null where there is none. */
export function unknownDay(day: string, since: string | null): Html {
  const words =
    since === null
      ? 'Seats are recorded by complete passes that may apply, and there was none yet.'
      : `The record of seats begins at ${since.replace('T', ' ').slice(0, 16)}.`;
  return html`<p class="banner warn">Who had a seat on ${day} is not known. ${words}</p>`;
}
