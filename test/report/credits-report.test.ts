import { describe, expect, test } from 'vitest';
import type { Credits } from '../../src/model/credits.ts';
import { creditsHtml } from '../../src/report/credits-html.ts';
import { creditsMarkdown } from '../../src/report/credits-markdown.ts';
import { creditsText } from '../../src/report/credits-text.ts';
import { MARKDOWN_LIMIT } from '../../src/report/plan-markdown.ts';
import { creditsScenario } from './credits-scenario.ts';

const CASES: Readonly<Record<string, Credits>> = {
  rich: creditsScenario({ people: 24 }),
  closed: creditsScenario({ people: 12, closed: true }),
  roster: creditsScenario({ people: 6, usage: false }),
  'usage-only': creditsScenario({ people: 6, live: false }),
  nobody: creditsScenario({ people: 0 }),
};

/** Accept a changed report with `npx vitest run test/report/credits-report.test.ts -u`, and read the difference in review. */
test.each(Object.entries(CASES))('the report %s as text, Markdown and HTML', async (name, made) => {
  const file = (extension: string): string => new URL(`../fixtures/credits/${name}.${extension}`, import.meta.url).pathname;
  await expect(creditsText(made, { color: false })).toMatchFileSnapshot(file('txt'));
  await expect(creditsMarkdown(made)).toMatchFileSnapshot(file('md'));
  // The style sheet is the same in every page; its colours and the layout are tested in a browser.
  await expect(creditsHtml(made).replace(/<style>[\s\S]*?<\/style>/, '<style></style>')).toMatchFileSnapshot(file('html'));
});

const HOSTILE = `</script><img src=x onerror=alert(1)> "'&\u202e\u0007|*[a](b)\n@everyone`;

/** The same report, with every name in it replaced. */
function hostile(credits: Credits): Credits {
  const named = <T extends { readonly name: string }>(rows: readonly T[]): readonly T[] => rows.map((row) => ({ ...row, name: HOSTILE }));
  return {
    ...credits,
    people: credits.people.map((p) => ({
      ...p,
      userName: HOSTILE,
      profile: HOSTILE,
      tier: HOSTILE,
      assignment: HOSTILE,
      costCenter: HOSTILE,
      why: HOSTILE,
    })),
    tiers: named(credits.tiers),
    profiles: named(credits.profiles),
    assignments: named(credits.assignments),
    costCenters: named(credits.costCenters),
    profileDays: credits.profileDays.map((row) => ({ ...row, profile: HOSTILE })),
    movers: credits.movers.map((row) => ({ ...row, userName: HOSTILE, profile: HOSTILE })),
    mismatches: credits.mismatches.map((row) => ({ ...row, userName: HOSTILE, text: HOSTILE, usageTier: HOSTILE, tier: HOSTILE })),
    budgets: credits.budgets.map((row) => ({ ...row, name: HOSTILE, costCenter: HOSTILE })),
    rejected: credits.rejected.map((row) => ({ ...row, file: HOSTILE, reason: HOSTILE })),
    notes: [HOSTILE],
  };
}

describe('names that are markup', () => {
  const made = hostile(creditsScenario({ people: 24 }));

  test('are text in HTML, also inside the drawings', () => {
    const page = creditsHtml(made);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('</script');
    expect(page).not.toContain('\u202e');
    expect(page.match(/&lt;img src=x onerror=alert\(1\)&gt;/g)?.length).toBeGreaterThan(100);
    // Without its quoted attributes no tag has a handler: every attribute is ended by its own quote.
    const bare = page.replace(/<style>[\s\S]*?<\/style>/, '').replace(/"[^"]*"/g, '""');
    expect(bare.match(/<[a-z][^>]*\bonerror/gi)).toBeNull();
  });

  test('mention nobody and break no table in Markdown', () => {
    const text = creditsMarkdown(made);
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/(?<!&#64;<!-- -->)@everyone/);
    expect(text).not.toContain('[a](b)');
    for (const line of text.split('\n').filter((row) => row.startsWith('| '))) expect(line.endsWith(' |')).toBe(true);
    const pipes = (line: string): number => line.split('|').length;
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      const above = lines[i - 1] ?? '';
      if (line.startsWith('|') && above.startsWith('|')) expect(pipes(line), line).toBe(pipes(above));
    }
  });

  test('drive no terminal', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    expect(creditsText(made, { color: false })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('ten thousand people', () => {
  const made = creditsScenario({ people: 10_000 });

  test('fit a comment, which says what it leaves out', () => {
    const text = creditsMarkdown(made);
    expect(text.length).toBeLessThanOrEqual(MARKDOWN_LIMIT);
    expect(text).toContain('`--format csv` and `--format json` have every row');
    expect(text).toMatch(/… and \d+ more rows/);
  });

  test('fit a page, which says what it leaves out', () => {
    const page = creditsHtml(made);
    expect(page.length).toBeLessThan(1_500_000);
    expect(page).toContain('9500 more are left out here; the CSV and the JSON have all of them.');
  });
});

test('the page asks for nothing: no script, no address, no style attribute', () => {
  const page = creditsHtml(creditsScenario());
  expect(page).not.toMatch(/<script|<link(?! rel="icon" href="data:,")|src=|url\(|@import|\sstyle=|https?:/);
});

test('every charted number is in a table', () => {
  const made = creditsScenario({ people: 24 });
  const cells = new Set(
    [
      ...creditsHtml(made)
        .replaceAll('<wbr>', '')
        .matchAll(/<t[dh][^>]*>([^<]*)</g),
    ].map((match) => match[1]),
  );
  for (const day of made.days) expect(cells).toContain(day.date);
  for (const day of made.outlook) expect(cells).toContain(day.date);
  for (const mover of made.movers) expect(cells).toContain(mover.userName ?? mover.userId);
  for (const label of ['0%', '&lt;25%', '&lt;50%', '&lt;75%', '&lt;100%', '&lt;150%', '150+%']) expect(cells).toContain(label);
});
