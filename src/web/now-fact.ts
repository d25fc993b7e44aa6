import { dollars, signedDollars } from '../model/money.ts';
import { commitOf } from '../model/revision.ts';
import type { Commit } from '../ports.ts';
import { grouped } from '../report/credits-figure.ts';
import { type Html, html, join, NOTHING } from '../report/html.ts';
import { count, summary } from '../report/summary.ts';
import { ago, moment, span } from './moment.ts';
import type { Now } from './now-page.ts';

type Tile = { readonly name: string; readonly figure: Html | string; readonly below: Html | string; readonly tone?: 'warn' | 'bad' };

/** The few numbers that somebody looks for first. */
export function tiles({ status, plan, drift }: Now): Html {
  const { lastPass, next, running, now } = status;
  const counts = plan === null ? null : summary(plan);
  const open = drift?.items.filter((item) => !item.held).length ?? 0;
  const list: readonly Tile[] = [
    {
      name: 'Changes',
      figure: counts === null ? '–' : html`<a href="/plan">${grouped(counts.create + counts.delete)}</a>`,
      below: counts === null ? 'no plan yet' : `${counts.create} to create, ${counts.delete} to delete, ${counts.held} held`,
    },
    {
      name: 'Run-rate a month',
      figure: plan === null ? '–' : dollars(plan.money.monthly.after),
      below: plan === null ? 'no plan yet' : moneyBelow(plan.money.monthly),
    },
    {
      name: 'Drift',
      figure: drift === null ? '–' : html`<a href="/drift">${open}</a>`,
      below: drift === null ? 'not known yet' : `open; ${drift.items.length - open} held, ${drift.churn.length} churn`,
      ...(open > 0 ? { tone: 'warn' } : {}),
    },
    {
      name: 'Last pass',
      figure: lastPass === null ? '–' : ago(lastPass.finishedAt, now),
      below: lastPass === null ? 'none has ended' : `took ${took(lastPass)}, number ${lastPass.pass}`,
    },
    {
      name: 'Next pass',
      figure: running?.kind === 'reconcile' ? 'now' : next === null ? 'on demand' : next < now ? 'due' : ago(next, now),
      below: next === null ? 'no schedule' : moment(next, next),
    },
  ];
  return html`<dl class="tiles">${join(list.map(tile))}</dl>`;
}

function tile({ name, figure, below, tone }: Tile): Html {
  return html`<div${tone === undefined ? NOTHING : html` class="${tone}"`}><dt>${name}</dt><dd class="figure">${figure}</dd><dd>${below}</dd></div>`;
}

function moneyBelow({ before, after }: { readonly before: number; readonly after: number }): string {
  return before === after ? 'unchanged by the plan' : `${signedDollars(after - before)}, from ${dollars(before)}`;
}

/** `0.4 s`, `12 s`, `3 min`. */
export function took({ startedAt, finishedAt }: { readonly startedAt: string; readonly finishedAt: string }): string {
  const ms = Date.parse(finishedAt) - Date.parse(startedAt);
  return ms < 10_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : span(ms);
}

/** The first 12 digits of a commit, with all of it for whoever copies. */
export function revisionText(revision: string): Html {
  const commit = commitOf(revision);
  if (commit === null) return html`<code>${revision}</code>`;
  const branch = revision.slice(0, revision.lastIndexOf('@'));
  return html`<code title="${revision}">${branch}@${commit.slice(0, 12)}</code>${revision.endsWith('-dirty') ? ' (with local changes)' : ''}`;
}

/** `Ana Lopez: Add the research team (2 h ago)`. */
export function commitText({ author, subject, at }: Commit, now: string): Html {
  return html`<strong>${subject === '' ? '(no subject)' : subject}</strong> by ${author}, ${moment(at, now)}`;
}

/** Which commit is followed, which is applied, what lies between, when passes were and will be, and in which mode. */
export function facts({ status, story, settings, figures }: Now): Html {
  const { revision, lastPass, next, running, now, mode, profiles, changedSinceApplied, reports } = status;
  const of = (name: string | null, commit: Commit | null): Html =>
    name === null
      ? html`<span class="none">none yet</span>`
      : html`${revisionText(name)}${commit === null ? NOTHING : html`<br>${commitText(commit, now)}`}`;
  const own = Object.entries(profiles).map(([name, { mode: each }]) => `${name}: ${each}`);
  const rows: readonly (readonly [string, Html])[] = [
    ['Attempted', of(revision.attempted, story.attempted)],
    [
      'Applied',
      revision.applied !== null && revision.applied === revision.attempted ? html`the same revision` : of(revision.applied, story.applied),
    ],
    ...(story.waiting.length === 0 ? [] : [['Not applied yet', waiting(story.waiting, now)] as const]),
    ...(settings.git === null
      ? []
      : [['Branch', html`${settings.git.branch}${settings.git.path === '' ? '' : `, folder ${settings.git.path}`}`] as const]),
    ['Mode', html`${[mode, ...own].join(', ')}`],
    [
      'Last pass',
      lastPass === null ? html`none yet` : html`${moment(lastPass.finishedAt, now)}, ${lastPass.outcome}, took ${took(lastPass)}`,
    ],
    ['Next pass', running?.kind === 'reconcile' ? html`running now` : next === null ? html`on demand` : moment(next, now)],
    ...(changedSinceApplied.length === 0 ? [] : [['Changed since applied', html`${changedSinceApplied.join(', ')}`] as const]),
    ...(reports === null ? [] : [['Credits report', reportText(reports.last?.at ?? null, figures, now)] as const]),
    ...(status.windows.length === 0 ? [] : [['Windows', windowList(status)] as const]),
    ...(status.lastOverride === null ? [] : [['Last override', override(status.lastOverride, now)] as const]),
    ['Up since', moment(status.startedAt, now)],
  ];
  return html`<div class="card"><dl class="facts">${join(rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`))}</dl></div>`;
}

function waiting(commits: readonly Commit[], now: string): Html {
  return html`<details id="waiting"><summary>${commits.length === 20 ? '20 or more commits' : count(commits.length, 'commit', 'commits')}</summary><ul>${join(
    commits.map((commit) => html`<li>${revisionText(commit.revision)} ${commitText(commit, now)}</li>`),
  )}</ul></details>`;
}

function windowList({ windows, now }: Now['status']): Html {
  const each = windows.map(({ name, action, profiles, reason, inForce }) => {
    const state =
      inForce === null
        ? 'not in force'
        : html`<strong>in force</strong>${inForce.until === null ? NOTHING : html` until ${moment(inForce.until, now)}`}`;
    const of = profiles === null ? 'all profiles' : profiles.join(', ');
    return html`<li>${name} (${action}, ${of}): ${state}${reason === null ? NOTHING : html`. ${reason}`}</li>`;
  });
  return html`<ul class="plain">${join(each)}</ul>`;
}

function override({ at, owner, reason, windows }: NonNullable<Now['status']['lastOverride']>, now: string): Html {
  return html`${moment(at, now)} by ${owner}, past ${windows.length === 0 ? 'no window' : windows.join(', ')}: ${reason}`;
}

function reportText(at: string | null, figures: Now['figures'], now: string): Html {
  if (at === null) return html`<a href="/credits">made when it is asked for</a>`;
  const usage =
    figures === null || !figures.hasUsage
      ? 'without usage'
      : figures.throughSeconds === null
        ? 'no usage in its month yet'
        : `usage through ${new Date(figures.throughSeconds * 1000 - 1).toISOString().slice(0, 10)}`;
  return html`<a href="/credits">made</a> ${moment(at, now)}, ${usage}`;
}
