import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Settings } from './model/settings.ts';
import { visibleJson } from './report/escape.ts';
import { cleaner } from './secret.ts';

/** Fields that hold a person's name whatever it looks like; keys of memberships end with one. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['user', 'userName', 'person', 'actor', 'owner', 'key']);

/** Fields that hold sentences: of people, guards, commits and remotes. Any of them may name somebody. */
const TEXT_FIELDS: ReadonlySet<string> = new Set(['message', 'error', 'reason', 'advice']);
const NO_TEXT = 'names are off in the log: see the status';

/**
 * The log of the process: one JSON line an event on stderr, `level`, `time` (ISO 8601, UTC) and `msg` first.
 * No line, of this logger or a child, contains a secret, credentials of a URL or, unless `log.names`, the name of a person:
 * the finished line is cleaned, so that it does not matter how a value came into it. Names are known by the field that
 * holds them, or by looking like e-mail: without `log.names`, fields with sentences are left out, and of an error only its
 * kind and its stack frames are told. A `msg` must name nobody by itself.
 */
export function createLog(
  log: Settings['log'],
  secrets: readonly string[],
  to: DestinationStream = destination({ dest: 2, sync: true }),
): Logger {
  const clean = cleaner(secrets, log.names);
  return pino(
    {
      level: log.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => (log.names ? fields : withoutNames(fields)) },
      hooks: { streamWrite: (line) => visibleJson(clean(line)) },
    },
    to,
  );
}

function withoutNames(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, withoutName(name, value)]));
}

function withoutName(name: string, value: unknown): unknown {
  if (value instanceof Error) return { type: value.name, stack: frames(value) };
  if (typeof value !== 'string') return value;
  if (TEXT_FIELDS.has(name)) return NO_TEXT;
  return NAME_FIELDS.has(name) ? hidden(name, value) : value;
}

/** Where an error and its causes came from, without their messages. */
function frames(thrown: Error, depth = 0): string {
  const at = (thrown.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const cause = thrown.cause instanceof Error && depth < 5 ? [`caused by: ${thrown.cause.name}`, frames(thrown.cause, depth + 1)] : [];
  return [...at, ...cause].join('\n');
}

function hidden(field: string, value: string): string {
  if (field !== 'key') return '<name>';
  return value.startsWith('membership/') ? value.replace(/^(membership\/[^/]*\/).*$/s, '$1<name>') : value;
}
