import type { Diagnostic } from '../model/diagnostic.ts';
import { usd } from '../model/money.ts';
import type { Change, Money, MoneyRow, Plan, RunRate } from '../model/plan.ts';
import { visibleJson } from './escape.ts';
import { summary } from './summary.ts';

/** What a change is about, with the ids that the calls use. `before` and `after` of a change are this or null. */
type Resource = Readonly<Record<string, string | null>>;

/** The plan as the JSON text of `kirosync.plan/v1` (`schemas/plan.schema.json`), two spaces deep, ending in a newline. */
export function planJson(plan: Plan): string {
  return `${visibleJson(JSON.stringify(planDocument(plan), null, 2))}\n`;
}

/** The same as a value. Every `…Usd` is a number of dollars. The instant is left out: same configuration and live state, same bytes. */
export function planDocument(plan: Plan) {
  return {
    format: 'kirosync.plan/v1',
    revision: plan.revision,
    hash: plan.hash,
    summary: summary(plan),
    stages: plan.stages.map((stage) => ({
      name: stage.name,
      changes: stage.changes.map(changeDocument),
    })),
    people: plan.people.map(({ userId, user, profile, from, to, why, effective }) => ({ userId, user, profile, from, to, why, effective })),
    money: moneyDocument(plan.money),
    manual: plan.manual.map(({ profile, key, text }) => ({ profile, key, text })),
    held: plan.held.map(({ key, reason, until }) => ({ key, reason, until })),
    released: plan.released.map((r) => ({
      profile: r.profile,
      group: r.group,
      members: r.members,
      monthlyUsd: r.monthly === null ? null : usd(r.monthly),
    })),
    unresolved: plan.unresolved.map(({ kind, name, file, line, column }) => ({ kind, name, file, line, column })),
    warnings: plan.warnings.map(warningDocument),
    violations: plan.violations.map(({ rule, message, limit, actual, keys }) => ({ rule, message, limit, actual, keys })),
    calls: { total: plan.calls.total, seconds: plan.calls.seconds, byOperation: plan.calls.byOperation },
  };
}

function changeDocument(change: Change) {
  const { before, after } = sides(change);
  return { action: change.action, key: change.key, reason: change.reason, before, after };
}

function sides(change: Change): { readonly before: Resource | null; readonly after: Resource | null } {
  const { kind, profile, group } = change;
  if (change.action === 'delete') {
    const { groupId, userId, user, membershipId } = change;
    return { before: { kind, profile, group, groupId, userId, user, membershipId }, after: null };
  }
  if (change.kind === 'group') return { before: null, after: { kind, profile, group } };
  if (change.kind === 'application-assignment') {
    return { before: null, after: { kind, profile, group, groupId: change.groupId, applicationArn: change.applicationArn } };
  }
  return { before: null, after: { kind, profile, group, groupId: change.groupId, userId: change.userId, user: change.user } };
}

function warningDocument(warning: Diagnostic) {
  return {
    rule: warning.rule,
    message: warning.message,
    file: warning.file ?? null,
    line: warning.line ?? null,
    column: warning.column ?? null,
  };
}

function rateDocument(rate: RunRate) {
  return { before: usd(rate.before), after: usd(rate.after), delta: usd(rate.after - rate.before) };
}

function rowDocument(row: MoneyRow) {
  return { name: row.name, monthlyUsd: rateDocument(row) };
}

function moneyDocument(money: Money) {
  return {
    monthlyUsd: rateDocument(money.monthly),
    thisMonthUsd: usd(money.thisMonth),
    byProfile: money.byProfile.map(rowDocument),
    byTier: money.byTier.map(rowDocument),
    byCostCenter: money.byCostCenter.map(rowDocument),
    duplicates: money.duplicates.map((d) => ({
      userId: d.userId,
      user: d.user,
      profiles: d.profiles,
      yearlyUsd: usd(d.yearly),
      held: d.held,
    })),
  };
}
