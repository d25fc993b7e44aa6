import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { gitSource } from '../../../src/adapters/git-source.ts';
import { RemoteError, UserError } from '../../../src/errors.ts';
import { commitOf } from '../../../src/model/revision.ts';
import type { GitSettings } from '../../../src/model/settings.ts';
import { type Repository, repository } from '../../support/repository.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

function repo(): Repository {
  const made = repository();
  undo.push(made.dispose);
  return made;
}

function state(): string {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-state-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

type Over = Partial<Omit<GitSettings, 'auth'>> & { readonly auth?: Partial<GitSettings['auth']> };

function settings(url: string, over: Over = {}): GitSettings {
  const auth = { token: null, sshKeyFile: null, knownHostsFile: null, allowHttp: false, ...over.auth };
  return { url, branch: 'main', path: '', verify: null, forge: null, ...over, auth };
}

const signal = () => new AbortController().signal;

async function failureOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof RemoteError) return error;
  throw new Error(`expected a RemoteError, got ${String(error)}`);
}

function texts(files: readonly { readonly path: string }[]): Record<string, string> {
  return Object.fromEntries(
    files
      .map((file) => [
        'content' in file && file.content instanceof Uint8Array ? Buffer.from(file.content).toString() : 'skipped',
        file.path,
      ])
      .map(([a, b]) => [b, a]),
  );
}

describe('fetch', () => {
  it('gives the YAML of the branch head, sorted, with its revision and blob ids', async () => {
    const policy = repo();
    const commit = policy.commit('first', {
      'b.yaml': 'kind: B\n',
      'a/ü.yml': 'kind: A\n',
      'README.md': '#',
      '.github/x.yaml': 'no',
      'a/.hidden.yaml': 'no',
    });
    const fetched = await gitSource(settings(policy.url), state()).fetch(signal());
    expect(fetched.revision).toBe(`main@sha1:${commit}`);
    expect(texts(fetched.files)).toEqual({ 'a/ü.yml': 'kind: A\n', 'b.yaml': 'kind: B\n' });
    expect(fetched.files.map((file) => file.path)).toEqual(['a/ü.yml', 'b.yaml']);
    expect(fetched.files.at(1)).toMatchObject({ id: policy.git('rev-parse', 'HEAD:b.yaml').trim() });
  });

  it('reads bytes as they are: no filters, no line ends', async () => {
    const policy = repo();
    const bytes = new Uint8Array([0xff, 0x00, 0x0d, 0x0a, 0x0a, 0x80]);
    policy.commit('bytes', { 'a.yaml': bytes, 'empty.yaml': '' });
    const { files } = await gitSource(settings(policy.url), state()).fetch(signal());
    expect(files[0]).toMatchObject({ path: 'a.yaml', content: bytes });
    expect(files[1]).toMatchObject({ path: 'empty.yaml', content: new Uint8Array() });
  });

  it('follows new commits and reads the folder that the settings name', async () => {
    const policy = repo();
    policy.commit('first', { 'kiro/a.yaml': '1', 'b.yaml': 'no' });
    const source = gitSource(settings(policy.url, { path: 'kiro' }), state());
    expect(texts((await source.fetch(signal())).files)).toEqual({ 'a.yaml': '1' });
    policy.commit('second', { 'kiro/a.yaml': '2', 'kiro/c.yaml': '3' });
    expect(texts((await source.fetch(signal())).files)).toEqual({ 'a.yaml': '2', 'c.yaml': '3' });
  });

  it('reports symlinks, submodules and large files and follows none of them', async () => {
    const policy = repo();
    policy.write({ 'big.yaml': 'x'.repeat(1024 * 1024 + 1), 'fits.yaml': 'x'.repeat(1024 * 1024), 'notes.txt': '' });
    policy.link('passwd.yaml', '/etc/passwd');
    policy.link('teams', '/etc');
    policy.link('notes.md', 'notes.txt');
    policy.git('add', '--all');
    policy.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},vendor`);
    policy.git('commit', '--quiet', '--message', 'odd');
    const { files } = await gitSource(settings(policy.url), state()).fetch(signal());
    expect(files.map((file) => [file.path, 'skipped' in file ? file.skipped : 'content'])).toEqual([
      ['big.yaml', 'too-large'],
      ['fits.yaml', 'content'],
      ['passwd.yaml', 'symlink'],
      ['teams', 'symlink'],
      ['vendor', 'submodule'],
    ]);
  });

  it('says that the branch or the folder is missing', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const branch = await failureOf(gitSource(settings(policy.url, { branch: 'release' }), state()).fetch(signal()));
    expect(branch.failures).toMatchObject([
      { kind: 'wrong', operation: 'git fetch', message: expect.stringContaining('no branch "release"') },
    ]);
    const folder = await failureOf(gitSource(settings(policy.url, { path: 'kiro/x' }), state()).fetch(signal()));
    expect(folder.failures).toMatchObject([{ kind: 'wrong', message: expect.stringContaining('no folder "kiro/x"') }]);
  });

  it('says that the repository cannot be reached, and still has the last good revision', async () => {
    const policy = repo();
    const commit = policy.commit('first', { 'a.yaml': '1' });
    const dir = state();
    const source = gitSource(settings(policy.url), dir);
    expect(await source.lastGood(signal())).toBeNull();
    await source.fetch(signal());
    policy.dispose();
    const error = await failureOf(source.fetch(signal()));
    expect(error.failures).toMatchObject([{ kind: 'unreachable', advice: expect.stringContaining('last good revision') }]);
    const restarted = gitSource(settings(policy.url), dir);
    expect(await restarted.lastGood(signal())).toMatchObject({ revision: `main@sha1:${commit}`, files: [{ path: 'a.yaml' }] });
  });

  it('notices a deleted branch instead of going on with the old head', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const source = gitSource(settings(policy.url), state());
    await source.fetch(signal());
    policy.git('branch', '--move', 'main', 'trunk');
    expect((await failureOf(source.fetch(signal()))).message).toContain('no branch "main"');
  });

  it('heals a broken local copy and old locks of a killed process', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const dir = state();
    const source = gitSource(settings(policy.url), dir);
    await source.fetch(signal());
    const [name = ''] = readdirSync(join(dir, 'git'));
    const lock = join(dir, 'git', name, 'refs/heads/main.lock');
    mkdirSync(join(lock, '..'), { recursive: true });
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    policy.commit('second', { 'a.yaml': '2' });
    expect(texts((await source.fetch(signal())).files)).toEqual({ 'a.yaml': '2' });
    writeFileSync(join(dir, 'git', name, 'HEAD'), 'rubbish');
    expect(texts((await source.fetch(signal())).files)).toEqual({ 'a.yaml': '2' });
  });

  it('rejects with the reason of an abort', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const reason = new Error('stopping');
    await expect(gitSource(settings(policy.url), state()).fetch(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('runs no hook of the fetched repository or of the local copy', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const dir = state();
    const source = gitSource(settings(policy.url), dir);
    await source.fetch(signal());
    const [name = ''] = readdirSync(join(dir, 'git'));
    const trace = join(dir, 'trace');
    mkdirSync(join(dir, 'git', name, 'hooks'), { recursive: true });
    writeFileSync(join(dir, 'git', name, 'hooks', 'reference-transaction'), `#!/bin/sh\necho ran > '${trace}'\n`, { mode: 0o755 });
    policy.commit('second', { 'a.yaml': '2' });
    await source.fetch(signal());
    expect(readdirSync(dir)).toEqual(['git']);
  });
});

