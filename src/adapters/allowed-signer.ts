/**
 * What is wrong with a file of allowed signers, as `LINE: what` sentences without an end; empty when ssh-keygen can read
 * every line. ssh-keygen itself passes over what it cannot read, so that the keys of such a line would be unknown signers.
 * Form: ssh-keygen(1), "ALLOWED SIGNERS": principals, options joined by commas, key type, key in base64, comment.
 */
export function signerProblems(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line, i) => [i + 1, line.trim()] as const);
  const entries = lines.filter(([, line]) => line !== '' && !line.startsWith('#'));
  if (entries.length === 0) return ['1: the file names no signer, so nobody could sign'];
  return entries.flatMap(([number, line]) => {
    const wrong = problem(line);
    return wrong === null ? [] : [`${number}: ${wrong}`];
  });
}

const LINE = 'write `ana@example.com namespaces="git" ssh-ed25519 AAAA…`';
const KEY_TYPE = /^(?:ssh-|ecdsa-sha2-|sk-ssh-|sk-ecdsa-)[\w.@-]+$/;
const OPTION = /^(?:cert-authority|namespaces="(?:[^"\\]|\\.)*"|valid-(?:after|before)="\d{8}(?:\d{4}(?:\d\d)?)?Z?")$/i;

function problem(line: string): string | null {
  const [principals = '', ...rest] = words(line);
  if (KEY_TYPE.test(principals)) return `it begins with a key, and nobody is named before it; ${LINE}`;
  const at = rest.findIndex((word) => KEY_TYPE.test(word));
  if (at < 0) return `there is no key on it; ${LINE}`;
  if (at > 1 && rest.slice(0, at).every((word) => split(word).every((each) => OPTION.test(each)))) {
    return 'it has options with a space between them; options are joined by commas, as in namespaces="git",valid-before="20300101"';
  }
  if (at > 1) return `it has more than a name and options before the key; options are joined by commas, and names too; ${LINE}`;
  const unknown = at === 1 ? split(rest[0] ?? '').find((option) => !OPTION.test(option)) : undefined;
  if (unknown !== undefined) {
    return 'it has an option that is none of cert-authority, namespaces="…", valid-after="YYYYMMDD", valid-before="YYYYMMDD"; options are joined by commas';
  }
  return keyProblem(rest[at] ?? '', rest[at + 1] ?? '');
}

/** An encoded key begins with the length and the name of its type (RFC 4253, 6.6). */
function keyProblem(type: string, encoded: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded))
    return `the key after ${type} is not base64; copy the whole line of the .pub file behind the name`;
  const bytes = Buffer.from(encoded, 'base64');
  const length = bytes.length < 4 ? 0 : bytes.readUInt32BE(0);
  const same = bytes.subarray(4, 4 + length).toString('latin1') === type && bytes.length > 4 + length + 4;
  return same ? null : `the key after ${type} is cut off, or is of another type; copy the whole line of the .pub file behind the name`;
}

/** Words apart by spaces or tabs; those inside quotes belong to their word. */
function words(line: string): readonly string[] {
  return line.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"]|")+/g) ?? [];
}

function split(options: string): readonly string[] {
  return options.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [];
}
