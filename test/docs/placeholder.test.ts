import { describe, expect, test } from 'vitest';
import { type Page, pages } from './markdown.ts';

/** Words that say "somebody has still to write this", and lines of capitals alone, which stand where something is to be put in. */
const UNWRITTEN = /\b(?:TBD|TODO|FIXME|XXX|TKTK)\b|\?\?\?|lorem ipsum/i;
const STAND_IN = /^\W*[A-Z]{2,}(?:[-_ ][A-Z]+)*\W*$/;

/** `path:line: text` of every placeholder. Fenced blocks count too; what is in back-ticks is spoken about. */
function placeholders({ path, text }: Page): readonly string[] {
  let fenced = false;
  return text.split('\n').flatMap((line, at) => {
    if (/^\s*```/.test(line)) fenced = !fenced;
    const said = fenced ? line : line.replace(/`[^`]*`/g, '');
    // Capitals alone may be an example of text in a block, or a heading such as "## HTTP".
    const standsIn = !fenced && !line.startsWith('#') && STAND_IN.test(said);
    return UNWRITTEN.test(said) || standsIn ? [`${path}:${at + 1}: ${line.trim()}`] : [];
  });
}

describe('a placeholder', () => {
  test.each([
    'USAGE-TABLE',
    'LAST-RUN',
    '  LAST_RUN',
    '| TABLE |',
    '**NUMBERS HERE**',
    'see TBD',
    '- TODO: say why',
    'XXX',
    '```\ntodo\n```',
  ])('is %j', (line) => {
    expect(placeholders({ path: 'x.md', text: `# X\n\n${line}\n` })).toHaveLength(1);
  });

  test.each(['### HTTP', 'HTTP and AWS', '`LAST-RUN`', '```\nENV\n```', 'A', '|---|---|', ''])('is not %j', (line) => {
    expect(placeholders({ path: 'x.md', text: line })).toEqual([]);
  });

  test.each(pages().map((page) => [page.path, page] as const))('is nowhere in %s', (_path, page) => {
    expect(placeholders(page)).toEqual([]);
  });
});
