import { createHash } from 'node:crypto';
import { run } from './git-run.ts';

/** Environment of a git child process; never the whole environment of ours. */
export type GitEnv = Readonly<Record<string, string>>;

/** What git and ssh need of the ambient environment: programs, temporary files, the ssh agent, proxies, certificates. */
const PASSED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'SSH_AUTH_SOCK',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/**
 * An environment in which git asks nothing, reads no configuration but the repository's own and `config`, runs no hooks
 * and speaks only `protocols`. `config` goes by environment, so that a secret in it is neither on a command line nor on disk.
 */
export function gitEnv(options: {
  readonly gitDir?: string;
  readonly protocols?: string;
  readonly config?: readonly (readonly [key: string, value: string])[];
  readonly more?: GitEnv;
}): GitEnv {
  const config = [['core.hooksPath', '/dev/null'], ['gc.auto', '0'], ['protocol.version', '2'], ...(options.config ?? [])] as const;
  const passed = PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  const keys = config.flatMap(([key, value], i) => [[`GIT_CONFIG_KEY_${i}`, key] as const, [`GIT_CONFIG_VALUE_${i}`, value] as const]);
  return {
    ...Object.fromEntries(passed),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(config.length),
    GIT_ALLOW_PROTOCOL: options.protocols ?? '',
    GIT_NO_REPLACE_OBJECTS: '1',
    ...Object.fromEntries(keys),
    ...(options.gitDir === undefined ? {} : { GIT_DIR: options.gitDir }),
    ...options.more,
  };
}

/** One entry of a tree; `size` is null for what is not a blob. */
export type TreeEntry = { readonly mode: string; readonly id: string; readonly size: number | null; readonly path: string };

/** Reads `git ls-tree -r -z -l`. */
export function parseTree(text: string): readonly TreeEntry[] {
  return text.split('\0').flatMap((line) => {
    const parts = /^(?<mode>\d+) \w+ (?<id>[0-9a-f]+) +(?<size>\d+|-)\t(?<path>[\s\S]+)$/.exec(line)?.groups;
    const { mode, id, size, path } = parts ?? {};
    if (mode === undefined || id === undefined || path === undefined) return [];
    return [{ mode, id, path, size: size === undefined || size === '-' ? null : Number(size) }];
  });
}

export type ObjectsDeps = {
  readonly env: GitEnv;
  readonly folder: string;
  readonly kind: 'blob' | 'commit';
  /** Objects of more bytes are left out, and never read. */
  readonly largest: number;
};

/**
 * The contents of objects, by id, in one `git cat-file --batch` (simple-git returns text, and blobs are bytes). Nothing is
 * converted on the way: no filters, no line ends.
 * @throws Error when git ends early or an object is missing or of another kind; the signal's reason when aborted.
 */
export async function readObjects(
  deps: ObjectsDeps,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Uint8Array>> {
  if (ids.length === 0) return new Map();
  const sizes = parseSizes(await catFile(deps, '--batch-check', ids, signal), deps.kind);
  const small = ids.filter((id) => (sizes.get(id) ?? Number.POSITIVE_INFINITY) <= deps.largest);
  const missing = ids.find((id) => !sizes.has(id));
  if (missing !== undefined) throw new Error(`git cat-file gave no ${deps.kind} for ${missing}.`);
  if (small.length === 0) return new Map();
  return parseBatch(await catFile(deps, '--batch', small, signal), small);
}

async function catFile({ folder, env }: ObjectsDeps, mode: string, ids: readonly string[], signal: AbortSignal): Promise<Buffer> {
  const { code, stdout, stderr } = await run('git', ['cat-file', mode], { folder, env, signal, input: `${ids.join('\n')}\n` });
  if (code !== 0) throw new Error(`git cat-file ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

function parseSizes(bytes: Buffer, kind: string): ReadonlyMap<string, number> {
  const lines = bytes.toString('latin1').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [id = '', found, size = ''] = line.split(' ');
      return found === kind && /^\d+$/.test(size) ? [[id, Number(size)] as const] : [];
    }),
  );
}

function parseBatch(bytes: Buffer, ids: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const objects = new Map<string, Uint8Array>();
  let at = 0;
  for (const id of ids) {
    const end = bytes.indexOf(0x0a, at);
    const header = end === -1 ? '' : bytes.subarray(at, end).toString('latin1');
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(header)?.[1];
    if (size === undefined) throw new Error(`git cat-file gave nothing for ${id}: "${header}".`);
    at = end + 1 + Number(size) + 1;
    if (at > bytes.length) throw new Error('git cat-file ended early.');
    objects.set(id, new Uint8Array(bytes.subarray(end + 1, at - 1)));
  }
  return objects;
}

/** The id that Git gives to a blob of these bytes (SHA-1 repositories). */
export function blobId(content: Uint8Array): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