describe('history', () => {
  it('knows a fast-forward from a rewrite, and who committed what', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const source = gitSource(settings(policy.url), state());
    const first = (await source.fetch(signal())).revision ?? '';
    policy.commit('second', { 'a.yaml': '2' });
    policy.commit('third: with a colon', { 'a.yaml': '3' });
    const third = (await source.fetch(signal())).revision ?? '';
    expect(await source.descends(first, third, signal())).toBe(true);
    expect(await source.descends(third, first, signal())).toBe(false);
    expect(await source.descends(third, third, signal())).toBe(true);
    const log = await source.commits(first, third, 10, signal());
    expect(log.map((each) => [each.author, each.subject])).toEqual([
      ['Ana', 'third: with a colon'],
      ['Ana', 'second'],
    ]);
    expect(log[0]).toMatchObject({ revision: third, at: '2026-09-21T14:16:20.000Z' });
    expect(await source.commits(null, third, 10, signal())).toHaveLength(1);

    policy.git('reset', '--quiet', '--hard', commitOf(first) ?? '');
    policy.commit('rewritten', { 'a.yaml': '4' });
    const rewritten = (await source.fetch(signal())).revision ?? '';
    expect(await source.descends(third, rewritten, signal())).toBe(false);
    expect(await source.descends(first, rewritten, signal())).toBe(true);
    expect(texts((await source.read(third, signal())).files)).toEqual({ 'a.yaml': '3' });
  });

  it('refuses to read a revision that it does not have', async () => {
    const policy = repo();
    policy.commit('first', { 'a.yaml': '1' });
    const source = gitSource(settings(policy.url), state());
    const unknown = `main@sha1:${'0'.repeat(40)}`;
    await expect(source.read(unknown, signal())).rejects.toBeInstanceOf(UserError);
    await source.fetch(signal());
    await expect(source.read(unknown, signal())).rejects.toThrow('is not in the local copy');
    await expect(source.read('--output=x', signal())).rejects.toBeInstanceOf(UserError);
    expect(await source.descends(unknown, unknown, signal())).toBe(false);
  });
});

