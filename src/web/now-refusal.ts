import { GUARDS, isGuard } from '../model/guard.ts';
import { changesOf, type Plan, type Violation } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { exceptionYaml } from '../report/exception.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { count } from '../report/summary.ts';
import { sentence } from './code-span.ts';
import { command } from './command.ts';
import type { Todo } from './todo.ts';

/** An Exception with more lines than this is for a file and not for the clipboard. */
const MOST_KEYS = 100;

/** Where a guard's message begins to say what lifts it: its end, which only an Exception and force are in. */
const LIFT = / If it is meant: `kirosync plan --write-exception /;

/** The guards that refuse the plan, each with its sentence, and every way through; null when none refuses. */
export function refusal(plan: Plan, exceptions: Settings['exceptions']): Todo | null {
  const { violations } = plan;
  if (violations.length === 0) return null;
  const title = `${count(violations.length, 'guard refuses', 'guards refuse')} the plan; none of its ${count(changesOf(plan).length, 'change is', 'changes are')} applied`;
  return {
    id: 'refused',
    tone: 'bad',
    kind: 'Refused',
    title,
    body: html`${violationList(violations, exceptions)}${wayThrough(plan, exceptions)}`,
  };
}

/** Each violation with its numbers. How an Exception or force lifts it is left to `wayThrough`, which stands below. */
export function violationList(violations: readonly Violation[], exceptions: Settings['exceptions']): Html {
  const numbers = ({ limit, actual }: Violation): Html =>
    limit === null && actual === null
      ? NOTHING
      : html` <span class="soft">(limit ${limit ?? 'none'}, actual ${actual ?? 'unknown'})</span>`;
  return html`<ul>${join(violations.map((each) => html`<li><strong>${each.rule}</strong>: ${message(each, isLiftable(each, exceptions))}${numbers(each)}</li>`))}</ul>`;
}

/** What is wrong stands out; what the guard advises is there, more quietly. */
function message({ message: whole }: Violation, isShownBelow: boolean): Html {
  const lift = isShownBelow ? whole.search(LIFT) : -1;
  const text = lift < 0 ? whole : whole.slice(0, lift);
  const advice = text.search(/ (?=If (?:it|these|this) )/);
  return advice < 0
    ? sentence(text)
    : html`${sentence(text.slice(0, advice))} <span class="soft">${sentence(text.slice(advice + 1))}</span>`;
}

/** Whether the repository may lift this with an Exception; where it may not, the guard's own sentence says why. */
function isLiftable({ rule, keys }: Violation, { rules, maxKeys }: Settings['exceptions']): boolean {
  return isGuard(rule) && GUARDS[rule].exception && rules.includes(rule) && keys.length <= maxKeys;
}

/** What to do: undo the merge, or have an Exception reviewed and merged, or a human applies with force. */
export function wayThrough(plan: Plan, exceptions: Settings['exceptions']): Html {
  const { violations } = plan;
  const liftable = violations.filter((each) => isLiftable(each, exceptions));
  const isWhole = liftable.length === violations.length;
  const isForcible = violations.every(({ rule }) => isGuard(rule) && GUARDS[rule].force);
  const force = [...new Set(violations.map(({ rule }) => ` --force ${rule}`))].join('');
  const lift =
    liftable.length === 0
      ? html`<p>No Exception lifts it: change what it names.</p>`
      : html`<p><strong>If it is meant</strong>, merge an Exception for exactly these keys${isWhole ? '' : ' (it lifts only some of the guards)'}:</p>${exception(plan, liftable)}`;
  const byHand = isForcible
    ? html`<p>Or a human applies it once, with credentials that may write:</p>${command(`kirosync apply --plan-hash ${plan.hash}${force}`, 'Apply with force')}`
    : NOTHING;
  return html`<p><strong>If it is not meant</strong>, revert the merge: the next pass plans without it.</p>${lift}${byHand}`;
}

function exception(plan: Plan, violations: readonly Violation[]): Html {
  const keys = new Set(violations.flatMap((each) => each.keys)).size;
  const yaml = keys > MOST_KEYS ? null : exceptionYaml({ ...plan, violations });
  const write = command('kirosync plan --write-exception exceptions/lift.yaml', 'Write the Exception');
  if (yaml === null) return html`<p class="soft">It lists ${keys} keys; this command writes it.</p>${write}`;
  return html`<details id="exception"><summary>The document, with ${count(keys, 'key', 'keys')}</summary>${command(yaml, 'The Exception')}</details>${write}`;
}
