import { redactUrls } from './model/git-url.ts';

const MAIL = /[^\s"'<>@/\\(),;:]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi;

/** A function that returns a text without what it must not say. */
export type Clean = (text: string) => string;

/** AWS secret keys have 40 characters and tokens more; something shorter (a test's `local`) would hide words of plain text. */
const SHORTEST_LEARNT = 16;
/** Sessions end within hours, so the oldest of so many protects nothing any more. */
const MOST_LEARNT = 128;
/** Of this process, because whoever prints its last words (an unhandled rejection) is handed nothing else. */
const learnt = new Set<string>();
let lessons = 0;

/**
 * From now on every cleaner of this process, also one that was made before, removes this secret: credentials of a profile,
 * a role, a container or an instance come while the process runs, and change. The last 128 are kept.
 */
export function learnSecret(secret: string): void {
  if (secret.length < SHORTEST_LEARNT) return;
  if (!learnt.delete(secret)) lessons += 1;
  learnt.add(secret); // at the end again: what is in use is not forgotten
  const [oldest] = learnt;
  if (learnt.size > MOST_LEARNT && oldest !== undefined) learnt.delete(oldest);
}

/**
 * A function that removes secrets, also those learnt meanwhile, credentials in URLs and (unless `names`) e-mail-like values
 * from a text. Secrets of fewer than 4 characters are left: they protect nothing, and hiding them would hide everything else.
 */
export function cleaner(secrets: readonly string[], names: boolean): Clean {
  let known: { readonly lessons: number; readonly forms: readonly string[] } | null = null;
  const longestFirst = (): readonly string[] => {
    if (known?.lessons !== lessons) {
      const forms = [...secrets, ...learnt].filter((secret) => secret.length >= 4).flatMap(formsOf);
      known = { lessons, forms: [...new Set(forms)].sort((a, b) => b.length - a.length) };
    }
    return known.forms;
  };
  return (text) => {
    const open = redactUrls(longestFirst().reduce((each, secret) => each.replaceAll(secret, '***'), text));
    return names ? open : open.replace(MAIL, '<name>');
  };
}

/** The same error with its words cleaned; what can be thrown and is no error is returned as it is. */
export function cleanError(clean: Clean, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  for (const field of ['message', 'stack'] as const) {
    const text = error[field];
    const open = text === undefined ? text : clean(text);
    // Not by assignment: the message of an abort (DOMException) has no setter.
    if (open !== text) Object.defineProperty(error, field, { value: open, configurable: true, writable: true });
  }
  return error;
}

/** Headers and fields that AWS clients prove with who they are: signatures, sessions, sign-ins, web identities, instance tokens. */
const PROOFS = [
  'x-amz-security-token',
  'x-amz-sso_bearer_token',
  'x-aws-ec2-metadata-token',
  '(?:proxy-)?authorization',
  'web_?identity_?token',
  '(?:access|refresh|id|session)_?token',
  'client_?secret',
  'secret_?access_?key',
].join('|');
/** Quotes as they are, in JSON inside JSON, in HTML and in a URL. */
const QUOTE = String.raw`(?:\\*["']|&quot;|&#34;|%22)`;
const SPACED_VALUE = String.raw`AWS4-[\w-]+\s+(?:\w+=[^\s,"'&<>]+[,\s]*)+|(?:Bearer|Basic)\s+[^\s"'&<>]+`;
const PROOF = new RegExp(
  // `name: value`, `name=value`, `<name>value`, `"name": ["value"]`, `["name", "value"]`
  String.raw`((?:${PROOFS})(?:\s*(?:[:=>]|%3[AD])|${QUOTE}\s*(?:[:=,]|%3[AD]))[\s[]*)` +
    // in quotes up to the next one, else a word, or the words that a signature is made of
    String.raw`(?:(${QUOTE})(?:(?!${QUOTE})[^\r\n])*|(?:${SPACED_VALUE})|[^\s"',;&<>{}\]]+)`,
  'gi',
);

/**
 * A text without the values of what a request proves itself with, whoever knows them: as headers, in a dump of them, in JSON or a
 * form. An endpoint that repeats what it was sent may have been sent credentials that only the SDK ever held.
 */
export function withoutProofs(text: string): string {
  return text.replace(PROOF, '$1$2***');
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
  'KIROSYNC_GIT_FORGE_TOKEN',
  'KIROSYNC_WEBHOOK_SECRET',
];
const SECRET_LISTS = ['KIROSYNC_READ_TOKENS', 'KIROSYNC_WRITE_TOKENS'];

/** The secrets that an environment holds: what no log line and no report of a bug may show. */
export function environmentSecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const lists = SECRET_LISTS.flatMap((name) => (env[name] ?? '').split(','));
  return [...SECRET_VARIABLES.map((name) => env[name] ?? ''), ...lists].map((secret) => secret.trim()).filter((secret) => secret !== '');
}
