import { createHash } from 'node:crypto';

/** A commit as its signature sees it. `signature` is the armored text, null for an unsigned commit; `payload` is what was signed. */
export type CommitObject = { readonly author: string; readonly signature: string | null; readonly payload: Buffer };

/** Splits the bytes of a commit object the way Git does before it verifies: signature headers out, everything else stays. */
export function parseCommit(bytes: Buffer, algorithm: 'sha1' | 'sha256'): CommitObject {
  const header = algorithm === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  const kept: Buffer[] = [];
  const signature: string[] = [];
  let within: 'signature' | 'other' | null = null;
  let author = '';
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const next = end === -1 ? bytes.length : end + 1;
    const line = bytes.subarray(at, next);
    if (line.length === 1 && line[0] === 0x0a) break;
    const text = line.toString('utf8');
    const name = text.startsWith(' ') ? null : (text.split(' ')[0] ?? '');
    if (name !== null) within = name === header ? 'signature' : name === 'gpgsig' || name === 'gpgsig-sha256' ? 'other' : null;
    if (within === 'signature') signature.push(text.slice(name === null ? 1 : header.length + 1));
    if (within === null) kept.push(line);
    if (name === 'author') author = text.slice('author '.length).replace(/ <[^<]*$/s, '');
    at = next;
  }
  kept.push(bytes.subarray(at));
  return { author, signature: signature.length === 0 ? null : signature.join(''), payload: Buffer.concat(kept) };
}

export type SignatureForm = 'ssh' | 'gpg' | 'unsupported';

/** Told by the armor, as Git does it; S/MIME, several signatures in one commit and whatever comes later are not supported. */
export function formOf(signature: string): SignatureForm {
  const found = /^-----BEGIN (SSH|PGP) SIGNATURE-----\n(?:(?!-----).*\n)*-----END \1 SIGNATURE-----\n*$/.exec(signature)?.[1];
  if (found === undefined) return 'unsupported';
  return found === 'SSH' ? 'ssh' : 'gpg';
}

/**
 * The fingerprint of the key inside an ssh signature, as `ssh-keygen -l` prints it; null when the text is none. Nothing is
 * proven by it. The layout is in OpenSSH's PROTOCOL.sshsig: "SSHSIG", a version, then the public key with its length.
 */
export function sshKeyOf(signature: string): string | null {
  const bytes = Buffer.from(signature.replace(/-----[^-\n]*-----/g, ''), 'base64');
  if (bytes.length < 14 || bytes.subarray(0, 6).toString('latin1') !== 'SSHSIG') return null;
  const length = bytes.readUInt32BE(10);
  if (length === 0 || 14 + length > bytes.length) return null;
  const digest = createHash('sha256')
    .update(bytes.subarray(14, 14 + length))
    .digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}
