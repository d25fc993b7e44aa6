import { resolve } from 'node:path';
import { UserError } from './errors.ts';
import type { Diagnostic } from './model/diagnostic.ts';
import { withoutCredentials } from './model/git-url.ts';
import type { NotifySettings } from './model/notification.ts';
import type { Settings } from './model/settings.ts';
import { buildSettings, type RawSettings } from './settings/build.ts';
import { fileLayer } from './settings/file.ts';
import { type Layer, merge, type Origin, type Path, type Raw, valueAt, withValue } from './settings/layer.ts';
import { ruleProblems } from './settings/rule.ts';
import { schemaProblems } from './settings/schema.ts';
import { readSecrets } from './settings/secret.ts';
import { environmentLayer } from './settings/variable.ts';

/** Flags that set settings, in the shape of the settings file: `{ http: { port: 0 } }` for `--http-port 0`. */
export type SettingsFlags = { readonly [name: string]: unknown };

export type SettingsOptions = {
  /** `--settings FILE`; null falls back to KIROSYNC_SETTINGS, and to no file. */
  readonly file: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags: SettingsFlags;
  /** What relative paths in variables and flags start from; those in a file start from the file's folder. */
  readonly cwd?: string;
};

/**
 * The operator's settings: file < environment < flags, every field filled in, secrets read from their files, frozen.
 * @throws UserError with every problem of every layer as a diagnostic.
 */
export function readSettings(options: SettingsOptions): Settings {
  const cwd = resolve(options.cwd ?? '.');
  const { layers, problems: unread } = readLayers(options, cwd);
  const ofSchema = layers.flatMap(schemaProblems);
  if (unread.length + ofSchema.length > 0) throw refusal([...unread, ...ofSchema]);
  const secrets = layers.map(readSecrets);
  const absolute = secrets.map(({ layer }) => ({ ...layer, raw: absolutePaths(layer) }));
  const raw = absolute.reduce((united: Raw, layer) => merge(united, layer.raw), {});
  const problems = [...secrets.flatMap((each) => each.problems), ...ruleProblems(raw, (path) => originOf(absolute, path))];
  if (problems.length > 0) throw refusal(problems);
  return frozen(buildSettings(raw as RawSettings, cwd)); // parse boundary: the schema has checked every layer
}

/** Every secret in the settings: what logs and messages must never contain. */
export function secretsOf(settings: Settings): readonly string[] {
  const { tokens, webhookSecret } = settings.http;
  const inUrl = settings.git === null ? null : withoutCredentials(settings.git.url).password;
  return [
    settings.git?.auth.token ?? null,
    settings.git?.forge?.token ?? null,
    inUrl,
    webhookSecret,
    ...tokens.read,
    ...tokens.write,
    ...settings.notify.flatMap(secretsOfReceiver),
  ].filter((each) => each !== null);
}

/** Whoever has the address of a receiver can write there; its path alone is enough for that where the host is known. */
function secretsOfReceiver({ url, secret }: NotifySettings): readonly (string | null)[] {
  const { pathname } = new URL(url);
  return [secret, url, pathname.length < 16 ? null : pathname];
}

/** From the weakest to the strongest. */
function readLayers(
  options: SettingsOptions,
  cwd: string,
): { readonly layers: readonly Layer[]; readonly problems: readonly Diagnostic[] } {
  const named = options.file ?? options.env['KIROSYNC_SETTINGS'] ?? '';
  const file = named === '' ? null : fileLayer(named, cwd);
  const environment = environmentLayer(options.env, cwd);
  const flags: Layer = { raw: options.flags, base: cwd, origin: (path) => ({ name: flagOf(path), place: null }) };
  return {
    layers: [...(file === null ? [] : [file.layer]), environment.layer, { ...flags, raw: merge({}, options.flags) }],
    problems: [...(file?.problems ?? []), ...environment.problems],
  };
}

function flagOf(path: Path): string {
  return `--${path.join('-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Where the setting at a path was said last; the strongest layer that says it, or anything around it. */
function originOf(layers: readonly Layer[], path: Path): Origin {
  const strongestFirst = [...layers].reverse();
  for (let length = path.length; length > 0; length -= 1) {
    const layer = strongestFirst.find((each) => valueAt(each.raw, path.slice(0, length)) !== undefined);
    if (layer !== undefined) return layer.origin(path);
  }
  return { name: path.join('.'), place: null };
}

const FILES: readonly Path[] = [
  ['stateDir'],
  ['cacheDir'],
  ['git', 'auth', 'sshKeyFile'],
  ['git', 'auth', 'knownHostsFile'],
  ['git', 'verify', 'sshAllowedSignersFile'],
  ['git', 'verify', 'sshRevocationFile'],
  ['git', 'verify', 'gpgKeysFile'],
  ['git', 'forge', 'app', 'privateKeyFile'],
];

/** Lists of folders, among which addresses may stand. */
const FOLDERS: readonly Path[] = [['usage'], ['reports', 'to']];

function absolutePaths(layer: Layer): Raw {
  const single = FILES.reduce((raw, path) => {
    const value = valueAt(raw, path);
    return typeof value === 'string' ? withValue(raw, path, resolve(layer.base, value)) : raw;
  }, layer.raw);
  return FOLDERS.reduce((raw, path) => {
    const list = valueAt(raw, path);
    if (!Array.isArray(list)) return raw;
    return withValue(
      raw,
      path,
      list.map((each) => (String(each).includes('://') ? each : resolve(layer.base, String(each)))),
    );
  }, single);
}

function refusal(problems: readonly Diagnostic[]): UserError {
  return new UserError(problems.length === 1 ? 'A setting is wrong.' : `${problems.length} settings are wrong.`, { diagnostics: problems });
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
