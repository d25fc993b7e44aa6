import { resolve } from 'node:path';
import { LIFTABLE } from '../model/guard.ts';
import type { Limits } from '../model/limits.ts';
import type { GitSettings, GitVerify, Mode, Settings } from '../model/settings.ts';
import { buildForge, type RawForge } from './forge.ts';
import { buildNotify, type RawNotify } from './notify.ts';
import { buildWindows, type RawWindow } from './window.ts';

/** Settings as a file may write them, once checked against the schema and with secrets read. */
export type RawSettings = {
  readonly git?: {
    readonly url: string;
    readonly branch?: string;
    readonly path?: string;
    readonly auth?: Partial<{ [K in keyof GitSettings['auth']]: NonNullable<GitSettings['auth'][K]> }>;
    readonly verify?: Partial<{ [K in keyof GitVerify]: NonNullable<GitVerify[K]> }> | null;
    readonly forge?: RawForge | null;
  };
  readonly mode?: Mode;
  readonly profiles?: Settings['profiles'];
  readonly schedule?: Partial<Settings['schedule']>;
  readonly limits?: Limits;
  readonly seatGroups?: readonly string[];
  readonly exceptions?: Partial<Settings['exceptions']>;
  readonly protected?: Partial<Settings['protected']>;
  readonly quota?: Partial<Settings['quota']>;
  readonly overlapHours?: number;
  readonly applicationAssignments?: Settings['applicationAssignments'];
  readonly assumeRoleArn?: string | null;
  readonly http?: {
    readonly host?: string;
    readonly port?: number;
    readonly tokens?: Partial<Settings['http']['tokens']>;
    readonly webhookSecret?: string;
  };
  readonly stateDir?: string;
  readonly cacheDir?: string | null;
  readonly usage?: readonly string[];
  readonly reports?: Partial<Settings['reports']>;
  readonly notify?: readonly RawNotify[];
  readonly windows?: readonly RawWindow[];
  readonly log?: Partial<Settings['log']>;
};

/** Every field filled in. Paths are absolute already, but for the default state directory, which is `.kirosync` in `cwd`. */
export function buildSettings(raw: RawSettings, cwd: string): Settings {
  return {
    git: raw.git === undefined ? null : git(raw.git),
    mode: raw.mode ?? 'observe',
    profiles: raw.profiles ?? {},
    schedule: { reconcile: raw.schedule?.reconcile ?? '*/15 * * * *', reports: raw.schedule?.reports ?? null },
    limits: raw.limits ?? {},
    seatGroups: raw.seatGroups ?? ['kiro-*'],
    exceptions: { rules: raw.exceptions?.rules ?? LIFTABLE, maxKeys: raw.exceptions?.maxKeys ?? 200 },
    protected: { users: raw.protected?.users ?? [] },
    quota: { share: raw.quota?.share ?? 0.75 },
    overlapHours: raw.overlapHours ?? 24,
    applicationAssignments: raw.applicationAssignments ?? 'verify',
    assumeRoleArn: raw.assumeRoleArn ?? null,
    http: {
      host: raw.http?.host ?? '127.0.0.1',
      port: raw.http?.port ?? 8484,
      tokens: { read: raw.http?.tokens?.read ?? [], write: raw.http?.tokens?.write ?? [] },
      webhookSecret: raw.http?.webhookSecret ?? null,
    },
    stateDir: raw.stateDir ?? resolve(cwd, '.kirosync'),
    cacheDir: raw.cacheDir ?? null,
    usage: raw.usage ?? [],
    reports: {
      to: raw.reports?.to ?? [],
      formats: raw.reports?.formats ?? ['html', 'json', 'csv'],
      keep: raw.reports?.keep ?? 12,
      idleAfterDays: raw.reports?.idleAfterDays ?? 30,
    },
    notify: buildNotify(raw.notify),
    windows: buildWindows(raw.windows),
    log: { level: raw.log?.level ?? 'info', names: raw.log?.names ?? false },
  };
}

function git(raw: NonNullable<RawSettings['git']>): GitSettings {
  return {
    url: raw.url,
    branch: raw.branch ?? 'main',
    path: (raw.path ?? '')
      .split('/')
      .filter((part) => part !== '' && part !== '.')
      .join('/'),
    auth: {
      token: raw.auth?.token ?? null,
      sshKeyFile: raw.auth?.sshKeyFile ?? null,
      knownHostsFile: raw.auth?.knownHostsFile ?? null,
      allowHttp: raw.auth?.allowHttp ?? false,
    },
    verify: verify(raw.verify),
    forge: buildForge(raw.forge),
  };
}

function verify(raw: NonNullable<RawSettings['git']>['verify']): GitVerify | null {
  if (raw === undefined || raw === null) return null;
  return {
    sshAllowedSignersFile: raw.sshAllowedSignersFile ?? null,
    sshRevocationFile: raw.sshRevocationFile ?? null,
    gpgKeysFile: raw.gpgKeysFile ?? null,
  };
}
