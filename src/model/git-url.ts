/** How Git reaches a URL. */
export type Transport = 'https' | 'http' | 'ssh' | 'file';

/**
 * `user@host:path`, the short form of ssh; neither part may begin with `-`, or ssh would read it as an option. A host named like a
 * transport is a URL that lost its slashes.
 */
const SCP_LIKE = /^(?!(?:file|https?|ssh|git|ext):)(?:[\w.][\w.-]*@)?[\w.[][\w.:[\]-]*?:(?!\/\/|:)[^-\s]\S*$/;

/**
 * The transport of a Git URL, or a sentence that says why it is refused. Only https, ssh, file and absolute paths are
 * taken (http where allowed): other transports, such as `ext::`, run commands.
 */
export function transportOf(url: string, allowHttp: boolean): { readonly transport: Transport } | { readonly refusal: string } {
  if (url.startsWith('-')) return { refusal: 'A Git URL must not begin with "-".' };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(url)) return { refusal: 'A Git URL must not contain control characters.' };
  if (url.startsWith('/')) return { transport: 'file' };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'http' && !allowHttp) {
    return { refusal: 'http:// sends the configuration and the token unencrypted; use https://, or set git.auth.allowHttp to true.' };
  }
  if (scheme === 'https' || scheme === 'http' || scheme === 'ssh') return parsed(url, scheme);
  if (scheme === 'file') return { transport: 'file' };
  // `user:password@host:path`: ssh would take the user for the host and send the rest to it.
  const hasPassword = /^[^@[]*:.*@/.test(url);
  if (scheme === undefined && !url.includes('::') && !hasPassword && SCP_LIKE.test(url)) return { transport: 'ssh' };
  const more = hasPassword && scheme === undefined ? ' A user@host:path has no ":" before its "@": ssh takes no password there.' : '';
  return {
    refusal: `${shown(url)} is no Git URL that kirosync takes; use https://, ssh://, user@host:path, file:// or an absolute path.${more}`,
  };
}

/** A refused URL up to its scheme: what follows may be a command or hold a password anywhere. */
function shown(url: string): string {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*(?::\/\/|::)/.exec(url)?.[0];
  return scheme === undefined ? 'This text' : `"${scheme}…"`;
}

function parsed(url: string, transport: Transport): { readonly transport: Transport } | { readonly refusal: string } {
  const { hostname = '', username = '', password = '' } = URL.canParse(url) ? new URL(url) : {};
  // Git decodes the parts of an ssh URL before it calls ssh with them.
  const [host, user] = [hostname, username].map((part) => decode(part) ?? '');
  if (host === undefined || host === '' || host.startsWith('-')) return { refusal: `${shown(url)} has no usable host name.` };
  if (user?.startsWith('-') === true) return { refusal: `${shown(url)} has a user name that begins with "-".` };
  if (/%(?:[01][0-9a-f]|7f)/i.test(url)) return { refusal: 'A Git URL must not contain control characters, encoded ones neither.' };
  if (transport === 'ssh' && password !== '') {
    return { refusal: 'ssh takes no password in its URL; remove it, and name a key with git.auth.sshKeyFile.' };
  }
  return { transport };
}

/**
 * The text with every `user:password@`, `token@` and query of its URLs replaced by `***`; the user of ssh stays, since it
 * is no secret.
 */
export function redactUrls(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"<>]*)@/gi, (whole, scheme: string, user: string) =>
      scheme.toLowerCase() === 'ssh://' && !user.includes(':') ? whole : `${scheme}***@`,
    )
    .replace(/\b(https?:\/\/[^\s?'"<>]+)\?[^\s'"<>]*/gi, '$1?***');
}

/** The URL without user and password, and these two apart (decoded); null where it has none. Only for http and https. */
export function withoutCredentials(url: string): { readonly url: string; readonly user: string | null; readonly password: string | null } {
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return { url, user: null, password: null };
  const { username, password } = new URL(url);
  if (username === '' && password === '') return { url, user: null, password: null };
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return { url: bare.href, user: decode(username), password: decode(password) };
}

function decode(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Why a branch name is refused, by the rules of `git check-ref-format`; null when it may be used. */
export function branchRefusal(branch: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const wrong = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)|^[-./]|[./]$|^@$|^$/.test(branch);
  return wrong ? `"${branch}" is no branch name that Git takes.` : null;
}
