import type { ForgeSettings } from '../model/settings.ts';
import { isRaw, type Path, type Raw, valueAt } from './layer.ts';

/** `git.forge` as a file may write it, once checked and with its secret read. */
export type RawForge = {
  readonly kind: ForgeSettings['kind'];
  readonly apiUrl?: string;
  readonly project: string | number;
  readonly token?: string;
  readonly app?: { readonly id: string | number; readonly installationId: string | number; readonly privateKeyFile: string };
  readonly names?: boolean;
};

const API = { github: 'https://api.github.com', gitlab: 'https://gitlab.com/api/v4' } as const;

/** Every field filled in; null where no forge is named. */
export function buildForge(raw: RawForge | null | undefined): ForgeSettings | null {
  if (raw === undefined || raw === null) return null;
  const { app } = raw;
  return {
    kind: raw.kind,
    apiUrl: (raw.apiUrl ?? API[raw.kind]).replace(/\/+$/, ''),
    project: String(raw.project),
    token: raw.token ?? null,
    app: app === undefined ? null : { id: String(app.id), installationId: String(app.installationId), privateKeyFile: app.privateKeyFile },
    names: raw.names ?? false,
  };
}

type Found = { readonly rule: string; readonly path: Path; readonly text: string };

/** What a schema cannot say about `git.forge`. No text repeats a value: one may be a secret in the wrong place. */
export function forgeProblems(raw: Raw): readonly Found[] {
  const value = valueAt(raw, ['git', 'forge']);
  // Null is what is left of a mapping whose lines are comments: whoever wrote it waits for comments that would not come.
  const forge = value === null ? {} : value;
  if (!isRaw(forge)) return [];
  const found = (path: Path, text: string): Found => ({ rule: 'wrong-setting', path: ['git', 'forge', ...path], text });
  const { kind, project } = forge;
  const missing = [
    ...(kind === undefined ? [found([], 'kind is missing; say github or gitlab.')] : []),
    ...(project === undefined ? [found([], 'project is missing; say which repository, as in platform/kiro-seats.')] : []),
  ];
  return [...missing, ...nameless(forge, found), ...proofs(forge, found), ...address(forge, found)];
}

type Say = (path: Path, text: string) => Found;

function nameless({ kind, project }: Raw, found: Say): readonly Found[] {
  if (kind === undefined || project === undefined) return [];
  const name = String(project);
  const part = '[A-Za-z0-9_.-]+';
  const fits = kind === 'github' ? new RegExp(`^${part}/${part}$`) : new RegExp(`^(?:[1-9]\\d*|${part}(?:/${part})+)$`);
  // The API would take `..` for a step up, out of the project.
  if (fits.test(name) && !name.split('/').some((each) => /^\.+$/.test(each))) return [];
  const form = kind === 'github' ? 'owner/name' : 'group/name, group/subgroup/name, or the number of the project';
  return [found(['project'], `The value must look like ${form}.`)];
}

function proofs({ kind, token, app }: Raw, found: Say): readonly Found[] {
  if (token !== undefined && app !== undefined) return [found(['app'], 'Give a token or an app, not both.')];
  if (token === undefined && app === undefined) {
    const which = kind === 'gitlab' ? 'token or tokenFile' : 'token, tokenFile or app';
    return [found([], `Nothing says who posts; set ${which}, or remove git.forge.`)];
  }
  if (typeof token === 'string' && !/^[\x21-\x7e]+$/.test(token))
    return [found(['token'], 'A token has only letters, digits and signs of ASCII.')];
  if (!isRaw(app)) return [];
  if (kind === 'gitlab') return [found(['app'], 'Apps are of GitHub; give a token for GitLab.')];
  const lacks = ['id', 'installationId', 'privateKeyFile'].filter((name) => app[name] === undefined);
  const odd = ['id', 'installationId'].filter((name) => app[name] !== undefined && !/^[A-Za-z0-9._-]+$/.test(String(app[name])));
  return [
    ...lacks.map((name) => found(['app'], `${name} is missing.`)),
    ...odd.map((name) => found(['app', name], 'The value has only letters, digits, "." and "-".')),
  ];
}

function address({ apiUrl }: Raw, found: Say): readonly Found[] {
  if (typeof apiUrl !== 'string') return [];
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null;
  if (url === null) return [found(['apiUrl'], 'The value is no URL; write https://HOST/api/v3 (GitHub) or https://HOST/api/v4 (GitLab).')];
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return [found(['apiUrl'], 'The URL must have no user, password, query or fragment; give the token by itself.')];
  const isNear = /^(127(\.\d{1,3}){3}|\[::1\]|localhost)$/.test(url.hostname);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isNear)) return [];
  return [found(['apiUrl'], 'The URL must be https://: the token is sent there. http:// is taken on loopback alone.')];
}
