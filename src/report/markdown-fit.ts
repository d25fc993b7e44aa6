/**
 * One block of a Markdown comment. `rows` are cut from the end when space is short, so a caller puts what matters most
 * first; `first` says how many of them get space before the other rows of all blocks. `before` and `after` (headings, table
 * heads, closing tags) are never cut.
 */
export type Block = {
  readonly before: string;
  readonly rows: readonly string[];
  readonly after: string;
  readonly many: string;
  readonly first?: number;
};

/** Room for "… and 123456 more …" in each block. */
const REST = 160;

/** The part of the space that the first rows may take, so that they never crowd out every other list. */
const FIRST_SHARE = 0.75;

/**
 * The blocks as one text of at most `limit` characters, and whether anything was left out. When all does not fit, space is
 * shared out evenly, first to the rows that go first, then to the others, and what a small block does not need goes to the
 * larger ones; blocks with no rows are left out.
 */
export function fitBlocks(blocks: readonly Block[], limit: number): { readonly text: string; readonly cut: boolean } {
  const used = blocks.filter((block) => block.rows.length > 0);
  const whole = used.map((block) => block.before + block.rows.join('') + block.after).join('');
  if (whole.length <= limit) return { text: whole, cut: false };
  const fixed = used.reduce((sum, block) => sum + block.before.length + block.after.length + REST, 0);
  const room = Math.max(0, limit - fixed);
  const firsts = share(
    used.map(({ rows, first = 0 }) => size(rows.slice(0, first))),
    Math.floor(room * FIRST_SHARE),
  );
  const rests = share(
    used.map(({ rows }, i) => size(rows) - (firsts[i] ?? 0)),
    room - firsts.reduce((sum, part) => sum + part, 0),
  );
  return { text: used.map((block, i) => shortened(block, (firsts[i] ?? 0) + (rests[i] ?? 0))).join(''), cut: true };
}

function size(rows: readonly string[]): number {
  return rows.reduce((sum, row) => sum + row.length, 0);
}

/** Gives each of the sizes an even share of `total`; what one leaves over is shared by the larger ones. */
function share(sizes: readonly number[], total: number): readonly number[] {
  const result = sizes.map(() => 0);
  let left = total;
  const order = sizes.map((_, i) => i).sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  order.forEach((at, done) => {
    result[at] = Math.min(sizes[at] ?? 0, Math.floor(left / (order.length - done)));
    left -= result[at];
  });
  return result;
}

function shortened(block: Block, room: number): string {
  let length = 0;
  const end = block.rows.findIndex((row) => {
    length += row.length;
    return length > room;
  });
  if (end === -1) return block.before + block.rows.join('') + block.after;
  const rest = `\n… and ${block.rows.length - end} more ${block.many}, which are in the JSON file of this plan.\n`;
  return block.before + block.rows.slice(0, end).join('') + rest + block.after;
}
