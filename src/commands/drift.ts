import { drift as driftOf } from '../drift/drift.ts';
import { EXIT } from '../exit.ts';
import type { Drift } from '../model/drift.ts';
import { plan } from '../plan/plan.ts';
import { driftHtml } from '../report/drift-html.ts';
import { driftJson } from '../report/drift-json.ts';
import { driftMarkdown } from '../report/drift-markdown.ts';
import { driftText } from '../report/drift-text.ts';
import { resolve } from '../resolve/resolve.ts';
import type { ReadDeps } from './deps.ts';
import type { Io } from './io.ts';
import { readStanding } from './read.ts';

type Format = 'text' | 'json' | 'markdown' | 'html';

export type DriftOptions = { readonly format?: Format | undefined };

/**
 * How live differs from the configuration, on stdout; a command keeps no record, so it says that this is the base.
 * Exit 2 when an item is not held, else 0.
 * @throws UserError for an invalid configuration; RemoteError as the source and the directory do.
 */
export async function drift(options: DriftOptions, io: Io, deps: ReadDeps): Promise<number> {
  const { configuration, revision, live, now } = await readStanding(deps, io, {});
  const operator = deps.settings;
  const resolution = resolve(configuration, live, now, operator);
  const planned = plan({ configuration, live, now, operator, revision });
  const found = driftOf({ configuration, live, resolution, plan: planned, record: null, revision });
  io.stdout(rendered(found, options.format ?? 'text', io.color));
  return found.items.some((item) => !item.held) ? EXIT.pending : EXIT['in-sync'];
}

function rendered(found: Drift, format: Format, color: boolean): string {
  if (format === 'json') return driftJson(found);
  if (format === 'html') return driftHtml(found);
  return format === 'markdown' ? driftMarkdown(found) : driftText(found, { color });
}
