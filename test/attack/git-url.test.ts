import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gitSource } from '../../src/adapters/git-source.ts';
import { UserError } from '../../src/errors.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import { readSettings } from '../../src/settings.ts';
import { failureOf, gitSettings, signal, temporary } from '../adapters/git/source.ts';
import { type Repository, repository } from '../support/repository.ts';

/** Addresses, branches and surroundings that would have git or ssh run something, read a file or go somewhere else. */
const undo: (() => void)[] = [];
let folder: string;
let marker: string;
beforeEach(() => {
  const made = temporary('url');
  undo.push(made.dispose);
  folder = made.folder;
  marker = join(folder, 'ran');
});
afterEach(() => {
  const ran = existsSync(marker);
  for (const step of undo.splice(0).reverse()) step();
  expect(ran).toBe(false);
});

/** Sets variables of this process until the test ends. */
function surroundings(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    undo.push(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
    process.env[name] = value;
  }
}

function repo(): Repository {
  const made = repository();
  undo.push(made.dispose);
  made.commit('first', { 'a.yaml': 'kind: A\n' });
  return made;
}

/** The words of the settings for one `KIROSYNC_GIT_*` variable. */
function refusal(env: Readonly<Record<string, string>>): string {
  try {
    readSettings({ file: null, env, flags: {} });
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map(sentence).join('\n');
    throw error;
  }
  return 'taken';
}

describe('refused before git is started, in a file and as KIROSYNC_GIT_URL', () => {
  it.each([
    ['ext::sh -c touch% /tmp/x', 'is no Git URL'],
    ['fd::17', 'is no Git URL'],
    ['transport::https://git.example.com/a', 'is no Git URL'],
    ['--upload-pack=touch', 'must not begin with "-"'],
    ['-utouch', 'must not begin with "-"'],
    ['ssh://-oProxyCommand=touch/a', 'no usable host name'],
    ['ssh://%2DoProxyCommand=touch/a', 'no usable host name'],
    ['ssh://-lx@git.example.com/a', 'begins with "-"'],
    ['ssh://%2dlx@git.example.com/a', 'begins with "-"'],
    ['git@-oProxyCommand=touch:a', 'is no Git URL'],
    ['-oProxyCommand=touch@git.example.com:a', 'must not begin with "-"'],
    ['git@git.example.com:-a', 'is no Git URL'],
    ['https://git.example.com/a\nhttps://evil.example.com', 'control characters'],
    ['https://git.example.com/a%0ahost=evil.example.com', 'control characters'],
    ['ssh://git@git.example.com/a%0D%0Ab', 'control characters'],
    ['ssh://git:secret@git.example.com/a', 'no password'],
    ['http://git.example.com/a', 'unencrypted'],
    ['git://git.example.com/a', 'is no Git URL'],
    ['https:git.example.com/a', 'is no Git URL'],
    ['file:/etc', 'is no Git URL'],
    ['../policy', 'is no Git URL'],
    ['git:secret@git.example.com:org/policy.git', 'ssh takes no password there'],
    ['git:se/secret@git.example.com:org/policy.git', 'ssh takes no password there'],
    ['git:secret@git.example.com/policy.git', 'ssh takes no password there'],
    ['ext::sh -c secret', '"ext::…" is no Git URL'],
    ['ftp://git:secret@git.example.com/a', '"ftp://…" is no Git URL'],
    ['https://git:se/secret@git.example.com/a', '"https://…" has no usable host name'],
    ['secret', 'This text is no Git URL'],
  ])('%j', (url, words) => {
    expect(() => gitSource(gitSettings(url), '/nowhere')).toThrow(words);
    expect(() => gitSource(gitSettings(url), '/nowhere')).not.toThrow('secret');
    expect(refusal({ KIROSYNC_GIT_URL: url })).toMatch(/^git-url: KIROSYNC_GIT_URL: /);
    expect(refusal({ KIROSYNC_GIT_URL: url })).not.toContain('secret');
  });

  it.each(['-x', '--upload-pack=touch', 'a..b', 'a:refs/heads/b', '@{u}', 'main^{tree}', 'x.lock', '\u202emain\u0000'])(
    'branch %j',
    (branch) => {
      expect(refusal({ KIROSYNC_GIT_URL: '/srv/a', KIROSYNC_GIT_BRANCH: branch })).toContain('is no branch name');
    },
  );

  it.each(['../../etc', '/etc', 'a/../../b'])('path %j', (path) => {
    expect(refusal({ KIROSYNC_GIT_URL: '/srv/a', KIROSYNC_GIT_PATH: path })).toContain('a folder inside the repository');
  });
});

