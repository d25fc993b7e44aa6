import type { Plan } from '../model/plan.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { count } from '../report/summary.ts';
import { sentence } from './code-span.ts';
import { moment } from './moment.ts';
import type { Now } from './now-page.ts';
import { refusal } from './now-refusal.ts';
import { troubles } from './now-trouble.ts';
import { someOf, type Todo } from './todo.ts';

const WHOLE_PLAN = html`<a href="/plan">the plan</a> has all.`;

/** One step by hand, with its profile. */
export function stepText({ text, profile }: Plan['manual'][number]): Html {
  return html`${sentence(text)} <span class="soft">(profile ${profile})</span>`;
}

/** Everything that waits for somebody, from what stops all passes down to what is only worth knowing. */
export function todos(now: Now): readonly Todo[] {
  const { plan, status } = now;
  const ofPlan = plan === null ? [] : planTodos(plan, status.now);
  const refused = plan === null ? null : refusal(plan, now.settings.exceptions);
  return [...(refused === null ? [] : [refused]), ...troubles(now), ...ofPlan, ...driftTodo(now)];
}

/** None without entries. */
function some<T>(
  todo: Omit<Todo, 'body'>,
  list: readonly T[],
  text: (each: T) => Html,
  after: Html = NOTHING,
  rest: Html = WHOLE_PLAN,
): readonly Todo[] {
  return list.length === 0 ? [] : [{ ...todo, body: html`${someOf(todo.id, list, text, rest)}${after}` }];
}

function planTodos(plan: Plan, now: string): readonly Todo[] {
  const { manual, held, released, unresolved, warnings } = plan;
  const dated = held.filter((each) => each.until !== null).toSorted((a, b) => ((a.until ?? '') < (b.until ?? '') ? -1 : 1));
  const undated = held.filter((each) => each.until === null);
  const heldText = (each: Plan['held'][number]): Html =>
    html`<code>${each.key}</code> ${each.until === null ? NOTHING : html`until ${moment(each.until, now)}`}<br>${sentence(each.reason)}`;
  return [
    ...some(
      { id: 'manual', tone: 'warn', kind: 'To do by hand', title: `${count(manual.length, 'step', 'steps')} that no API offers` },
      manual,
      stepText,
    ),
    ...some(
      {
        id: 'unresolved',
        tone: 'warn',
        kind: 'Unresolved',
        title: `${count(unresolved.length, 'name matches', 'names match')} nobody in the directory`,
      },
      unresolved,
      (each) => html`${each.kind} <strong>${each.name}</strong> in <code>${each.file}:${each.line}:${each.column}</code>`,
    ),
    ...some(
      { id: 'held', tone: 'warn', kind: 'Held', title: `${count(undated.length, 'change waits', 'changes wait')} without a date` },
      undated,
      heldText,
    ),
    ...some(
      {
        id: 'held-until',
        tone: 'quiet',
        kind: 'Held',
        title: `${count(dated.length, 'change waits', 'changes wait')} for a date; nothing to do`,
      },
      dated,
      heldText,
    ),
    ...some(
      {
        id: 'released',
        tone: 'quiet',
        kind: 'Released',
        title: `${count(released.length, 'seat group', 'seat groups')} that no seat names any more`,
      },
      released,
      (each) =>
        html`<code>${each.group}</code> of profile ${each.profile}: ${count(each.members, 'member keeps the seat', 'members keep their seats')}`,
      html`<p class="soft">To empty a group, name it as a seat again and grant it to nobody; to leave it, take it off the application in the Kiro console.</p>`,
    ),
    ...some(
      { id: 'warnings', tone: 'quiet', kind: 'Warnings', title: `${count(warnings.length, 'warning', 'warnings')} about the policy` },
      warnings,
      (each) =>
        html`${each.file === undefined ? NOTHING : html`<code>${each.file}:${each.line ?? 1}:${each.column ?? 1}</code> `}${sentence(each.message)} <span class="soft">(${each.rule})</span>`,
    ),
  ];
}

function driftTodo({ drift, status }: Now): readonly Todo[] {
  const open = drift?.items.filter((item) => !item.held) ?? [];
  return some(
    { id: 'drift', tone: 'warn', kind: 'Drift', title: `${count(open.length, 'seat is', 'seats are')} not as recorded` },
    open,
    (item) =>
      html`<strong>${item.person ?? item.key}</strong> ${item.kind}${item.firstSeen === null ? NOTHING : html`, seen ${moment(item.firstSeen, status.now)}`}`,
    html`<p class="soft">If it is meant, write it into the policy; else an enforcing pass corrects what it may. <a href="/drift">All of the drift</a></p>`,
    html`<a href="/drift">the drift</a> has all.`,
  );
}
