import type { Imported } from '../import/import.ts';
import { visible } from './escape.ts';
import type { TextOptions } from './plan-text.ts';
import { sections } from './section.ts';
import { count } from './summary.ts';
import { cell, palette, table } from './table.ts';

/** What `import` wrote and decided, what it left to a human, and the next step. */
export function importText(imported: Extract<Imported, { ok: true }>, out: string, options: TextOptions): string {
  const paint = palette(options.color);
  const blocks = [
    {
      title: `Seats (${imported.seats.length})`,
      lines: table(
        imported.seats.map((seat) => [
          cell(`${seat.profile}/${seat.tier}`),
          cell(seat.group),
          cell(seat.external === null ? seat.why : `${seat.why}; external: ${seat.external}`, paint.quiet),
        ]),
      ),
    },
    {
      title: `Undecided (${imported.undecided.length}): commented out; say the tier with --seat PROFILE/TIER=GROUP`,
      lines: table(
        imported.undecided.map((one) => [
          cell(one.profile),
          cell(one.group),
          cell(count(one.members, 'member', 'members')),
          cell(one.why, paint.quiet),
        ]),
      ),
    },
    { title: `Notes (${imported.notes.length})`, lines: imported.notes.map((note) => `  ${visible(note)}`) },
  ];
  const files = imported.files.map((file) => `  ${visible(file.path)}`);
  const head = { title: `Wrote ${count(imported.files.length, 'file', 'files')} to ${visible(out)}`, lines: files };
  const next = `Next: kirosync plan --config ${visible(out)}`;
  return `${[...sections([head, ...blocks], paint), paint.bold(next)].join('\n')}\n`;
}
