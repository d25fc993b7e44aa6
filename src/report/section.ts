import type { Palette } from './table.ts';

/** A titled block of a terminal report; one without lines is left out. */
export type Section = { readonly title: string; readonly lines: readonly string[] };

/** The blocks that have something to say, a blank line between them. */
export function sections(blocks: readonly Section[], paint: Palette): readonly string[] {
  return blocks.filter((block) => block.lines.length > 0).flatMap((block) => [paint.bold(block.title), ...block.lines, '']);
}