describe('refused before git sees them', () => {
  it.each(['ext::sh -c touch% /tmp/x', '--upload-pack=/bin/sh', 'http://git.example.com/a.git', 'git://git.example.com/a', '-x@host:y'])(
    '%s',
    (url) => {
      expect(() => gitSource(settings(url), '/nowhere')).toThrow(UserError);
    },
  );
  it.each(['-x', 'a..b', 'a b', 'x.lock', '@{-1}', 'a:b'])('branch %s', (branch) => {
    expect(() => gitSource(settings('https://git.example.com/a.git', { branch }), '/nowhere')).toThrow('no branch name');
  });
});

describe('credentials over http', () => {
  it('sends the token as a header only, and shows it nowhere', async () => {
    const seen: (string | undefined)[] = [];
    const port = await listen((authorization) => seen.push(authorization));
    const dir = state();
    const url = `http://bot:s3cret-password@127.0.0.1:${port}/policy.git`;
    const error = await failureOf(gitSource(settings(url, { auth: { token: 'tok-0123456789', allowHttp: true } }), dir).fetch(signal()));
    expect(seen).toContain(`Basic ${Buffer.from('bot:tok-0123456789').toString('base64')}`);
    expect(error.failures).toMatchObject([{ kind: 'denied', advice: expect.stringContaining('KIROSYNC_GIT_TOKEN') }]);
    const told = JSON.stringify(error.failures) + error.message + String(error.stack);
    for (const secret of ['tok-0123456789', 's3cret-password', Buffer.from('bot:tok-0123456789').toString('base64')])
      expect(told).not.toContain(secret);
    for (const file of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) expect(readFileSync(join(file.parentPath, file.name), 'latin1')).not.toMatch(/s3cret|tok-0/);
    }
  });
});

it('fetches over http with a token from a real Git server', async () => {
  const policy = repo();
  const commit = policy.commit('first', { 'a.yaml': '1' });
  const wanted = `Basic ${Buffer.from('x-access-token:tok-0123456789').toString('base64')}`;
  const port = await serveGit(policy, wanted);
  const auth = { token: 'tok-0123456789', allowHttp: true };
  const fetched = await gitSource(settings(`http://127.0.0.1:${port}/.git`, { auth }), state()).fetch(signal());
  expect(fetched.revision).toBe(`main@sha1:${commit}`);
  const wrong = gitSource(settings(`http://127.0.0.1:${port}/.git`, { auth: { ...auth, token: 'another' } }), state());
  expect((await failureOf(wrong.fetch(signal()))).failures).toMatchObject([{ kind: 'denied' }]);
});

/** Git's own smart-http server (a CGI program) behind an HTTP server that asks for one header. */
async function serveGit(policy: Repository, authorization: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const env = {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: policy.folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    };
    const cgi = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    request.pipe(cgi.stdin);
    const chunks: Buffer[] = [];
    cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    cgi.on('close', () => {
      const answer = Buffer.concat(chunks);
      const end = answer.indexOf('\r\n\r\n');
      const headers = answer
        .subarray(0, end)
        .toString()
        .split('\r\n')
        .map((line) => line.split(': '));
      response.writeHead(200, Object.fromEntries(headers)).end(answer.subarray(end + 4));
    });
  });
  undo.push(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port; // a listening TCP server has such an address
}

it('an abort ends a fetch from a host that never answers', async () => {
  const server = createServer();
  const asked = once(server, 'request');
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
  const stop = new AbortController();
  const fetching = gitSource(settings(`http://127.0.0.1:${port}/a.git`, { auth: { allowHttp: true } }), state()).fetch(stop.signal);
  const reason = new Error('stopping');
  const rejected = expect(fetching).rejects.toBe(reason);
  await asked;
  stop.abort(reason);
  await rejected;
});

async function listen(onRequest: (authorization: string | undefined) => void): Promise<number> {
  const server: Server = createServer((request, response) => {
    onRequest(request.headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  undo.push(() => server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port; // a listening TCP server has such an address
}
