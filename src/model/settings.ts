import type { Limits } from './limits.ts';

export type Mode = 'observe' | 'enforce';

/**
 * The operator's word: file < environment < flags, frozen, every field filled in. Nothing in it comes from the
 * policy repository. Secrets are already read from the files that hold them; nobody may log this object.
 */
export type Settings = {
  readonly git: GitSettings | null;
  /** `profiles` overrides `mode` for single profiles. */
  readonly mode: Mode;
  readonly profiles: Readonly<Record<string, { readonly mode: Mode }>>;
  /** Cron expressions in UTC; `reports` null means: only on demand. */
  readonly schedule: { readonly reconcile: string; readonly reports: string | null };
  readonly limits: Limits;
  /** Globs of group names that may be seat groups. */
  readonly seatGroups: readonly string[];
  /** What the repository's Exceptions may lift, and how many keys each may list. */
  readonly exceptions: { readonly rules: readonly string[]; readonly maxKeys: number };
  readonly protected: { readonly users: readonly string[] };
  readonly quota: { readonly share: number };
  readonly overlapHours: number;
  readonly applicationAssignments: 'verify' | 'manage';
  readonly assumeRoleArn: string | null;
  readonly http: HttpSettings;
  readonly stateDir: string;
  /** Local directories (later also s3:// prefixes) with usage reports. */
  readonly usage: readonly string[];
  readonly log: { readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug'; readonly names: boolean };
};

export type GitSettings = {
  readonly url: string;
  readonly branch: string;
  /** Folder inside the repository, '' for its root. */
  readonly path: string;
  readonly auth: {
    readonly token: string | null;
    readonly sshKeyFile: string | null;
    readonly knownHostsFile: string | null;
    /** http:// is refused unless the operator says so. */
    readonly allowHttp: boolean;
  };
  /** Who may sign commits; null when signatures are not looked at. */
  readonly verify: GitVerify | null;
};

/** Files that say whose signatures count, as absolute paths. Each is read anew in every pass. */
export type GitVerify = {
  /** In the form of ssh-keygen(1), "ALLOWED SIGNERS". */
  readonly sshAllowedSignersFile: string | null;
  /** Public keys, or a key revocation list of ssh-keygen(1). */
  readonly sshRevocationFile: string | null;
  /** Public keys as `gpg --armor --export` writes them. */
  readonly gpgKeysFile: string | null;
};

export type HttpSettings = {
  readonly host: string;
  readonly port: number;
  readonly tokens: { readonly read: readonly string[]; readonly write: readonly string[] };
  readonly webhookSecret: string | null;
};

/** The part of the settings that a plan depends on. */
export type Operator = Pick<
  Settings,
  'limits' | 'seatGroups' | 'exceptions' | 'protected' | 'quota' | 'overlapHours' | 'applicationAssignments'
>;
