import type { Diagnostic } from '../model/diagnostic.ts';
import { didYouMean } from '../model/suggest.ts';
import { type Layer, type Raw, settingProblem, withValue } from './layer.ts';

type Form = 'text' | 'number' | 'boolean' | 'list' | 'modes';

/** Every variable that sets a setting: its path in the settings file, and how its text is read. */
export const VARIABLES: Readonly<Record<string, readonly [path: string, form: Form]>> = {
  KIROSYNC_APPLICATION_ASSIGNMENTS: ['applicationAssignments', 'text'],
  KIROSYNC_ASSUME_ROLE_ARN: ['assumeRoleArn', 'text'],
  KIROSYNC_CACHE_DIR: ['cacheDir', 'text'],
  KIROSYNC_EXCEPTIONS_MAX_KEYS: ['exceptions.maxKeys', 'number'],
  KIROSYNC_EXCEPTIONS_RULES: ['exceptions.rules', 'list'],
  KIROSYNC_GIT_ALLOW_HTTP: ['git.auth.allowHttp', 'boolean'],
  KIROSYNC_GIT_BRANCH: ['git.branch', 'text'],
  KIROSYNC_GIT_FORGE_API_URL: ['git.forge.apiUrl', 'text'],
  KIROSYNC_GIT_FORGE_APP_ID: ['git.forge.app.id', 'text'],
  KIROSYNC_GIT_FORGE_APP_INSTALLATION_ID: ['git.forge.app.installationId', 'text'],
  KIROSYNC_GIT_FORGE_APP_PRIVATE_KEY_FILE: ['git.forge.app.privateKeyFile', 'text'],
  KIROSYNC_GIT_FORGE_KIND: ['git.forge.kind', 'text'],
  KIROSYNC_GIT_FORGE_NAMES: ['git.forge.names', 'boolean'],
  KIROSYNC_GIT_FORGE_PROJECT: ['git.forge.project', 'text'],
  KIROSYNC_GIT_FORGE_TOKEN: ['git.forge.token', 'text'],
  KIROSYNC_GIT_FORGE_TOKEN_FILE: ['git.forge.tokenFile', 'text'],
  KIROSYNC_GIT_KNOWN_HOSTS_FILE: ['git.auth.knownHostsFile', 'text'],
  KIROSYNC_GIT_PATH: ['git.path', 'text'],
  KIROSYNC_GIT_SSH_KEY_FILE: ['git.auth.sshKeyFile', 'text'],
  KIROSYNC_GIT_TOKEN: ['git.auth.token', 'text'],
  KIROSYNC_GIT_TOKEN_FILE: ['git.auth.tokenFile', 'text'],
  KIROSYNC_GIT_URL: ['git.url', 'text'],
  KIROSYNC_GIT_VERIFY_GPG_KEYS_FILE: ['git.verify.gpgKeysFile', 'text'],
  KIROSYNC_GIT_VERIFY_SSH_ALLOWED_SIGNERS_FILE: ['git.verify.sshAllowedSignersFile', 'text'],
  KIROSYNC_GIT_VERIFY_SSH_REVOCATION_FILE: ['git.verify.sshRevocationFile', 'text'],
  KIROSYNC_HTTP_HOST: ['http.host', 'text'],
  KIROSYNC_HTTP_PORT: ['http.port', 'number'],
  KIROSYNC_LIMITS_INCREASE_FROM: ['limits.increase.from', 'number'],
  KIROSYNC_LIMITS_INCREASE_PERCENT: ['limits.increase.percent', 'number'],
  KIROSYNC_LIMITS_INCREASE_USD: ['limits.increase.usd', 'number'],
  KIROSYNC_LIMITS_MOVES_FROM: ['limits.moves.from', 'number'],
  KIROSYNC_LIMITS_MOVES_PERCENT: ['limits.moves.percent', 'number'],
  KIROSYNC_LIMITS_REMOVALS_COUNT: ['limits.removals.count', 'number'],
  KIROSYNC_LIMITS_REMOVALS_FROM: ['limits.removals.from', 'number'],
  KIROSYNC_LIMITS_REMOVALS_PERCENT: ['limits.removals.percent', 'number'],
  KIROSYNC_LOG_LEVEL: ['log.level', 'text'],
  KIROSYNC_LOG_NAMES: ['log.names', 'boolean'],
  KIROSYNC_MODE: ['mode', 'text'],
  KIROSYNC_OVERLAP_HOURS: ['overlapHours', 'number'],
  KIROSYNC_PROFILE_MODES: ['profiles', 'modes'],
  KIROSYNC_PROTECTED_USERS: ['protected.users', 'list'],
  KIROSYNC_QUOTA_SHARE: ['quota.share', 'number'],
  KIROSYNC_READ_TOKENS: ['http.tokens.read', 'list'],
  KIROSYNC_READ_TOKENS_FILE: ['http.tokens.readFile', 'text'],
  KIROSYNC_REPORTS_FORMATS: ['reports.formats', 'list'],
  KIROSYNC_REPORTS_IDLE_AFTER_DAYS: ['reports.idleAfterDays', 'number'],
  KIROSYNC_REPORTS_KEEP: ['reports.keep', 'number'],
  KIROSYNC_REPORTS_TO: ['reports.to', 'list'],
  KIROSYNC_SCHEDULE_RECONCILE: ['schedule.reconcile', 'text'],
  KIROSYNC_SCHEDULE_REPORTS: ['schedule.reports', 'text'],
  KIROSYNC_SEAT_GROUPS: ['seatGroups', 'list'],
  KIROSYNC_STATE_DIR: ['stateDir', 'text'],
  KIROSYNC_USAGE: ['usage', 'list'],
  KIROSYNC_WEBHOOK_SECRET: ['http.webhookSecret', 'text'],
  KIROSYNC_WEBHOOK_SECRET_FILE: ['http.webhookSecretFile', 'text'],
  KIROSYNC_WRITE_TOKENS: ['http.tokens.write', 'list'],
  KIROSYNC_WRITE_TOKENS_FILE: ['http.tokens.writeFile', 'text'],
};