it.each([':(top)*', '-x', '--output=x', 'a b', '"$(touch x)"', 'HEAD', 'a:b', '*'])(
  'a path %j is a folder name and nothing else',
  async (path) => {
    const policy = repo();
    policy.commit('odd', { [`${path}/b.yaml`]: 'kind: B\n' });
    const { files } = await gitSource(gitSettings(policy.url, { path }), join(folder, 'state')).fetch(signal());
    expect(files.map((each) => each.path)).toEqual(['b.yaml']);
  },
);

it('the variables and configuration of the user decide nothing', async () => {
  const policy = repo();
  const evil = repo();
  const home = join(folder, 'home');
  mkdirSync(join(home, '.config', 'git'), { recursive: true });
  const run = `touch '${marker}'`;
  const config = [
    `[url "${evil.url}"]\n\tinsteadOf = ${policy.url}`,
    `[core]\n\tsshCommand = ${run}\n\thooksPath = ${home}/hooks\n\tfsmonitor = ${run}\n\tpager = ${run}\n\taskPass = ${run}`,
    '[protocol "ext"]\n\tallow = always',
    `[uploadpack]\n\tpackObjectsHook = ${run}`,
    `[credential]\n\thelper = !${run}`,
    '[fetch]\n\trecurseSubmodules = true',
    `[gpg]\n\tprogram = ${run}`,
  ].join('\n');
  writeFileSync(join(home, '.gitconfig'), config);
  writeFileSync(join(home, '.config', 'git', 'config'), config);
  surroundings({
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_SYSTEM: join(home, '.gitconfig'),
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.${evil.url}.insteadOf`,
    GIT_CONFIG_VALUE_0: policy.url,
    GIT_CONFIG_PARAMETERS: `'url.${evil.url}.insteadOf=${policy.url}'`,
    GIT_DIR: join(evil.folder, '.git'),
    GIT_WORK_TREE: evil.folder,
    GIT_OBJECT_DIRECTORY: join(evil.folder, '.git', 'objects'),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(evil.folder, '.git', 'objects'),
    GIT_INDEX_FILE: join(evil.folder, '.git', 'index'),
    GIT_EXEC_PATH: home,
    GIT_TEMPLATE_DIR: home,
    GIT_SSH: join(home, 'ssh'),
    GIT_SSH_COMMAND: run,
    GIT_PROXY_COMMAND: run,
    GIT_ASKPASS: run,
    SSH_ASKPASS: run,
    GIT_EXTERNAL_DIFF: run,
    GIT_PAGER: run,
    GIT_EDITOR: run,
    GIT_TRACE: join(folder, 'trace'),
    GIT_ALLOW_PROTOCOL: 'ext',
    GIT_PROTOCOL_FROM_USER: '1',
    GIT_NAMESPACE: 'evil',
  });
  const { revision } = await gitSource(gitSettings(policy.url), join(folder, 'state')).fetch(signal());
  expect(revision).toBe(`main@sha1:${readFileSync(join(policy.folder, '.git/refs/heads/main'), 'utf8').trim()}`);
  expect(existsSync(join(folder, 'trace'))).toBe(false);
});

/** What an HTTP server was asked: path and authorization. */
async function server(answer: (url: string) => { readonly status: number; readonly location?: string }) {
  const seen: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const made = createServer((request, response) => {
    const url = request.url ?? '';
    seen.push({ url, authorization: request.headers.authorization });
    const { status, location } = answer(url);
    const asks = status === 401 ? { 'www-authenticate': 'Basic realm="git"' } : {};
    response.writeHead(status, location === undefined ? asks : { location: location + url }).end();
  });
  undo.push(() => {
    made.closeAllConnections();
    made.close();
  });
  await new Promise<void>((done) => made.listen(0, '127.0.0.1', done));
  return { seen, port: (made.address() as AddressInfo).port }; // a listening TCP server has such an address
}

it.each(['another host', 'file', 'ext'])('a redirect to %s is not followed, and named', async (where) => {
  const other = await server(() => ({ status: 404 }));
  const policy = repo();
  const to = { 'another host': `http://127.0.0.1:${other.port}`, file: policy.url, ext: `ext::touch% ${marker}#` }[where] ?? '';
  const first = await server(() => ({ status: 302, location: to }));
  const settings = gitSettings(`http://127.0.0.1:${first.port}/a.git`, { auth: { token: 'tok-0123456789', allowHttp: true } });
  const { failures } = await failureOf(gitSource(settings, join(folder, 'state')).fetch(signal()));
  expect(failures).toMatchObject([
    { kind: 'wrong', message: expect.stringContaining('redirect'), advice: expect.stringContaining('Set git.url') },
  ]);
  expect(other.seen).toEqual([]);
});

it('what a .netrc has for the host is not sent', async () => {
  const host = await server(() => ({ status: 401 }));
  writeFileSync(join(folder, '.netrc'), 'machine 127.0.0.1 login ana password s3cret\n', { mode: 0o600 });
  surroundings({ HOME: folder });
  const settings = gitSettings(`http://127.0.0.1:${host.port}/a.git`, { auth: { allowHttp: true } });
  await failureOf(gitSource(settings, join(folder, 'state')).fetch(signal()));
  expect(host.seen.length).toBeGreaterThan(0);
  expect(host.seen.map((each) => each.authorization).filter((each) => each !== undefined)).toEqual([]);
});

describe('ssh', () => {
  /** A program `ssh` first on PATH that writes down its arguments and serves `policy`, or fails with `words`. */
  function fakeSsh(policy: Repository, words: string | null = null): string {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const serve = `for last; do :; done; exec sh -c "$(echo "$last" | sed "s|'/policy.git'|'${policy.folder}'|")"`;
    const log = join(folder, 'arguments');
    const end = words === null ? serve : `echo "${words}" >&2; exit 255`;
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" > '${log}'\n${end}\n`);
    chmodSync(join(bin, 'ssh'), 0o755);
    surroundings({ PATH: `${bin}:${process.env['PATH']}` });
    return log;
  }

  it.each(['ssh://git@git.example.com:2222/policy.git', 'git@git.example.com:/policy.git'])(
    '%s: strict, without configuration',
    async (url) => {
      const policy = repo();
      const log = fakeSsh(policy);
      const file = (name: string) => join(folder, `with space, 'quote' and %h ${name}`);
      for (const name of ['key', 'hosts']) writeFileSync(file(name), '');
      const settings = gitSettings(url, { auth: { sshKeyFile: file('key'), knownHostsFile: file('hosts') } });
      const { revision } = await gitSource(settings, join(folder, 'state')).fetch(signal());
      expect(revision).toMatch(/^main@sha1:/);
      const given = readFileSync(log, 'utf8').trimEnd().split('\n');
      const literal = (name: string) => file(name).replaceAll('%', '%%');
      expect(given.slice(0, 2)).toEqual(['-F', '/dev/null']);
      for (const option of ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'IdentitiesOnly=yes']) {
        expect(given[given.indexOf(option) - 1]).toBe('-o');
      }
      expect(given[given.indexOf('-i') + 1]).toBe(literal('key'));
      expect(given).toContain(`UserKnownHostsFile="${literal('hosts')}"`);
      expect(given.slice(-2)).toEqual(['git@git.example.com', "git-upload-pack '/policy.git'"]);
      expect(given.includes('2222')).toBe(url.startsWith('ssh://'));
    },
  );

  it.each([
    ['Host key verification failed.', 'denied', 'git.auth.knownHostsFile'],
    ['git@git.example.com: Permission denied (publickey).', 'denied', 'git.auth.sshKeyFile'],
    ['ssh: connect to host git.example.com port 22: Connection refused', 'unreachable', 'network'],
  ])('%s', async (words, kind, advice) => {
    fakeSsh(repo(), words);
    const { failures } = await failureOf(gitSource(gitSettings('git@git.example.com:a'), join(folder, 'state')).fetch(signal()));
    expect(failures).toMatchObject([{ kind, advice: expect.stringContaining(advice) }]);
  });
});
