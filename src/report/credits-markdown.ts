import type { Credits, CreditsPerson } from '../model/credits.ts';
import { rounded } from '../usage/amount.ts';
import { costOfPerson, dataThrough, digestOf, personState } from './credits-digest.ts';
import { estimate, grouped, monthName, percent } from './credits-figure.ts';
import { type Column, type List, type ListCell, moneyText, nameOf, todoLists } from './credits-list.ts';
import { sumLists } from './credits-sum-list.ts';
import { summaryLines } from './credits-summary.ts';
import { clip, markdownCode, markdownText } from './escape.ts';
import { type Block, fitBlocks } from './markdown-fit.ts';
import { MARKDOWN_LIMIT } from './plan-markdown.ts';

/** Characters of a sentence or a name; longer ones are somebody's attempt to fill the comment. */
const SENTENCE = 400;
const NAME = 80;

/** People in a comment; a longer list belongs into a file. */
const MOST_PEOPLE = 100;

const SUM_ROWS = 50;

function code(name: string): string {
  return name === '-' ? '-' : markdownCode(clip(name, NAME));
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Figures, dates and verdicts are ours and stay as they are; sentences hold names of others, and the rest are names. */
function cellText(cell: ListCell, column: Column | undefined): string {
  if (typeof cell !== 'string') return cell.tone === 'good' ? cell.text : `**${cell.text}**`;
  if (typeof column === 'object') return column.kind === 'number' ? cell : markdownText(clip(cell, SENTENCE));
  return DATE.test(cell) ? cell : code(cell);
}

function row(cells: readonly ListCell[], columns: readonly Column[]): string {
  return `| ${cells.map((cell, i) => cellText(cell, columns[i])).join(' | ')} |\n`;
}

function head(columns: readonly Column[]): string {
  const names = columns.map((column) => (typeof column === 'string' ? column : column.name));
  const rule = columns.map((column) => (typeof column === 'object' && column.kind === 'number' ? '--:' : '---'));
  return `| ${names.join(' | ')} |\n| ${rule.join(' | ')} |\n`;
}

/** A heading (in our words only) and a table; folded ones open at a click. */
function block(title: string, columns: readonly Column[], rows: readonly string[], many: string, folded: boolean): Block {
  const before = folded ? `\n<details><summary>${title}</summary>\n\n${head(columns)}` : `\n#### ${title}\n\n${head(columns)}`;
  return { before, rows, after: folded ? '\n</details>\n' : '', many };
}

function listBlock({ title, columns, rows }: List): Block {
  return block(
    title,
    columns,
    rows.map((cells) => row(cells, columns)),
    'rows',
    false,
  );
}

function sumBlocks(credits: Credits): readonly Block[] {
  return sumLists(credits, SUM_ROWS).map(({ name, columns, rows, total }) => {
    const shown = rows.map((cells) => row(cells, columns));
    const last = `| **total** | ${total.slice(1).join(' | ')} |\n`;
    return block(`By ${name} (${rows.length})`, columns, [last, ...shown], 'rows', true);
  });
}

const byCost = (a: CreditsPerson, b: CreditsPerson): number =>
  costOfPerson(b) - costOfPerson(a) || (a.used === b.used ? 0 : a.used < b.used ? 1 : -1);

function peopleBlock({ people, totals, files }: Credits): Block {
  const number = (name: string): Column => ({ name, kind: 'number' });
  const forecast = totals.forecast === null ? [] : [number('forecast')];
  const use = files === null ? [] : [...['used', 'included', 'utilisation', 'overage'].map(number), ...forecast, 'state'];
  const columns: readonly Column[] = ['person', 'profile', 'tier', number('seat'), ...use, 'assignment'];
  const shown = people.toSorted(byCost).slice(0, MOST_PEOPLE);
  const rows = shown.map((p) => {
    const included = p.planCredits === null ? '-' : rounded(p.planCredits);
    const ahead = totals.forecast === null ? [] : [estimate(p.forecast?.expected)];
    const used = files === null ? [] : [rounded(p.used), included, percent(p.utilisation), moneyText(p.overage), ...ahead, personState(p)];
    return row([nameOf(p), p.profile, p.tier ?? '-', moneyText(p.monthly), ...used, p.assignment], columns);
  });
  const title =
    people.length > MOST_PEOPLE ? `People, the ${MOST_PEOPLE} dearest of ${grouped(people.length)}` : `People (${people.length})`;
  return block(title, columns, rows, 'people', true);
}

function noteBlock({ notes }: Credits): Block {
  const rows = notes.map((note) => `- ${markdownText(clip(note, SENTENCE))}\n`);
  return { before: '\n#### What is missing or needs care\n\n', rows, after: '', many: 'notes' };
}

function heading(credits: Credits): string {
  const rows = summaryLines(credits, digestOf(credits)).map(({ name, text }) => `| ${name} | ${markdownText(text)} |\n`);
  return `### Kiro credits, ${monthName(credits.month)}: ${dataThrough(credits)}\n\n| | |\n|---|---|\n${rows.join('')}`;
}

/**
 * The report for a pull-request comment or a wiki page, at most 60,000 characters: the summary, what is missing, what to do
 * first, then sums and the dearest people folded away. Where it does not fit, lists are cut from the end and say by how much.
 */
export function creditsMarkdown(credits: Credits): string {
  const top = heading(credits);
  const foot = '\nCredits used include overage. Money is list price if everyone activates, without tax or discounts. Dates are UTC.\n';
  const pointer = '\n> Lists were cut to fit a comment. The sums are right; `--format csv` and `--format json` have every row.\n';
  const lists = todoLists(credits, digestOf(credits)).map(listBlock);
  const blocks = [noteBlock(credits), ...lists, ...sumBlocks(credits), peopleBlock(credits)];
  const body = fitBlocks(blocks, MARKDOWN_LIMIT - top.length - foot.length - pointer.length);
  const cut = body.cut || credits.people.length > MOST_PEOPLE;
  return top + body.text + (cut ? pointer : '') + foot;
}
