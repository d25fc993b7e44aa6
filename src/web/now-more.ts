import { allowedRate } from '../daemon/quota.ts';
import type { Status } from '../daemon/status.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, NOTHING } from '../report/html.ts';
import { moment } from './moment.ts';
import { revisionText } from './now-fact.ts';
import type { Now } from './now-page.ts';
import { type Column, section } from './table.ts';

const COLUMNS: readonly Column[] = [
  'Operation',
  { name: 'Last pass', kind: 'number' },
  { name: 'Since the start', kind: 'number' },
  { name: 'Per second, last pass', kind: 'number' },
  { name: 'Allowed per second', kind: 'number' },
];

/**
 * API calls by operation beside what AWS allows and the settings take of it. Operations of IAM Identity Center (sso) share
 * one quota; each of the Identity Store has its own.
 */
export function quota({ status, calls, throttles, settings }: Now): Html {
  const { lastPass } = status;
  const seconds = lastPass === null ? 0 : Math.max(1, (Date.parse(lastPass.finishedAt) - Date.parse(lastPass.startedAt)) / 1000);
  const last = new Map(Object.entries(lastPass?.calls ?? {}));
  const operations = [...new Set([...Object.keys(calls), ...last.keys()])].sort();
  const rows = operations.map((operation) => {
    const before = last.get(operation) ?? 0;
    const rate = seconds === 0 ? 0 : before / seconds;
    return [
      operation,
      grouped(before),
      grouped(calls[operation] ?? 0),
      rate.toFixed(1),
      String(Number(allowedRate(operation, settings.quota.share).toFixed(2))),
    ];
  });
  const share = `${Math.round(settings.quota.share * 100)}% of the documented quota is used at most (quota.share); all sso operations share theirs.`;
  const throttled = `AWS throttled ${grouped(throttles)} ${throttles === 1 ? 'call' : 'calls'} since the start.`;
  return rows.length === 0
    ? NOTHING
    : html`<h2 id="quota">API quota</h2><p class="soft">${share} ${throttled}</p>${section('api-calls', 'API calls by operation', COLUMNS, rows)}`;
}

/** Applied revisions that changed what bounds the next ones: worth a look by somebody who did not merge them. */
export function bounds({ policyChanges, now }: Status): Html {
  const columns: readonly Column[] = [{ name: 'Applied', kind: 'date' }, 'Revision', 'Changed'];
  const rows = policyChanges.map((change) => [
    moment(change.at, now),
    change.revision === null ? '' : revisionText(change.revision),
    change.parts.join(', '),
  ]);
  return rows.length === 0
    ? NOTHING
    : html`<h2 id="bounds">What bounds the policy</h2><p class="soft">Revisions that were applied and changed protections, limits, budgets, prices, Exceptions, expectations or rules for removals.</p>${section('bounds-changed', 'Applied changes', columns, rows)}`;
}
