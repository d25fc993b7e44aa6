import type { Limits } from './limits.ts';
import type { NotifySettings } from './notification.ts';

export type Mode = 'observe' | 'enforce';

export type ReportFormat = 'html' | 'json' | 'csv' | 'markdown' | 'text';

/**
 * The operator's word: file < environment < flags, frozen, every field filled in. Nothing in it comes from the
 * policy repository. Secrets are already read from the files that hold them; nobody may log this object.
 */
export type Settings = {
  readonly git: GitSettings | null;
  /** `profiles` overrides `mode` for single profiles. */
  readonly mode: Mode;
  /** Beside the mode, the role that reads the usage reports of a profile. */
  readonly profiles: Readonly<Record<string, { readonly mode?: Mode; readonly assumeRoleArn?: string }>>;
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
  /** Where fetched usage reports are kept; null: below `stateDir` for the daemon, in the user's cache directory for commands. */
  readonly cacheDir: string | null;
  /** Local directories and `s3://bucket/prefix` with usage reports. */
  readonly usage: readonly string[];
  /**
   * Where scheduled credits reports are written besides `stateDir` (absolute folders, `s3://bucket/prefix`), in which
   * formats, and how many are kept in `stateDir`. A seat is idle when its last usage row is `idleAfterDays` old or older.
   */
  readonly reports: {
    readonly to: readonly string[];
    readonly formats: readonly ReportFormat[];
    readonly keep: number;
    readonly idleAfterDays: number;
  };
  /** Who is told of what happens, beside the log. */
  readonly notify: readonly NotifySettings[];
  /** When changes may be applied, and when not. */
  readonly windows: readonly WindowSettings[];
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
  /** The forge that hosts the repository, where outcomes are posted; null posts nothing. */
  readonly forge: ForgeSettings | null;
};

/**
 * A stretch of time that begins whenever `cron` (UTC) says. Inside a `deny` window nothing is applied; profiles that an
 * `allow` window is about are applied only inside one. `profiles` null: all.
 */
export type WindowSettings = {
  readonly name: string;
  readonly cron: string;
  readonly minutes: number;
  readonly action: 'allow' | 'deny';
  readonly profiles: readonly string[] | null;
  /** For people. */
  readonly reason: string | null;
};

/** Exactly one of `token` and `app` is set. */
export type ForgeSettings = {
  readonly kind: 'github' | 'gitlab';
  /** https, or http on loopback; without a slash at its end. */
  readonly apiUrl: string;
  /** `owner/name` of GitHub; the path with its groups, or the number, of GitLab. */
  readonly project: string;
  readonly token: string | null;
  readonly app: ForgeApp | null;
  /** Whether comments show names of people, and sentences that may hold one. */
  readonly names: boolean;
};

/** A GitHub App; its private key (PEM) is read anew for each token, so that it can be changed. */
export type ForgeApp = { readonly id: string; readonly installationId: string; readonly privateKeyFile: string };

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
