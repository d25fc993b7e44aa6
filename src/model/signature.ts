/** What is wrong with the signature of a commit; each is the rule of a diagnostic. */
export type SignatureProblem =
  | 'unsigned-commit'
  | 'bad-signature'
  | 'unknown-signer'
  | 'expired-key'
  | 'revoked-key'
  | 'unsupported-signature'
  | 'too-many-commits';

/** A commit that must not be followed. Author and signer are what the commit claims: anybody may write anything there. */
export type Unverified = {
  readonly problem: SignatureProblem;
  readonly commit: string;
  readonly author: string;
  /** The fingerprint of the key that the signature names, null where it names none. */
  readonly key: string | null;
};

/** `commits`: how many were looked at. `unverified`: the newest that did not verify, at most `MOST_UNVERIFIED`. */
export type Verification = { readonly commits: number; readonly unverified: readonly Unverified[] };

/** Looking stops after so many: one is enough to follow nothing, and whoever may push could push a million. */
export const MOST_UNVERIFIED = 10;

/** More commits than this since the applied revision are refused unseen. */
export const MOST_COMMITS = 10_000;
