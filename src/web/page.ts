import type { Status } from '../daemon/status.ts';
import type { Drift } from '../model/drift.ts';
import type { PassEnded } from '../model/journal.ts';
import { dollars, signedDollars } from '../model/money.ts';
import type { Plan } from '../model/plan.ts';
import { summary, summaryLine } from '../report/summary.ts';
import { type Html, html, join, NOTHING } from './html.ts';
import { STYLE } from './style.ts';
import { type Column, instant, table } from './table.ts';

export type Page = {
  readonly status: Status;
  readonly plan: Plan | null;
  readonly drift: Drift | null;
  readonly history: readonly PassEnded[];
};

/** The one status page: is everything as the repository says, and if not, what differs and who has to do what. */
export function page({ status, plan, drift, history }: Page): string {
  const body = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>kirosync: ${status.outcome ?? 'starting'}</title><style>${{ html: STYLE }}</style></head>
<body><h1>kirosync</h1>${verdict(status)}${facts(status)}${troubles(status)}${plan === null ? NOTHING : planSections(plan)}${
    drift === null ? NOTHING : driftSection(drift)
  }${bounds(status)}${historySection(history)}
<footer>Times are UTC. Money is list price if everyone activates. JSON: <code>/api/status</code> <code>/api/plan</code> <code>/api/drift</code> <code>/api/credits</code> <code>/api/history</code></footer>
</body></html>`;
  return `${body.html}\n`;
}

const VERDICT = {
  'in-sync': ['good', 'In sync'],
  applied: ['good', 'Applied'],
  pending: ['warn', 'Changes are waiting'],
  incomplete: ['warn', 'Incomplete'],
  refused: ['bad', 'Refused by a guard'],
  invalid: ['bad', 'The policy cannot be followed'],
  unreachable: ['bad', 'Git or AWS did not answer'],
} as const;

function verdict({ outcome, message, suspended, mode }: Status): Html {
  const [tone, words] = outcome === null ? (['warn', 'The first pass has not ended yet'] as const) : VERDICT[outcome];
  const pause =
    suspended === null ? NOTHING : html`<p>Suspended by ${suspended.owner} until ${instant(suspended.until)}: ${suspended.reason}</p>`;
  const observed = mode === 'observe' && message === null ? html`<p>The daemon is in observe mode: nothing is applied.</p>` : NOTHING;
  return html`<div class="verdict ${tone}"><strong>${words}</strong>${message === null ? NOTHING : html`<p>${message}</p>`}${pause}${observed}</div>`;
}

function facts({ revision, mode, lastPass, next, running, plan, profiles, changedSinceApplied }: Status): Html {
  const modes = Object.entries(profiles).map(([name, own]) => `${name}: ${own.mode}`);
  const rows: readonly (readonly [string, string])[] = [
    ['Revision attempted', revision.attempted ?? 'none yet'],
    ['Revision applied', revision.applied ?? 'none yet'],
    ['Mode', [mode, ...modes].join(', ')],
    ['Last pass', lastPass === null ? 'none yet' : `${instant(lastPass.finishedAt)}, ${lastPass.outcome}`],
    ['Next pass', running === null ? (next === null ? 'on demand' : instant(next)) : `running now (${running.askedBy.join('; ')})`],
    ...(plan === null ? [] : [['Plan hash', plan.hash] as const]),
    ...(changedSinceApplied.length === 0 ? [] : [['Changed since the applied revision', changedSinceApplied.join(', ')] as const]),
  ];
  return html`<dl>${join(rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`))}</dl>`;
}

function section(title: string, columns: readonly Column[], rows: readonly (readonly (string | number)[])[]): Html {
  return rows.length === 0 ? NOTHING : html`<h2>${title} (${rows.length})</h2>${table(columns, rows)}`;
}

/** Applied revisions that changed what bounds the next ones: worth a look by somebody who did not merge them. */
function bounds({ policyChanges }: Status): Html {
  return section(
    'Applied changes of what bounds the policy',
    ['Applied', 'Revision', 'Changed'],
    policyChanges.map((change) => [instant(change.at), change.revision ?? '', change.parts.join(', ')]),
  );
}

function troubles({ diagnostics, failures, quarantined, contested, journal }: Status): Html {
  const place = (d: Status['diagnostics'][number]) => (d.file === undefined ? '' : `${d.file}:${d.line}:${d.column}`);
  return join([
    section(
      'Problems in the policy',
      ['Where', 'Rule', 'What'],
      diagnostics.map((d) => [place(d), d.rule, d.message]),
    ),
    section(
      'What did not answer',
      ['Operation', 'What', 'Do'],
      failures.map((f) => [f.operation, f.message, f.advice]),
    ),
    section(
      'Quarantined: changes that keep failing',
      ['Key', 'Since', 'Next try', 'Why'],
      quarantined.map((q) => [q.key, instant(q.since), instant(q.retryAt), q.error ?? '']),
    ),
    section(
      'Contested: somebody else keeps reversing these',
      ['Key', 'Since'],
      contested.map((c) => [c.key, instant(c.since)]),
    ),
    section(
      'Journal',
      ['What'],
      journal.problems.map((problem) => [problem]),
    ),
  ]);
}

function planSections(plan: Plan): Html {
  const { before, after } = plan.money.monthly;
  const money = `${dollars(before)} a month now, ${dollars(after)} after (${signedDollars(after - before)}); ${dollars(plan.money.thisMonth)} charged this month`;
  return join([
    html`<h2>Plan</h2><p>${summaryLine(summary(plan))}. ${money}.</p>`,
    section(
      'Refused by',
      ['Guard', 'Why', { name: 'Limit', number: true }, { name: 'Actual', number: true }],
      plan.violations.map((v) => [v.rule, v.message, v.limit ?? '', v.actual ?? '']),
    ),
    section(
      'People',
      ['Person', 'Profile', 'From', 'To', 'Why', 'Effective'],
      plan.people.map((p) => [p.user, p.profile, p.from ?? 'no seat', p.to ?? 'no seat', p.why, p.effective ?? 'no date yet']),
    ),
    section(
      'For a human to do',
      ['Profile', 'What'],
      plan.manual.map((m) => [m.profile, m.text]),
    ),
    section(
      'Held',
      ['Key', 'Why', 'Until'],
      plan.held.map((h) => [h.key, h.reason, h.until === null ? 'no date yet' : instant(h.until)]),
    ),
    section(
      'Released',
      ['Profile', 'Group', { name: 'Members', number: true }, { name: 'Monthly', number: true }],
      plan.released.map((r) => [r.profile, r.group, r.members, r.monthly === null ? 'unknown' : dollars(r.monthly)]),
    ),
    section(
      'Unresolved names',
      ['Name', 'Kind', 'Where'],
      plan.unresolved.map((u) => [u.name, u.kind, `${u.file}:${u.line}:${u.column}`]),
    ),
    section(
      'Warnings',
      ['Rule', 'What'],
      plan.warnings.map((w) => [w.rule, w.message]),
    ),
  ]);
}

function driftSection(drift: Drift): Html {
  const base = drift.base === 'record' ? 'the last complete pass' : 'the configuration (there is no record of a complete pass yet)';
  const rows = drift.items.map((item) => [
    item.kind,
    item.key,
    item.monthly === null ? 'unknown' : dollars(item.monthly),
    item.firstSeen === null ? '' : instant(item.firstSeen),
    item.actor ?? 'unknown',
    item.note,
  ]);
  const columns: readonly Column[] = ['Kind', 'Key', { name: 'Monthly', number: true }, 'First seen', 'By', 'Note'];
  const found =
    rows.length === 0
      ? html`<p class="none">Live is what ${base} says.</p>`
      : html`<p>Live against ${base}, before the pass applied:</p>${table(columns, rows)}`;
  return html`<h2>Drift (${rows.length})</h2>${found}${section(
    'Churn',
    ['Key', 'What'],
    drift.churn.map((c) => [c.key, `${c.person} ${c.reason}`]),
  )}`;
}

function historySection(history: readonly PassEnded[]): Html {
  const columns: readonly Column[] = [
    'Ended',
    'Outcome',
    'Asked by',
    { name: 'Planned', number: true },
    { name: 'Effects', number: true },
    { name: 'Failed', number: true },
    'Message',
  ];
  const rows = history.map((p) => [
    instant(p.at),
    p.outcome,
    p.askedBy.join('; '),
    p.counts.planned,
    p.counts.effects,
    p.counts.failed,
    p.message ?? '',
  ]);
  return section('Last passes', columns, rows);
}
