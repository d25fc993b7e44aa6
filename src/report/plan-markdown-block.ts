import type { Diagnostic } from '../model/diagnostic.ts';
import { dollars, signedDollars } from '../model/money.ts';
import { type Change, changesOf, type Held, type MoneyRow, type PersonChange, type Plan, type Violation } from '../model/plan.ts';
import { clip, markdownCode, markdownText } from './escape.ts';
import type { Block } from './markdown-fit.ts';
import { byName, effectiveText, personSymbol, SYMBOL } from './plan-text-change.ts';
import { duplicateText } from './plan-text-money.ts';
import { releasedText } from './plan-text-note.ts';
import { count, untilText } from './summary.ts';

/** A name in a cell; the longest that AWS allows would fill a comment, so it is clipped here (never in the JSON). */
function name(text: string): string {
  return markdownCode(clip(text, 120));
}

function words(text: string, length = 300): string {
  return markdownText(clip(text, length));
}

/** The blocks of a plan comment in their order. */
export function planBlocks(plan: Plan): readonly Block[] {
  const today = plan.now.slice(0, 10);
  return [
    moneyBlock(plan),
    peopleBlock(plan.people, today),
    ...manualBlocks(plan),
    violationBlock(plan.violations),
    tableBlock(`Held (${plan.held.length})`, ['change', 'until', 'reason'], plan.held.map(heldRow), 'held changes'),
    changeBlock(plan),
    ...restBlocks(plan),
  ];
}

function tableBlock(title: string, head: readonly string[], rows: readonly string[], many: string, folded = false): Block {
  const heads = `| ${head.join(' | ')} |\n|${head.map(() => '---|').join('')}\n`;
  const before = folded ? `\n<details><summary>${title}</summary>\n\n${heads}` : `\n#### ${title}\n\n${heads}`;
  return { before, rows, after: folded ? '\n</details>\n' : '', many };
}

function listBlock(title: string, rows: readonly string[], many: string): Block {
  return { before: `\n#### ${title}\n\n`, rows, after: '', many };
}

function moneyBlock(plan: Plan): Block {
  const { byProfile, byTier, byCostCenter } = plan.money;
  const lists: readonly (readonly [string, readonly MoneyRow[]])[] = [
    ['profile', byProfile],
    ['tier', byTier],
    ['cost center', byCostCenter],
  ];
  const rows = lists.flatMap(([kind, list]) =>
    list.map((row) => {
      const delta = signedDollars(row.after - row.before);
      return `| ${kind} | ${name(row.name)} | ${dollars(row.before)} | ${dollars(row.after)} | ${delta} |\n`;
    }),
  );
  return tableBlock('By profile, tier and cost center', ['', '', 'before', 'after', 'change'], rows, 'rows', true);
}

function peopleBlock(people: readonly PersonChange[], today: string): Block {
  const order = { '-': 0, '~': 1, '+': 2 } as const;
  const first = [...byName(people)].sort((a, b) => order[personSymbol(a)] - order[personSymbol(b)]);
  const rows = first.map((p) => {
    const tiers = `${p.from === null ? 'none' : name(p.from)} → ${p.to === null ? 'none' : name(p.to)}`;
    return `| ${personSymbol(p)} | ${name(p.user)} | ${name(p.profile)} | ${tiers} | ${effectiveText(p.effective, today)} | ${words(p.why)} |\n`;
  });
  const ends = people.filter((p) => p.to === null).length;
  const title = `People (${people.length}${ends === 0 ? '' : `, ${count(ends, 'seat ends', 'seats end')}`})`;
  return tableBlock(title, ['', 'person', 'profile', 'tier', 'on the bill', 'why'], rows, 'people');
}

function manualBlocks(plan: Plan): readonly Block[] {
  const { duplicates } = plan.money;
  return [
    listBlock(
      `Billed in several profiles (${duplicates.length})`,
      duplicates.map((d) => `- ${name(d.user)}: ${d.profiles.map(name).join(', ')}; ${duplicateText(d)}\n`),
      'people',
    ),
    listBlock(
      `To do by hand (${plan.manual.length})`,
      plan.manual.map((step) => `- [ ] ${name(step.profile)} ${words(step.text, 500)}\n`),
      'steps',
    ),
  ];
}

function violationBlock(violations: readonly Violation[]): Block {
  const rows = violations.map((v) => {
    const keys = v.keys.slice(0, 20).map((key) => `  - ${name(key)}\n`);
    const more = v.keys.length > 20 ? [`  - … and ${v.keys.length - 20} more\n`] : [];
    const numbers = v.limit === null && v.actual === null ? '' : ` (limit ${v.limit ?? 'none'}, actual ${v.actual ?? 'unknown'})`;
    return `- **${name(v.rule)}**${numbers}: ${words(v.message, 2000)}\n${[...keys, ...more].join('')}`;
  });
  return listBlock(`Refused (${violations.length})`, rows, 'refusals');
}

function heldRow(held: Held): string {
  return `| ${SYMBOL[held.action]} ${name(held.key)} | ${untilText(held.until)} | ${words(held.reason)} |\n`;
}

function changeBlock(plan: Plan): Block {
  const changes = changesOf(plan);
  const row = (change: Change) => `| ${SYMBOL[change.action]} | ${name(change.key)} | ${words(change.reason)} |\n`;
  const removals = changes.filter((change) => change.action === 'delete');
  const rows = [...removals, ...changes.filter((change) => change.action === 'create')].map(row);
  const title = `${count(changes.length, 'change', 'changes')}, ${count(plan.calls.total, 'call', 'calls')}, about ${Math.ceil(plan.calls.seconds)} s`;
  return tableBlock(title, ['', 'key', 'reason'], rows, 'changes', true);
}

function place(at: Pick<Diagnostic, 'file' | 'line' | 'column'>): string {
  return at.file === undefined ? '' : ` (${name(`${at.file}:${at.line}:${at.column}`)})`;
}

function restBlocks(plan: Plan): readonly Block[] {
  return [
    listBlock(
      `Released (${plan.released.length}), not touched`,
      plan.released.map((r) => `- ${name(r.group)} on ${name(r.profile)}: ${releasedText(r)}\n`),
      'groups',
    ),
    listBlock(
      `Unresolved (${plan.unresolved.length})`,
      plan.unresolved.map((u) => `- ${u.kind} ${name(u.name)}${place(u)}\n`),
      'names',
    ),
    listBlock(
      `Warnings (${plan.warnings.length})`,
      plan.warnings.map((w) => `- ${name(w.rule)}: ${words(w.message, 500)}${place(w)}\n`),
      'warnings',
    ),
  ];
}
