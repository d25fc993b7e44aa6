import { clip, visible } from './escape.ts';
import { type Html, html, join } from './html.ts';
import { drawing, type Named, px } from './svg-frame.ts';

/** One thing before and now, with its change in words. */
export type Change = { readonly name: string; readonly before: number; readonly now: number; readonly text: string };

/** Names longer than this would run into the number on a phone; the table has them whole. */
const NAME = 26;
const CHANGE_HEIGHT = 46;

/** Two bars for each name, before (pale) and now, longest first as given. */
export function changeChart({ changes, ...named }: Named & { readonly changes: readonly Change[] }): Html {
  const most = Math.max(1e-9, ...changes.flatMap(({ before, now }) => [before, now]));
  const width = (value: number): string => `${px((100 * Math.max(value, 0)) / most)}%`;
  const rows = changes.map(({ name, before, now, text }, i) => {
    const y = i * CHANGE_HEIGHT;
    return html`<text class="name" x="0" y="${y + 15}">${clip(visible(name), NAME)}</text><text class="value" x="100%" y="${y + 15}" text-anchor="end">${text}</text><rect class="before" x="0" y="${y + 21}" height="7" width="${width(before)}"/><rect class="used" x="0" y="${y + 29}" height="7" width="${width(now)}"/>`;
  });
  return drawing(named, Math.max(1, changes.length) * CHANGE_HEIGHT, join(rows));
}

/** One bar of a mix: `parts` in the same order in every bar; `total` in words. */
export type Mix = { readonly name: string; readonly total: string; readonly parts: readonly number[] };

/** Colours that the style sheet has for parts of a mix. */
export const MIX_PARTS = 6;
const MIX_HEIGHT = 52;

/** Bars of the same length, each cut into shares: how the same parts weigh in seats, in cost and in use. */
export function mixChart({ mixes, ...named }: Named & { readonly mixes: readonly Mix[] }): Html {
  const rows = mixes.map(({ name, total, parts }, row) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    const y = row * MIX_HEIGHT;
    const pieces = parts.map((part, i) => {
      const from = sum === 0 ? 0 : (100 * parts.slice(0, i).reduce((a, b) => a + b, 0)) / sum;
      const share = sum === 0 ? 0 : (100 * part) / sum;
      if (share === 0) return html``;
      const text =
        share < 9
          ? html``
          : html`<text class="on-part-${i}" x="${px(from + share / 2)}%" y="${y + 36}" text-anchor="middle">${Math.round(share)}%</text>`;
      return html`<rect class="part part-${i}" x="${px(from)}%" y="${y + 21}" width="${px(share)}%" height="22"/>${text}`;
    });
    const empty = sum === 0 ? html`<rect class="empty" x="0" y="${y + 21}" width="100%" height="22"/>` : html``;
    return html`<text class="name" x="0" y="${y + 14}">${name}</text><text class="value" x="100%" y="${y + 14}" text-anchor="end">${total}</text>${empty}${join(pieces)}`;
  });
  return drawing(named, Math.max(1, mixes.length) * MIX_HEIGHT, join(rows));
}
