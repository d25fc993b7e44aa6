import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import type { Ask, Override } from '../daemon/loop.ts';
import { freezing } from '../daemon/window.ts';
import { readBody } from './body.ts';
import { problem, unread } from './problem.ts';
import { parse, readWords } from './suspension.ts';

/** The answer's `override` where there was nothing to let a pass past. */
const NO_WINDOW = 'no change window is in force';

type ReadAsk = { readonly ok: true; readonly override: Override | null } | { readonly ok: false; readonly problems: readonly string[] };

/**
 * What is asked for besides a pass: nothing, or `{"override": {"owner", "reason"}}`. Other fields say nothing here, so that
 * whoever sends a word along still gets a pass; inside `override` every word counts.
 */
export function readAsk(body: string): ReadAsk {
  const given = parse(body).get('override');
  if (given === undefined) return { ok: true, override: null };
  const words = parse(JSON.stringify(given));
  const { owner, reason, problems } = readWords(words);
  for (const name of words.keys())
    if (name !== 'owner' && name !== 'reason')
      problems.push(`There is no field ${JSON.stringify(name)} in override; the fields are owner and reason.`);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, override: { owner, reason } };
}

/**
 * `POST /api/reconcile`: 202 with a ticket. `startedAt` tells whoever waits for it that a restart forgot it. With an override
 * the answer says what became of it: where no window is in force the pass is an ordinary one, since nobody let it past any.
 */
export async function askForPass(c: Context, daemon: Daemon): Promise<Response> {
  const pieces: Uint8Array[] = [];
  const end = await readBody(c.req.raw, (piece) => void pieces.push(piece));
  if (end !== 'whole') return problem(c, unread(end));
  const read = readAsk(Buffer.concat(pieces).toString('utf8'));
  const advice = 'Send no body, or {"override": {"owner", "reason"}}.';
  if (!read.ok) return problem(c, { status: 400, error: read.problems.join(' '), advice });
  const { settings, now } = daemon.deps;
  const isFree = freezing(settings.windows, now()).length === 0;
  const ticket = daemon.ask(askOf(isFree ? null : read.override));
  const override = read.override === null ? {} : { override: isFree ? NO_WINDOW : 'taken' };
  return c.json({ asked: true, ticket, startedAt: daemon.startedAt.toISOString(), ...override }, 202);
}

function askOf(override: Override | null): Ask {
  if (override === null) return { kind: 'reconcile', reason: 'asked for', by: 'api' };
  return { kind: 'reconcile', reason: `past change windows, by ${override.owner}: ${override.reason}`, by: 'api', override };
}
