import { redactUrls } from './model/git-url.ts';

const MAIL = /[^\s"'<>@/\\(),;:]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

/**
 * A function that removes secrets, credentials in URLs and (unless `names`) e-mail-like values from a text. Secrets of fewer
 * than 4 characters are left: they protect nothing, and hiding them would hide everything else.
 */
export function cleaner(secrets: readonly string[], names: boolean): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= 4).flatMap(formsOf);
  const longestFirst = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (text) => {
    const open = redactUrls(longestFirst.reduce((each, secret) => each.replaceAll(secret, '***'), text));
    return names ? open : open.replace(MAIL, '<name>');
  };
}

/** A secret as it is, in JSON, in a URL, and (a longer one) inside base64, as HTTP Basic has it behind a user of any length. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The characters that depend on this secret alone: whole groups of six bits.
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  return [secret, JSON.stringify(secret).slice(1, -1), encoded(secret), ...inside.filter((text) => text.length >= 12)];
}

function encoded(secret: string): string {
  return /\p{Cs}/u.test(secret) ? secret : encodeURIComponent(secret); // half of a surrogate pair has no UTF-8
}

/** Variables that hold a secret by themselves, whatever the settings say. */
const SECRET_VARIABLES = [
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'KIROSYNC_TOKEN',
  'KIROSYNC_GIT_TOKEN',
  'KIROSYNC_WEBHOOK_SECRET',
];
const SECRET_LISTS = ['KIROSYNC_READ_TOKENS', 'KIROSYNC_WRITE_TOKENS'];

/** The secrets that an environment holds: what no log line and no report of a bug may show. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const lists = SECRET_LISTS.flatMap((name) => (env[name] ?? '').split(','));
  return [...SECRET_VARIABLES.map((name) => env[name] ?? ''), ...lists].map((secret) => secret.trim()).filter((secret) => secret !== '');
}