/** Known, but no setting: where the settings file is, and what `suspend`, `resume` and `reconcile` talk to. */
export const OTHER_VARIABLES: readonly string[] = ['KIROSYNC_SETTINGS', 'KIROSYNC_URL', 'KIROSYNC_TOKEN'];

/** The settings that `KIROSYNC_*` variables give. An empty variable counts as not set, as CI systems write missing secrets. */
export function environmentLayer(
  env: Readonly<Record<string, string | undefined>>,
  base: string,
): { readonly layer: Layer; readonly problems: readonly Diagnostic[] } {
  const variables = new Map(Object.entries(VARIABLES));
  const problems: Diagnostic[] = [];
  let raw: Raw = {};
  for (const [name, text] of Object.entries(env).sort()) {
    if (!name.startsWith('KIROSYNC_') || OTHER_VARIABLES.includes(name)) continue;
    const variable = variables.get(name);
    if (variable === undefined && isServiceLink(name, text ?? '')) continue;
    if (variable === undefined) problems.push(unknownVariable(name));
    if (variable === undefined || text === undefined || text.trim() === '') continue;
    const [path, form] = variable;
    const value = read(text.trim(), form);
    if (value === undefined) problems.push(settingProblem('wrong-setting', { name, place: null }, `The value must be ${WANTED[form]}.`));
    else raw = withValue(raw, path.split('.'), value);
  }
  const names = new Map(Object.entries(VARIABLES).map(([name, [path]]) => [path, name]));
  const origin: Layer['origin'] = (path) => ({ name: nearestName(names, path), place: null });
  return { layer: { raw, base, origin }, problems };
}

const WANTED = {
  text: 'text',
  number: 'a number, written with digits',
  boolean: '"true" or "false"',
  list: 'a list, separated by commas',
  modes: 'a list such as engineering=enforce,research=observe',
} as const satisfies Record<Form, string>;

/** Kubernetes sets such variables in every pod for a Service named `kirosync…` (its documentation, "Discovering services"). */
function isServiceLink(name: string, text: string): boolean {
  if (/_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}

function unknownVariable(name: string): Diagnostic {
  const known = [...Object.keys(VARIABLES), ...OTHER_VARIABLES];
  const text = `There is no such variable${didYouMean(name, known)}. docs/settings.md lists them all.`;
  return settingProblem('unknown-variable', { name, place: null }, text.replace('?.', '?'));
}

function read(text: string, form: Form): unknown {
  if (form === 'text') return text;
  if (form === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (form === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (form === 'list') return parts;
  const pairs = parts.map((part) => part.split('='));
  if (pairs.some((pair) => pair.length !== 2)) return undefined;
  return Object.fromEntries(pairs.map(([profile, mode]) => [profile?.trim(), { mode: mode?.trim() }]));
}

function nearestName(names: ReadonlyMap<string, string>, path: readonly string[]): string {
  for (let length = path.length; length > 0; length -= 1) {
    const name = names.get(path.slice(0, length).join('.'));
    if (name !== undefined) return name;
  }
  return path.join('.');
}
