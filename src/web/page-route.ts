import type { Daemon } from '../daemon/daemon.ts';
import { creditsReport } from './credits.ts';
import { creditsPage } from './credits-page.ts';
import { driftPage } from './drift-page.ts';
import { historyPage } from './history-page.ts';
import { nowPage } from './now-page.ts';
import { peoplePage, personPage } from './people-page.ts';
import { planPage } from './plan-page.ts';
import type { Route } from './route.ts';

/** The pages of the dashboard. They name people, so each needs a read token where one is set; none of them does anything. */
export function pageRoutes(daemon: Daemon): readonly Route[] {
  const page = (path: string, answer: Route['answer']): Route => ({ method: 'GET', path, need: 'read', answer });
  const now = nowPage(daemon);
  return [
    page('/', now),
    page('/plan', (c) => planPage(c, daemon)),
    page('/drift', (c) => driftPage(c, daemon)),
    page('/people', (c) => peoplePage(c, daemon)),
    page('/people/:name{.+}', (c) => personPage(c, daemon)),
    page('/credits', (c) => creditsPage(c, daemon)),
    page('/credits/report', (c) => creditsReport(c, daemon)),
    page('/history', (c) => historyPage(c, daemon)),
  ];
}
