import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { type Figures, reportFigures } from '../daemon/figure.ts';
import { type Status, statusDocument } from '../daemon/status.ts';
import type { Drift } from '../model/drift.ts';
import type { Plan } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { html, NOTHING } from '../report/html.ts';
import { sentence } from './code-span.ts';
import { commitBook, type Story } from './commit-book.ts';
import type { Sheet } from './layout.ts';
import { facts, tiles } from './now-fact.ts';
import { bounds, quota } from './now-more.ts';
import { reasons } from './now-reason.ts';
import { todos } from './now-todo.ts';
import { show } from './show.ts';
import { todoList } from './todo.ts';
import { verdictOf } from './verdict.ts';

/** Everything that the page is made from. `operator` and the rates are of the settings. */
export type Now = {
  readonly status: Status;
  readonly plan: Plan | null;
  readonly drift: Drift | null;
  readonly story: Story;
  /** API calls by operation since the start, and how often AWS throttled one. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttles: number;
  readonly settings: Pick<Settings, 'exceptions' | 'quota' | 'git'>;
  /** Of the last credits report; null without one. */
  readonly figures: Pick<Figures, 'throughSeconds' | 'hasUsage'> | null;
};

/** Answers `/`. What commits say is read once for each revision. */
export function nowPage(daemon: Daemon): (c: Context) => Promise<Response> {
  const { deps } = daemon;
  const commits = commitBook(deps.source);
  return async (c) => {
    const status = statusDocument(daemon);
    const { attempted, applied } = status.revision;
    const month = status.reports?.last?.month ?? null;
    // It is in memory; `current` might make a new one, which reads the usage of everybody.
    const last = month === null ? null : await daemon.reports.of(month).catch(() => null);
    return show(
      c,
      daemon,
      nowSheet({
        status,
        plan: daemon.planned()?.result.plan ?? null,
        drift: daemon.drift(),
        story: await commits(attempted, applied),
        calls: deps.calls(),
        throttles: deps.throttles(),
        settings: deps.settings,
        figures: last === null ? null : reportFigures(last),
      }),
    );
  };
}

/** Is everything as the repository says; if not, what differs, and who has to do what. */
export function nowSheet(now: Now): Sheet {
  const { status } = now;
  const { tone, words, meaning } = verdictOf(status);
  const found = todos(now);
  const observed = status.mode === 'observe' && status.message === null ? ' The daemon is in observe mode: nothing is applied.' : '';
  // What guards say stands below, each for itself.
  const said =
    status.outcome === 'refused'
      ? html`${meaning} <a href="#refused">What refuses it, and the way through</a>`
      : sentence(status.message ?? `${meaning}${observed}`);
  const message = html`<p>${said}</p>`;
  const human = found.length === 0 ? html`<p class="none">Nothing${status.outcome === null ? ' is known yet' : ''}.</p>` : todoList(found);
  const body = html`<div class="verdict ${tone}" role="region" aria-label="Verdict"><strong>${words}</strong>${message}${reasons(status)}</div>
${tiles(now)}<h2 id="human">What needs a human${found.length === 0 ? NOTHING : html`<span class="count">${found.length}</span>`}</h2>${human}
<h2 id="revision">Revision and passes</h2>${facts(now)}${quota(now)}${bounds(status)}`;
  return { tab: 'now', title: 'Now', body };
}
