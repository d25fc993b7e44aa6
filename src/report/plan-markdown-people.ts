import { dollars, signedDollars } from '../model/money.ts';
import type { MoneyRow, PersonChange, Plan, RunRate } from '../model/plan.ts';
import type { Block } from './markdown-fit.ts';
import { name, nameInHtml, words } from './markdown-word.ts';
import { deltaText, endings, type ProfilePeople, peopleByProfile, peopleCounts } from './plan-people.ts';
import { effectiveText, personSymbol } from './plan-text-change.ts';

/** The three figures of a run-rate as the last cells of a table row. */
function rateCells(rate: RunRate): string {
  return `${dollars(rate.before)} | ${dollars(rate.after)} | ${signedDollars(rate.after - rate.before)} |`;
}

/** Where the money goes, folded: by profile, tier and cost center. */
export function moneyBlock({ money: { byProfile, byTier, byCostCenter } }: Plan): Block {
  const lists: readonly (readonly [string, readonly MoneyRow[]])[] = [
    ['profile', byProfile],
    ['tier', byTier],
    ['cost center', byCostCenter],
  ];
  const rows = lists.flatMap(([kind, list]) => list.map((row) => `| ${kind} | ${name(row.name)} | ${rateCells(row)}\n`));
  const head = '|  |  | before | after | change |\n|---|---|--:|--:|--:|\n';
  const before = `\n<details><summary>Money by profile, tier and cost center</summary>\n\n${head}`;
  return { before, rows, after: '\n</details>\n', many: 'rows' };
}

/** A profile with more people than this is folded: a reviewer reads the sum first. */
const OPEN_PEOPLE = 25;

/** One block a profile, and a line of all of them where there are several. Seats that end come first and get space first. */
export function peopleBlocks(plan: Plan): readonly Block[] {
  const today = plan.now.slice(0, 10);
  const groups = peopleByProfile(plan);
  const title = `\n#### People (${plan.people.length})\n`;
  return groups.map((group, i) => profileBlock(group, today, i === 0 ? title : ''));
}

function profileBlock({ profile, rate, people }: ProfilePeople, today: string, title: string): Block {
  const open = people.length <= OPEN_PEOPLE ? ' open' : '';
  const money = rate === null ? '' : `: <b>${deltaText(rate)}</b>`;
  const summary = `<summary>${nameInHtml(profile)}${money}, ${peopleCounts(people)}</summary>`;
  const head = '|  | person | from | to | effective | why |\n|---|---|---|---|---|---|\n';
  return {
    before: `${title}\n<details${open}>${summary}\n\n${head}`,
    rows: people.map((person) => personRow(person, today)),
    after: '\n</details>\n',
    many: 'people',
    first: endings(people),
  };
}

function personRow(person: PersonChange, today: string): string {
  const { user, from, to, effective, why } = person;
  const tier = (text: string | null) => (text === null ? '–' : name(text));
  const date = effectiveText(effective, today);
  return `| ${personSymbol(person)} | ${name(user)} | ${tier(from)} | ${tier(to)} | ${date} | ${words(why)} |\n`;
}
