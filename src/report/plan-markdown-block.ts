import type { Diagnostic } from '../model/diagnostic.ts';
import { dollars } from '../model/money.ts';
import { type Change, changesOf, type Held, type Plan, type Violation } from '../model/plan.ts';
import { clip } from './escape.ts';
import type { Block } from './markdown-fit.ts';
import { name, words } from './markdown-word.ts';
import { moneyBlock, peopleBlocks } from './plan-markdown-people.ts';
import { SYMBOL } from './plan-text-change.ts';
import { duplicateText } from './plan-text-money.ts';
import { releasedText } from './plan-text-note.ts';
import { count, untilText } from './summary.ts';

/**
 * The blocks of a plan comment in their order: what refuses it, people, what needs a human, what waits, and the rest
 * folded. `afterRefusals` follows the refusals, where there are some.
 */
export function planBlocks(plan: Plan, afterRefusals: string): readonly Block[] {
  return [
    violationBlock(plan.violations, afterRefusals),
    ...peopleBlocks(plan),
    ...manualBlocks(plan),
    heldBlock(plan.held),
    ...attentionBlocks(plan),
    moneyBlock(plan),
    releasedBlock(plan),
    changeBlock(plan),
  ];
}

/** Rows of a list that are open at once; more of them are folded. */
const OPEN_ROWS = 10;

type Titled = { readonly title: string; readonly head: string; readonly rows: readonly string[]; readonly many: string };

/** A list under its heading, folded below it where it is long. */
function section({ title, head, rows, many }: Titled): Block {
  const long = rows.length > OPEN_ROWS;
  const fold = long ? `<details><summary>${rows.length} ${many}</summary>\n\n` : '';
  return { before: `\n#### ${title}\n\n${fold}${head}`, rows, after: long ? '\n</details>\n' : '', many };
}

function tableHead(...names: readonly string[]): string {
  return `| ${names.join(' | ')} |\n|${names.map(() => '---|').join('')}\n`;
}

function manualBlocks(plan: Plan): readonly Block[] {
  const { duplicates } = plan.money;
  return [
    section({
      title: `To do by hand (${plan.manual.length})`,
      head: '',
      rows: plan.manual.map((step) => `- [ ] ${name(step.profile)} ${words(step.text, 500)}\n`),
      many: 'steps',
    }),
    section({
      title: `Billed in several profiles (${duplicates.length})`,
      head: '',
      rows: duplicates.map((d) => `- ${name(d.user)}: ${d.profiles.map(name).join(', ')}; ${words(duplicateText(d))}\n`),
      many: 'people',
    }),
  ];
}

/** A sentence that says what to do stands on a line of its own. */
const ADVICE = /(?<=[.;?]) (?=If )/;

function violationBlock(violations: readonly Violation[], after: string): Block {
  const rows = violations.map((v) => {
    const numbers = v.limit === null && v.actual === null ? '' : ` (limit ${v.limit ?? 'none'}, actual ${v.actual ?? 'unknown'})`;
    const [what = '', ...advice] = clip(v.message, 4_000).split(ADVICE);
    const ways = advice.map((way) => `  - ${words(way, 800)}\n`).join('');
    return `- **${name(v.rule)}**${numbers}: ${words(what, 1_500)}\n${ways}${counted(v)}`;
  });
  const before = '\n#### Why, and the way through\n\n';
  return { before, rows, after, many: 'refusals', first: rows.length };
}

const MOST_KEYS = 20;

function counted({ keys }: Violation): string {
  if (keys.length === 0) return '';
  const shown = keys.slice(0, MOST_KEYS).map(name).join(', ');
  const more = keys.length > MOST_KEYS ? ` and ${keys.length - MOST_KEYS} more` : '';
  return `  - Counted (${keys.length}): ${shown}${more}\n`;
}

/** What waits for a date first, the next one at the top. */
function heldBlock(held: readonly Held[]): Block {
  const when = ({ until, key }: Held) => `${until ?? '~'}\u0000${key}`;
  const rows = [...held]
    .sort((a, b) => (when(a) < when(b) ? -1 : 1))
    .map((h) => `| ${SYMBOL[h.action]} ${name(h.key)} | ${untilText(h.until)} | ${words(h.reason)} |\n`);
  return section({ title: `Held (${held.length})`, head: tableHead('change', 'waits', 'why'), rows, many: 'held changes' });
}

function place(at: Pick<Diagnostic, 'file' | 'line' | 'column'>): string {
  return at.file === undefined ? '' : ` (${name(`${at.file}:${at.line}:${at.column}`)})`;
}

function attentionBlocks(plan: Plan): readonly Block[] {
  return [
    section({
      title: `Unresolved (${plan.unresolved.length}): names that match nobody`,
      head: '',
      rows: plan.unresolved.map((u) => `- ${u.kind} ${name(u.name)}${place(u)}\n`),
      many: 'names',
    }),
    section({
      title: `Warnings (${plan.warnings.length})`,
      head: '',
      rows: plan.warnings.map((w) => `- ${name(w.rule)}: ${words(w.message, 500)}${place(w)}\n`),
      many: 'warnings',
    }),
  ];
}

function releasedBlock({ released }: Plan): Block {
  const rows = released.map((r) => `- ${name(r.group)} on ${name(r.profile)}: ${words(releasedText(r))}\n`);
  const known = released.reduce((sum, { monthly }) => sum + (monthly ?? 0), 0);
  const cost = known === 0 ? '' : `, ${dollars(known)} a month where known`;
  const title = `Released: ${count(released.length, 'seat group', 'seat groups')} that no seat names, not touched${cost}`;
  return { before: `\n<details><summary>${title}</summary>\n\n`, rows, after: '\n</details>\n', many: 'groups' };
}

function changeBlock(plan: Plan): Block {
  const changes = changesOf(plan);
  const row = (change: Change) => `| ${SYMBOL[change.action]} | ${name(change.key)} | ${words(change.reason)} |\n`;
  const removals = changes.filter((change) => change.action === 'delete');
  const rows = [...removals, ...changes.filter((change) => change.action === 'create')].map(row);
  const title = `What is written: ${count(changes.length, 'change', 'changes')}, ${count(plan.calls.total, 'call', 'calls')}, about ${Math.ceil(plan.calls.seconds)} s`;
  const before = `\n<details><summary>${title}</summary>\n\n${tableHead('', 'key', 'why')}`;
  return { before, rows, after: '\n</details>\n', many: 'changes', first: removals.length };
}
