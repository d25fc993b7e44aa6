import type { ApplyEvent } from '../apply/apply.ts';
import type { Result } from '../reconcile.ts';
import type { DaemonDeps } from './deps.ts';
import { countsOf } from './entry.ts';

type TellDeps = Pick<DaemonDeps, 'log' | 'settings'>;

const SEE = 'names are off in the log: see the status';

/**
 * Tells the log of one change, in one line. What came back may name people, so it is a field that the log leaves out with
 * names off.
 */
export function tellChange({ log }: TellDeps, pass: number, { type, change, effect, error, requestId }: ApplyEvent): void {
  if (type === 'started') return;
  const { key, action, kind, profile } = change;
  const fate = type === 'succeeded' ? 'applied' : type;
  const fields = { event: 'change', pass, key, action, kind, profile, fate, effect: effect === true, requestId: requestId ?? null };
  if (type === 'failed') log.error({ ...fields, error }, 'a change failed');
  else log.info({ ...fields, ...(error === undefined ? {} : { reason: error }) }, `change ${type}`);
}

/** A pass that ended. */
type Told = {
  readonly pass: number;
  readonly askedBy: readonly string[];
  readonly seconds: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly result: Result;
};

/**
 * Tells the log how a pass ended, in one line, and in further ones what is wrong. Sentences of guards, diagnostics and remotes
 * name people by whatever their sign-in name is, which nobody can tell from other words: without `log.names` only what names
 * nobody is told of them.
 */
export function tellLog({ log, settings }: TellDeps, { pass, askedBy, seconds, calls, result }: Told): void {
  const { outcome, message, attempted: revision, plan } = result;
  const { names } = settings.log;
  const say = (what: string, text: string) => (names ? text : `${what}; ${SEE}`);
  const fields = {
    event: 'pass',
    pass,
    outcome,
    revision,
    planHash: plan?.hash ?? null,
    askedBy,
    seconds,
    calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
    ...countsOf(result),
    ...(message === null ? {} : { message }),
  };
  const calm = outcome === 'in-sync' || outcome === 'applied' || outcome === 'pending';
  (calm ? log.info : log.warn)(fields, 'pass ended');
  for (const { rule, message: text, limit, actual, keys } of plan?.violations ?? [])
    log.warn({ event: 'violation', pass, rule, limit, actual, keys: keys.length }, say('a guard refused the plan', text));
  for (const { rule, message: text, file, line, column } of result.diagnostics)
    log.warn({ event: 'diagnostic', pass, rule, file, line, column }, say('the policy cannot be followed', text));
  for (const { operation, kind, message: text, advice, requestId } of result.failures)
    log.warn({ event: 'failure', pass, operation, kind, requestId, advice }, say('a remote did not answer as it should', text));
}
