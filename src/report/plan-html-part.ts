import type { Diagnostic } from '../model/diagnostic.ts';
import { dollars, signedDollars } from '../model/money.ts';
import { changesOf, type MoneyRow, type PersonChange, type Plan } from '../model/plan.ts';
import type { Row } from './credits-html-table.ts';
import { numeric } from './credits-list.ts';
import { type Html, html, join, NOTHING } from './html.ts';
import { deltaText, type ProfilePeople, peopleByProfile, peopleCounts } from './plan-people.ts';
import { effectiveText, personSymbol } from './plan-text-change.ts';
import { duplicateText } from './plan-text-money.ts';
import { releasedText } from './plan-text-note.ts';
import { boundedList, boundedSheet, code, type Part, part, prose } from './report-page.ts';
import { untilText } from './summary.ts';

const REST = 'the JSON plan has all of them.';
const wide = (name: string) => ({ name, kind: 'wide' as const });

/** The parts of a plan page that have something in them, in the order in which a reviewer reads. */
export function planParts(plan: Plan): readonly Part[] {
  const { money, manual, held } = plan;
  const changes = changesOf(plan);
  return [
    ...part('people', `People (${plan.people.length})`, plan.people.length, () => people(plan)),
    ...part('manual', `To do by hand (${manual.length})`, manual.length, () =>
      boundedList(
        manual.map(({ profile, text }) => html`<strong>${profile}</strong> ${prose(text)}`),
        'todo',
      ),
    ),
    ...part('held', `Held (${held.length})`, held.length, () => heldTable(plan)),
    ...part('money', 'Money', changes.length + plan.people.length, () => moneyTable(plan)),
    ...part('duplicates', `Billed twice (${money.duplicates.length})`, money.duplicates.length, () => duplicates(plan)),
    ...part('attention', 'Unresolved and warnings', plan.unresolved.length + plan.warnings.length, () => attention(plan)),
    ...part('released', `Released (${plan.released.length})`, plan.released.length, () => released(plan)),
    ...part('changes', `Changes (${changes.length})`, changes.length, () => changeTable(plan)),
  ];
}

function people(plan: Plan): Html {
  const today = plan.now.slice(0, 10);
  const groups = peopleByProfile(plan);
  return join(groups.map((group) => profile(group, today, groups.length)));
}

function profile({ profile: name, rate, people: list }: ProfilePeople, today: string, groups: number): Html {
  const money = rate === null ? '' : `, ${deltaText(rate)}`;
  const rows = list.map((person) => personRow(person, today));
  const columns = ['person', 'seat', 'from', 'to', 'effective', wide('why')];
  const caption = `${name}: ${peopleCounts(list)}${money}`;
  return boundedSheet({ caption, label: `People of ${name}`, columns, rows }, REST, groups);
}

const WORD: Readonly<Record<'+' | '-' | '~', Html>> = {
  '-': html`<span class="bad">− ends</span>`,
  '~': html`<span class="warn">~ moves</span>`,
  '+': html`<span class="good">+ new</span>`,
};

function personRow(person: PersonChange, today: string): Row {
  const { user, from, to, effective, why } = person;
  return [user, WORD[personSymbol(person)], from ?? '–', to ?? '–', effectiveText(effective, today), why];
}

function heldTable({ held }: Plan): Html {
  const when = (until: string | null, key: string) => `${until ?? '~'}\u0000${key}`;
  const rows = [...held]
    .sort((a, b) => (when(a.until, a.key) < when(b.until, b.key) ? -1 : 1))
    .map((h): Row => [code(h.key), h.action === 'create' ? '+ create' : '− delete', untilText(h.until), h.reason]);
  return boundedSheet({ caption: 'What waits, the next date first', columns: ['key', 'change', 'waits', wide('why')], rows }, REST);
}

function moneyTable({ money: { byProfile, byTier, byCostCenter, monthly } }: Plan): Html {
  const lists: readonly (readonly [string, readonly MoneyRow[]])[] = [
    ['profile', byProfile],
    ['tier', byTier],
    ['cost center', byCostCenter],
  ];
  const figures = ({ before, after }: Pick<MoneyRow, 'before' | 'after'>) => [
    dollars(before),
    dollars(after),
    signedDollars(after - before),
  ];
  const tables = lists.flatMap(([kind, list]) => {
    const columns = [kind, numeric('before'), numeric('after'), numeric('change')];
    const rows = list.map((row): Row => [row.name, ...figures(row)]);
    const all = { caption: `By ${kind}`, label: `Money by ${kind}`, columns, rows };
    return list.length === 0 ? [] : [boundedSheet(all, REST, lists.length)];
  });
  const [before, after, delta] = figures(monthly);
  return html`<p>Run-rate a month: ${before ?? ''} before, ${after ?? ''} after, ${delta ?? ''}.</p><div class="side">${join(tables)}</div>`;
}

function duplicates({ money }: Plan): Html {
  const rows = money.duplicates.map((d): Row => [d.user, d.profiles.join(', '), duplicateText(d)]);
  return boundedSheet({ caption: 'One person, several profiles', columns: ['person', 'profiles', wide('cost')], rows }, REST);
}

function place({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): Html {
  return file === undefined ? NOTHING : html` ${code(`${file}:${line}:${column}`)}`;
}

function attention({ unresolved, warnings }: Plan): Html {
  const names = unresolved.map((u) => html`${u.kind} <strong>${u.name}</strong> matches nobody${place(u)}`);
  const told = warnings.map((w) => html`<strong>${w.rule}</strong>: ${prose(w.message)}${place(w)}`);
  return boundedList([...names, ...told], 'plain');
}

function released(plan: Plan): Html {
  const rows = plan.released.map((r): Row => [r.group, r.profile, releasedText(r)]);
  const caption = 'Seat groups that no seat names; nothing in them is touched';
  return boundedSheet({ caption, columns: ['group', 'profile', wide('members and cost')], rows }, REST);
}

function changeTable(plan: Plan): Html {
  const changes = changesOf(plan);
  const ordered = [...changes.filter(({ action }) => action === 'delete'), ...changes.filter(({ action }) => action === 'create')];
  const rows = ordered.map((c): Row => [code(c.key), c.action === 'create' ? '+ create' : '− delete', c.reason]);
  const caption = `${plan.calls.total} calls, about ${Math.ceil(plan.calls.seconds)} s`;
  return boundedSheet({ caption, label: 'Changes', columns: ['key', 'change', wide('why')], rows }, REST);
}
