import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import type { Configuration } from '../model/configuration.ts';
import { dayOf, monthOf } from '../model/day.ts';
import type { ReadScope } from '../model/live.ts';
import { plan } from '../plan/plan.ts';
import { visible } from '../report/escape.ts';
import { explain as explanationOf } from '../report/explain.ts';
import { explainText } from '../report/explain-text.ts';
import { resolve } from '../resolve/resolve.ts';
import { readScope } from '../resolve/scope.ts';
import { credits } from '../usage/credits.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';
import { readConfiguration } from './read.ts';
import { asking, usageFacts } from './usage.ts';

export type ExplainOptions = { readonly profile?: string | undefined };

/**
 * Why somebody has a seat, or has none, on stdout. Exit 0 when there was something to explain.
 * @throws UserError for an invalid configuration, an unknown person or profile; RemoteError as the source and the directory do.
 */
export async function explain(user: string, options: ExplainOptions, io: Io, deps: ReadDeps): Promise<number> {
  const operator = deps.settings;
  const today = dayOf(io.now());
  const { configuration, revision } = await readConfiguration(deps, io, today);
  const live = await deps.observe(scopeFor(user, configuration, readScope(configuration, today, operator)));
  const now = new Date(live.instant);
  const resolution = resolve(configuration, live, now, operator);
  const planned = plan({ configuration, live, now, operator, revision });
  const facts = await usageFacts({ ...asking(deps, io), month: monthOf(dayOf(now)), configuration });
  const usage =
    facts === null
      ? {}
      : {
          usage: credits({
            configuration,
            facts,
            live,
            resolution,
            month: facts.month,
            now,
            idleAfterDays: deps.settings.reports.idleAfterDays,
          }).people,
        };
  const explanation = explanationOf({ configuration, resolution, live, plan: planned, user, profile: options.profile ?? null, ...usage });
  if (!explanation.ok) throw new UserError(visible(explanation.message));
  io.stdout(explainText(explanation, { color: io.color }));
  return EXIT['in-sync'];
}

/** The person asked about, and the groups of assignments that are not active today: they explain "why not". */
function scopeFor(user: string, configuration: Configuration, scope: ReadScope): ReadScope {
  const groups = configuration.assignments.flatMap((one) => [...one.groups, ...one.exclude.groups].map((group) => group.name));
  return { ...scope, users: distinct([...scope.users, user]), memberGroups: distinct([...scope.memberGroups, ...groups]) };
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
