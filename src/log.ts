import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { redactUrls } from './model/git-url.ts';
import type { Settings } from './model/settings.ts';

/** Fields that hold a person's name whatever it looks like; keys of memberships end with one. */
const NAME_FIELDS: ReadonlySet<string> = new Set(['user', 'userName', 'person', 'actor', 'owner', 'key']);

const MAIL = /[^\s"'<>@/\\(),;:]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

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
  // In a JSON line a secret stands in its escaped form.
  const clean = cleaner(
    secrets.map((secret) => JSON.stringify(secret).slice(1, -1)),
    log.names,
  );
  return pino(
    {
      level: log.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: (fields) => (log.names ? fields : withoutNames(fields)) },
      hooks: { streamWrite: clean },
    },
    to,
  );
}

/**
 * A function that removes secrets, credentials in URLs and (unless `names`) e-mail-like values from a text. Secrets of fewer
 * than 4 characters are left: they protect nothing, and hiding them would hide everything else.
 */
export function cleaner(secrets: readonly string[], names: boolean): (text: string) => string {
  const longestFirst = [...new Set(secrets)].filter((secret) => secret.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => {
    const open = redactUrls(longestFirst.reduce((each, secret) => each.replaceAll(secret, '***'), text));
    return names ? open : open.replace(MAIL, '<name>');
  };
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
