import type { PersonSeat } from '../daemon/people.ts';
import { type Html, html, NOTHING } from '../report/html.ts';

/** `engineering: pro → power` with what is said of it. */
export function seatText({ profile, from, to, held, done, external }: PersonSeat): Html {
  const arrow = from === to ? html`<strong>${to ?? 'no seat'}</strong>` : html`${from ?? 'no seat'} → <strong>${to ?? 'no seat'}</strong>`;
  const state =
    from === to
      ? external
        ? html` <span class="tag">external</span>`
        : held
          ? html` <span class="tag warn">held</span>`
          : NOTHING
      : changeTag(done, held);
  return html`${profile}: ${arrow}${state}`;
}

function changeTag(done: boolean, held: boolean): Html {
  if (done) return html` <span class="tag good">applied</span>`;
  return held ? html` <span class="tag warn">held</span>` : html` <span class="tag warn">planned</span>`;
}
