import type { Diagnostic } from '../model/diagnostic.ts';
import { quote } from '../model/quote.ts';
import { MOST_COMMITS, MOST_UNVERIFIED, type SignatureProblem, type Unverified, type Verification } from '../model/signature.ts';

const WRONG: Readonly<Record<SignatureProblem, string>> = {
  'unsigned-commit': 'is not signed',
  'bad-signature': 'carries a signature that is not of this commit, or was changed after it was signed',
  'unknown-signer': 'is signed by a key that may not sign here',
  'expired-key': 'is signed by a key that is not valid now',
  'revoked-key': 'is signed by a key that was revoked',
  'unsupported-signature': 'carries a signature that is neither of ssh nor of GPG, or more than one',
  'too-many-commits': `ends more than ${MOST_COMMITS} commits since the applied revision, more than are looked at`,
};

const NEXT: Readonly<Record<SignatureProblem, string>> = {
  'unsigned-commit': 'push a branch with a signed commit in its place',
  'bad-signature': 'find out who pushed it, and push a branch without it',
  'unknown-signer': 'add the key to the files of git.verify if its owner may decide about seats; else push a branch without the commit',
  'expired-key': 'push a branch with a commit signed by a valid key in its place, or give the key a later end in the files of git.verify',
  'revoked-key': 'find out who pushed it, and push a branch without it',
  'unsupported-signature': 'push a branch with a commit signed by ssh or GPG in its place',
  'too-many-commits': 'find out who pushed them',
};

/** One error for each commit that must not be followed; none when all verified. `newest` is the id of the newest commit of the branch. */
export function signatureDiagnostics({ unverified }: Verification, newest: string | null): readonly Diagnostic[] {
  const more = unverified.length < MOST_UNVERIFIED ? '' : ` Looking stopped after ${MOST_UNVERIFIED} such commits; there may be more.`;
  return unverified.map((each, i) => ({
    severity: 'error',
    rule: each.problem,
    message: sentenceOf(each, newest) + (i === unverified.length - 1 ? more : ''),
  }));
}

function sentenceOf({ problem, commit, author, key }: Unverified, newest: string | null): string {
  const by = author === '' ? '' : ` by ${quote(author)}`;
  const signed = key === null ? '' : ` (${key})`;
  // Accepting a branch lifts what is wrong before its newest commit, never that this one must be signed.
  const accept =
    newest === null || (newest === commit && problem !== 'too-many-commits')
      ? ''
      : `; or, once somebody has read what came since the applied revision, write ${newest} to the file accept-history in stateDir`;
  return `Commit ${commit}${by} ${WRONG[problem]}${signed}, so nothing new of the branch is followed: ${NEXT[problem]}${accept}.`;
}
