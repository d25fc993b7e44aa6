import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import type { Settings } from './model/settings.ts';
import { visibleJson } from './report/escape.ts';
import { cleaner } from './secret.ts';

/** Fields that hold a person's name whatever it looks like; keys of memberships end with one. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['user', 'userName', 'person', 'actor', 'owner', 'key']);

/**
 * The log of the process: one JSON line an event on stderr, `level`, `time` (ISO 8601, UTC) and `msg` first.
 * No line, of this logger or a child, contains a secret, credentials of a URL or, unless `log.names`, the name of a person:
 * the finished line is cleaned, so that it does not matter how a value came into it.
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
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, NAME_FIELDS.has(name) && typeof value === 'string' ? hidden(name, value) : value]),
  );
}

function hidden(field: string, value: string): string {
  if (field !== 'key') return '<name>';
  return value.startsWith('membership/') ? value.replace(/[^/]*$/, '<name>') : value;
}
