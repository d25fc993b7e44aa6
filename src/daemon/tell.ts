import type { ApplyEvent } from '../apply/apply.ts';
import type { Result } from '../reconcile.ts';
import type { DaemonDeps } from './deps.ts';
import { countsOf } from './entry.ts';

type TellDeps = Pick<DaemonDeps, 'log' | 'settings'>;

const SEE = 'names are off in the log: see the status';

/** Tells the log of one change. What came back may name people, so it is a field that the log leaves out with names off. */
export function tellChange({ log }: TellDeps, { type, change, error, requestId }: ApplyEvent): void {
  if (type === 'started') return;
  const fields = { key: change.key, action: change.action, requestId };
  if (type === 'failed') log.error({ ...fields, error }, 'a change failed');
  else log.info({ ...fields, ...(error === undefined ? {} : { reason: error }) }, `change ${type}`);
}

/**
 * Tells the log how a pass ended. Sentences of guards, diagnostics and remotes name people by whatever their sign-in name
 * is, which nobody can tell from other words: without `log.names` only what names nobody is told of them.
 */
export function tellLog({ log, settings }: TellDeps, number: number, result: Result): void {
  const { outcome, message, attempted: revision, plan } = result;
  const { names } = settings.log;
  const say = (what: string, text: string) => (names ? text : `${what}; ${SEE}`);
  const fields = {
    pass: number,
    outcome,
    revision,
    planHash: plan?.hash ?? null,
    ...countsOf(result),
    ...(message === null ? {} : { message }),
  };
  const calm = outcome === 'in-sync' || outcome === 'applied' || outcome === 'pending';
  (calm ? log.info : log.warn)(fields, 'pass ended');
  for (const { rule, message: text, limit, actual, keys } of plan?.violations ?? [])
    log.warn({ rule, limit, actual, keys: keys.length }, say('a guard refused the plan', text));
  for (const { rule, message: text, file, line, column } of result.diagnostics)
    log.warn({ rule, file, line, column }, say('the policy cannot be followed', text));
  for (const { operation, kind, message: text, advice } of result.failures)
    log.warn({ operation, kind, advice }, say('a remote did not answer as it should', text));
}
