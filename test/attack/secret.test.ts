import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { run as cli } from '../../src/cli.ts';
import type { Io } from '../../src/commands/io.ts';
import { bug } from '../../src/failure.ts';
import { createLog } from '../../src/log.ts';
import { cleanError, cleaner, environmentSecrets, learnSecret, withoutProofs } from '../../src/secret.ts';
import { DIRECTORY, directory, folder, POLICY } from '../cli/site.ts';
import { start } from '../support/cli.ts';
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts';
import { repository } from '../support/repository.ts';

// Every secret that kirosync is given, and every place where it could come out again.

const PLANTED = {
  gitPassword: 'gitPASS-4f1c/9a+7e=22d0b',
  gitToken: 'gitTOKEN-83b1f0c2d94e57a6',
  readToken: 'readTOKEN-0a9b8c7d6e5f4321',
  writeToken: 'writeTOKEN-77aa66bb55cc44dd',
  webhook: 'webhookSECRET-1029384756afbe',
  clientToken: 'clientTOKEN-5566778899aabbcc',
  awsSecret: 'awsSECRET/wJalr+UtnFEMIK7MDENG',
  awsSession: 'awsSESSION//FwoGZXIvYXdzEPb+session==',
  proxyPassword: 'proxyPASS-aabbccddee112233',
  fileSecret: 'fileSECRET+kq8/Zt51rWnPYc07uVXbJ',
  fileSession: 'fileSESSION//IQoJb3JpZ2luX2VjEN3+aa11==',
  roleSecret: 'roleSECRET/b7Jm+2xQGhT9sLd4eRfUw',
  roleSession: 'roleSESSION//AgoXk39rZGF0YQ+PzW60==',
  otherSecret: 'otherSECRET+0pLm/Yx6Tgb8uJk2RfvQa',
  webIdentity: 'webIDENTITY-eyJhbGciOiJSUzI1NiIs.eyJzdWIi.c2ln',
  otherSession: 'otherSESSION//VdMs41cGVyc29u+Kq83==',
} as const;

/** What a secret looks like wherever it went: as it is, half of it, in a URL, in base64 at any offset, in hex. */
function traces(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const inside = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, -4);
  });
  return [secret, secret.slice(0, 14), secret.slice(-12), encodeURIComponent(secret), bytes.toString('hex'), ...inside];
}
const NEEDLES = Object.entries(PLANTED).flatMap(([name, secret]) => traces(secret).map((trace) => [name, trace] as const));

/** The names of the secrets that are in a text, in whatever form. */
const found = (text: string): readonly string[] => [...new Set(NEEDLES.filter(([, trace]) => text.includes(trace)).map(([name]) => name))];

/** Every file below a folder, as one text. */
function everyByte(path: string): string {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`).join('\n');
}

describe('the search itself', () => {
  it('finds every form', () => {
    const secret = PLANTED.gitPassword;
    for (const text of [
      `a ${secret} b`,
      encodeURIComponent(secret),
      btoa(`x:${secret}`),
      btoa(`xy:${secret}`),
      btoa(`xyz:${secret}`),
      Buffer.from(secret).toString('hex'),
      `${secret.slice(0, 14)}…`,
    ])
      expect(found(text), text).toEqual(['gitPassword']);
    expect(found('gitPASS and others')).toEqual([]);
  });

  it('and what cleans the log removes every whole form of it', () => {
    const clean = cleaner(Object.values(PLANTED), true);
    for (const secret of Object.values(PLANTED))
      for (const text of [
        secret,
        encodeURIComponent(secret),
        btoa(`x:${secret}`),
        btoa(`xy:${secret}`),
        btoa(`xyz:${secret}`),
        JSON.stringify({ secret }),
      ])
        expect(found(clean(`before ${text} after`)), text).toEqual([]);
    expect(clean('nothing of that kind')).toBe('nothing of that kind');
  });
});

describe('a secret that comes while the process runs', () => {
  it('is removed by a cleaner that was made before, in every form, until so many newer ones came', () => {
    const clean = cleaner([], true);
    const [early, late] = ['earlySECRET/41+c0ffee99', 'lateSECRET/52+c0ffee88'];
    const text = `${early} ${encodeURIComponent(early)} ${btoa(`x:${early}`)} ${late}`;
    expect(clean(text)).toBe(text);
    learnSecret(early);
    expect(clean(text)).not.toMatch(/early|ZWFyb|hcmx5|c0ffee99/);
    expect(clean(text)).toContain(late);
    for (let i = 0; i < 127; i += 1) learnSecret(`filler-of-this-test-${i}`);
    learnSecret(late);
    expect(clean(`${early} ${late}`)).toBe(`${early} ***`);
    learnSecret('local');
    expect(clean('at localhost')).toBe('at localhost');
  });

  it('is removed from any error, also from the reason of an abort, whose words nobody can set', () => {
    const clean = (text: string) => text.replaceAll(PLANTED.otherSession, '***');
    for (const error of [new Error(`x ${PLANTED.otherSession}`), new DOMException(`x ${PLANTED.otherSession}`, 'AbortError')]) {
      expect(cleanError(clean, error)).toBe(error);
      expect(error.message).toBe('x ***');
      expect(found(error.stack ?? '')).toEqual([]);
    }
    expect(cleanError(clean, 'no error')).toBe('no error');
  });

  it.each([
    (value: string) => `got {"host":"x","x-amz-security-token":"${value}","a":"b"}`,
    (value: string) => `got {"headers":{"X-Amz-Security-Token":["${value}"]}}`,
    (value: string) => JSON.stringify({ dump: JSON.stringify({ 'x-amz-security-token': value, authorization: value }) }),
    (value: string) =>
      JSON.stringify(JSON.stringify(JSON.stringify({ authorization: `AWS4-HMAC-SHA256 Credential=A/b, Signature=${value}` }))),
    (value: string) => JSON.stringify(['Host', 'x', 'X-Amz-Security-Token', value, 'Authorization', `Bearer ${value}`]),
    (value: string) =>
      `The Canonical String should have been\n'POST\n/\n\nhost:x\nx-amz-security-token:${value}\n\nhost;x-amz-security-token'`,
    (value: string) =>
      `Authorization: AWS4-HMAC-SHA256 Credential=A/b/c, SignedHeaders=host;x, Signature=${value} x-amz-security-token: ${value}`,
    (value: string) => `proxy-authorization: Basic ${value}, authorization=Bearer ${value}`,
    (value: string) => `/?Action=Get&X-Amz-Security-Token=${encodeURIComponent(value)}&b=c`,
    (value: string) => encodeURIComponent(`{"x-amz-security-token":"${value}"}`),
    (value: string) => `<pre>&quot;x-amz-security-token&quot;: &quot;${value}&quot;</pre> <Authorization>${value}</Authorization>`,
    (value: string) => `{ 'x-amz-sso_bearer_token': '${value}' } Action=AssumeRoleWithWebIdentity&WebIdentityToken=${value}`,
    (value: string) => `{"clientSecret":"${value}","refreshToken":"${value}","SecretAccessKey":"${value}"}`,
  ])('and that no one told is not repeated from a dump of a request (%#)', (say) => {
    expect(found(withoutProofs(say(PLANTED.otherSession)))).toEqual([]);
  });

  it.each([
    'User: arn:aws:sts::111122223333:assumed-role/kirosync/x is not authorized to perform: sso:ListInstances on resource: *',
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter.",
    'The security token included in the request is expired',
    'The x-amz-security-token header is missing, authorization failed; NextToken: abc, not authorized: no',
  ])('and what AWS says of them stays: %s', (text) => {
    expect(withoutProofs(text)).toBe(text);
  });
});

let emulator: TestEmulator;
let policy: ReturnType<typeof folder>;
const undo: (() => unknown)[] = [];
beforeAll(async () => {
  emulator = await startTestEmulator({ seed: directory(DIRECTORY) });
  policy = folder(POLICY);
});
afterAll(async () => {
  policy.dispose();
  await emulator.close();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.control('faults', { clear: true });
  for (const step of undo.splice(0).reverse()) await step();
});

const AWS = () => ({
  AWS_ENDPOINT_URL: emulator.url,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: PLANTED.awsSecret,
  AWS_SESSION_TOKEN: PLANTED.awsSession,
});
const KIROSYNC = {
  KIROSYNC_GIT_URL: `https://ana:${encodeURIComponent(PLANTED.gitPassword)}@git.example.com/policy.git`,
  KIROSYNC_GIT_TOKEN: PLANTED.gitToken,
  KIROSYNC_READ_TOKENS: PLANTED.readToken,
  KIROSYNC_WRITE_TOKENS: PLANTED.writeToken,
  KIROSYNC_WEBHOOK_SECRET: PLANTED.webhook,
  KIROSYNC_TOKEN: PLANTED.clientToken,
};

type Said = { readonly code: number; readonly out: string; readonly err: string };

/** A command in this process, with everything that it prints. The SDK reads the real environment, so that is set too. */
async function kirosync(args: readonly string[], env: Readonly<Record<string, string | undefined>> = {}): Promise<Said> {
  const all: Record<string, string | undefined> = { ...AWS(), ...KIROSYNC, ...env };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  let out = '';
  let err = '';
  const io: Io = {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    isTty: false,
    color: false,
    env: all,
    cwd: policy.path,
    signal: new AbortController().signal,
    now: () => new Date(),
    ask: async () => false,
  };
  const code = await cli(args, io);
  return { code, out, err };
}

/** Nothing planted came out; the exit code is as expected, so that the command got where it should. */
function silent({ code, out, err }: Said, expected: number): void {
  expect({ code, found: found(out + err) }, out + err).toEqual({ code: expected, found: [] });
}

describe('commands', () => {
  it('print and write no secret when all is well', async () => {
    const out = mkdtempSync(join(tmpdir(), 'kirosync-secret-'));
    undo.push(() => rmSync(out, { recursive: true }));
    silent(await kirosync(['validate', '--format', 'json']), 0);
    for (const format of ['text', 'json', 'markdown'])
      silent(
        await kirosync(['plan', '--format', format, '--out', join(out, 'plan.json'), '--record', join(out, `live-${format}.json`)]),
        2,
      );
    silent(await kirosync(['drift', '--format', 'json']), 2);
    silent(await kirosync(['credits', '--format', 'json']), 0);
    silent(await kirosync(['explain', 'ana@example.com']), 0);
    silent(await kirosync(['import', '--out', join(out, 'import')]), 0);
    silent(await kirosync(['iam-policy', '--mode', 'apply']), 0);
    silent(await kirosync(['apply', '--yes']), 0);
    expect(found(everyByte(out))).toEqual([]);
    expect(everyByte(out)).toContain('kirosync.live/v1');
  });

  it('print none when AWS denies, throttles, or answers with what it was sent', async () => {
    await emulator.control('faults', { kind: 'reject' });
    for (const args of [['plan'], ['apply', '--yes'], ['drift'], ['import', '--out', join(policy.path, 'never')]])
      silent(await kirosync(args), 5);
    // A wrong endpoint may repeat in its error whatever it was sent.
    const echo = await server((request, body) => ({
      status: 400,
      type: 'application/x-amz-json-1.1',
      body: JSON.stringify({ __type: 'AccessDeniedException', message: `got ${JSON.stringify(request.headers)} ${body}` }),
    }));
    silent(await kirosync(['plan'], { AWS_ENDPOINT_URL: echo }), 5);
  });

  it('print none when settings are wrong', async () => {
    const file = (text: string): string => {
      const path = join(policy.path, 'settings.yaml');
      writeFileSync(path, text);
      undo.push(() => rmSync(path, { force: true }));
      return path;
    };
    const { gitToken: token, gitPassword: password } = PLANTED;
    const wrong = [
      `git: { url: "https://x:${encodeURIComponent(password)}@git.example.com/p.git", auth: { token: [${token}] } }`,
      `git: { url: "ftp://x:${encodeURIComponent(password)}@git.example.com/p.git" }`,
      `git: { url: "http://x:${encodeURIComponent(password)}@git.example.com/p.git" }`,
      `git: { url: https://git.example.com/p.git, auth: { token: "${token}`,
      `git: { auth: { token: *${token} } }`,
      `git: { auth: { tokens: ${token} } }`,
      `http: { webhookSecret: { ${token}: 1 } }`,
      `http: { tokens: { read: ${token} } }`,
      `http: { tokens: { read: [${token}, ${token}] } }`,
      `http: { tokens: { read: [${token}], readFile: ${token} } }`,
      `http: { host: "0.0.0.0" }\nhttp: { webhookSecret: ${token} }`,
      `${token}`,
      `- ${token}`,
      `git: !${token} x`,
      `%${token}\n---\n`,
    ];
    for (const text of wrong) silent(await kirosync(['validate', '--settings', file(text)], { KIROSYNC_GIT_URL: '' }), 1);
  });

  it.each([
    ['KIROSYNC_GIT_TOKEN_FILE', 'git.auth.tokenFile'],
    ['KIROSYNC_READ_TOKENS_FILE', 'http.tokens.readFile'],
    ['KIROSYNC_WEBHOOK_SECRET_FILE', 'http.webhookSecretFile'],
  ])('do not repeat a secret that was given where %s wants the name of a file', async (name) => {
    const env = { KIROSYNC_GIT_TOKEN: '', KIROSYNC_READ_TOKENS: '', KIROSYNC_WEBHOOK_SECRET: '', [name]: PLANTED.gitToken };
    const said = await kirosync(['validate'], env);
    silent(said, 1);
    expect(said.err).toContain(name);
  });
});

const ROLE = 'arn:aws:iam::111122223333:role/kirosync';

/** Credentials that no variable holds: files of profiles, of which `chained` assumes a role by itself; without one a web identity. */
function profile(name: 'prod' | 'chained' | undefined) {
  const home = mkdtempSync(join(tmpdir(), 'kirosync-aws-'));
  undo.push(() => rmSync(home, { recursive: true }));
  const keys = (secret: string, session: string) =>
    `aws_access_key_id=AKIAFILE\naws_secret_access_key=${secret}\naws_session_token=${session}\n`;
  const prod = `[prod]\n${keys(PLANTED.fileSecret, PLANTED.fileSession)}`;
  const source = `[source]\n${keys(PLANTED.otherSecret, PLANTED.otherSession)}`;
  writeFileSync(join(home, 'credentials'), `${prod}${source}[chained]\nrole_arn=${ROLE}\nsource_profile=source\n`);
  writeFileSync(join(home, 'web'), PLANTED.webIdentity);
  return {
    ...(name === undefined ? { AWS_ROLE_ARN: ROLE, AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'web') } : {}),
    AWS_PROFILE: name,
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_SESSION_TOKEN: undefined,
  };
}

/** An STS that gives a role to whoever asks, until `echo()`: then it denies, and repeats what it was sent. */
async function sts(echo: () => boolean = () => false): Promise<string> {
  const { roleSecret, roleSession } = PLANTED;
  const keys = `<AccessKeyId>AKIAROLE</AccessKeyId><SecretAccessKey>${roleSecret}</SecretAccessKey><SessionToken>${roleSession}</SessionToken>`;
  const role = `<Credentials>${keys}<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
  return server((request, body) => {
    const action = new URLSearchParams(body).get('Action');
    const xml = echo()
      ? `<ErrorResponse><Error><Code>AccessDenied</Code><Message>got ${repeated(request)} ${body.replaceAll('&', '&amp;')}</Message></Error></ErrorResponse>`
      : `<${action}Response><${action}Result>${role}</${action}Result></${action}Response>`;
    return { status: echo() ? 403 : 200, type: 'text/xml', body: xml };
  });
}

/** What a request carried: as a dump of its headers, and (`bare`) as values alone, which only who knows them can remove. */
function repeated(request: Request, bare = true): string {
  return `${JSON.stringify(request.headers)}${bare ? ` and ${Object.values(request.headers).join(' and ')}` : ''}`;
}

describe('credentials that are not in the environment', () => {
  const echo = (bare: boolean) =>
    server((request) => ({
      status: 400,
      type: 'application/x-amz-json-1.1',
      body: JSON.stringify({ __type: 'AccessDeniedException', message: `got ${repeated(request, bare)}` }),
    }));

  it.each([true, false])('of a profile: no command shows them when AWS repeats what it was sent (bare: %s)', async (bare) => {
    const env = { ...profile('prod'), AWS_ENDPOINT_URL: await echo(bare) };
    for (const args of [['plan'], ['plan', '--format', 'json'], ['apply', '--yes'], ['import', '--out', join(policy.path, 'never')]]) {
      const said = await kirosync(args, env);
      silent(said, 5);
      expect(said.err).toMatch(/AccessDeniedException: got /);
    }
  });

  it.each(['settings', 'profile', 'environment'])('of a role that the %s names: neither its own nor those that assume it', async (by) => {
    const asked = { echo: false };
    const env = {
      ...profile(by === 'settings' ? 'prod' : by === 'profile' ? 'chained' : undefined),
      KIROSYNC_ASSUME_ROLE_ARN: by === 'settings' ? ROLE : undefined,
      AWS_ENDPOINT_URL_STS: await sts(() => asked.echo),
    };
    const out = join(policy.path, 'plan-of-role.json');
    undo.push(() => rmSync(out, { force: true }));
    silent(await kirosync(['apply', '--yes'], env), 0);
    silent(await kirosync(['plan', '--out', out], env), 0);
    expect(found(readFileSync(out, 'utf8'))).toEqual([]);
    silent(await kirosync(['plan'], { ...env, AWS_ENDPOINT_URL: await echo(true) }), 5);
    asked.echo = true;
    const said = await kirosync(['plan'], env);
    silent(said, 5);
    expect(said.err).toMatch(/got \{/);
    // A bug that comes later, with what only the credential provider held.
    let err = '';
    const say = (text: string) => {
      err += text;
    };
    bug(new Error(`went wrong with ${PLANTED.roleSecret} ${PLANTED.roleSession}`), { stderr: say, env: {} });
    expect(err).toContain('went wrong with *** ***');
    expect(found(err)).toEqual([]);
  });
});

describe('commands that talk to the daemon', () => {
  const until = ['--reason', 'audit', '--until', '2099-01-01'];
  const { clientToken: token } = PLANTED;

  it('print no token, whatever answers', async () => {
    const echo = (status: number) =>
      server((request, body) => ({
        status,
        type: 'application/json',
        body: JSON.stringify({ error: `got ${request.method} ${body}`, advice: 'no' }),
      }));
    for (const [status, code] of [
      [400, 1],
      [401, 5],
      [403, 5],
      [404, 5],
      [500, 5],
    ] as const) {
      const url = await echo(status);
      silent(await kirosync(['suspend', '--url', url, ...until]), code);
      silent(await kirosync(['resume', '--url', url]), code);
      silent(await kirosync(['reconcile', '--url', url]), code);
    }
    silent(await kirosync(['resume', '--url', 'http://127.0.0.1:9']), 5);
  });

  it('follow no redirect, which would take the token along', async () => {
    let asked = 0;
    const other = await server(() => {
      asked += 1;
      return { status: 200, type: 'application/json', body: '{}' };
    });
    const url = await server(() => ({ status: 307, type: 'text/plain', body: '', headers: { location: `${other}/api/resume` } }));
    silent(await kirosync(['resume', '--url', url]), 5);
    expect(asked).toBe(0);
  });

  it.each([
    ['two tokens, as a file of the daemon has them', `${token}\n${token}`],
    ['a token with a line end inside', `${token.slice(0, 14)}\n${token.slice(14)}`],
    ['a token with a character that no header carries', `${token}\u2013`],
    ['a token with a control character', `${token}\u0007`],
  ])('do not repeat %s', async (_name, given) => {
    const file = join(policy.path, 'token');
    writeFileSync(file, given);
    undo.push(() => rmSync(file));
    silent(await kirosync(['resume', '--url', 'http://127.0.0.1:9', '--token-file', file]), 1);
    silent(await kirosync(['resume', '--url', 'http://127.0.0.1:9'], { KIROSYNC_TOKEN: given }), 1);
  });

  it('do not repeat a token given as the name of its file, nor one inside a URL', async () => {
    silent(await kirosync(['resume', '--url', 'http://127.0.0.1:9', '--token-file', token]), 1);
    for (const url of [
      `http://ana:${token}@127.0.0.1:9`,
      `ftp://ana:${token}@127.0.0.1`,
      `http://127.0.0.1:9/?token=${token}`,
      `http://127.0.0.1:9/#${token}`,
    ])
      silent(await kirosync(['resume', '--url', url]), 1);
  });

  it('let no daemon write to the terminal', async () => {
    const evil = '\u001b]0;owned\u0007\u001b[2J\u202e';
    const answers: Record<string, object> = {
      '/api/reconcile': { ticket: 1, startedAt: 'x' },
      '/api/status': { served: 1, startedAt: 'x', bug: null, outcome: `in-sync${evil}`, message: evil },
    };
    const url = await server((request) => ({
      status: 200,
      type: 'application/json',
      body: JSON.stringify(answers[request.url ?? ''] ?? {}),
    }));
    const bad = await server(() => ({ status: 400, type: 'application/json', body: JSON.stringify({ error: evil, advice: evil }) }));
    for (const said of [await kirosync(['reconcile', '--url', url]), await kirosync(['resume', '--url', bad])])
      for (const part of ['\u001b', '\u0007', '\u202e']) expect(said.out + said.err).not.toContain(part);
  });
});

describe('a bug', () => {
  it('is told with where to report it and its stack, and without secrets', () => {
    let err = '';
    const say = (text: string) => {
      err += text;
    };
    const env = { ...AWS(), ...KIROSYNC };
    const text = Object.values(env).join(' ');
    expect(bug(new Error(`went wrong with ${text} \u001b[2J`), { stderr: say, env })).toBe(70);
    expect(err).toMatch(/^This is a bug in kirosync\. Please report it/);
    expect(err).toMatch(/^ +at /m);
    expect(err).not.toContain('\u001b');
    expect(found(err)).toEqual([]);
  });

  it('knows the secrets of an environment', () => {
    expect([...environmentSecrets({ ...AWS(), ...KIROSYNC })].sort()).toEqual(
      [
        PLANTED.awsSecret,
        PLANTED.awsSession,
        PLANTED.gitToken,
        PLANTED.readToken,
        PLANTED.writeToken,
        PLANTED.webhook,
        PLANTED.clientToken,
      ].sort(),
    );
    expect(environmentSecrets({ KIROSYNC_READ_TOKENS: ' a-token , b-token,', AWS_SESSION_TOKEN: '' })).toEqual(['a-token', 'b-token']);
  });

  it('in a log line has no secret either, at any level and in any field', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', names: true }, Object.values(PLANTED), { write: (line) => lines.push(line) });
    const error = Object.assign(new Error(`x ${Object.values(PLANTED).join(' ')}`), {
      config: { ...PLANTED },
      cause: new Error(btoa(`u:${PLANTED.gitToken}`)),
    });
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const)
      log[level]({ err: error, deep: [{ ...PLANTED }], ...PLANTED }, `x ${PLANTED.webhook}`);
    expect(lines).toHaveLength(5);
    expect(found(lines.join())).toEqual([]);
  });
});

type Answer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Record<string, string>;
};
type Request = { readonly method?: string | undefined; readonly url?: string | undefined; readonly headers: object };

/** A server of another kind than was expected. */
async function server(answer: (request: Request, body: string) => Answer | Promise<Answer>): Promise<string> {
  const made: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      void Promise.resolve(answer(request, body)).then(({ status, type, body: text, headers = {} }) => {
        response.writeHead(status, { 'content-type': type, ...headers }).end(text);
      });
    });
  });
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    made.closeAllConnections();
    return new Promise((resolve) => made.close(resolve));
  });
  const address = made.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** AWS as the emulator plays it, until `echo()`: then it denies, and repeats what it was sent. */
async function aws(echo: () => boolean): Promise<string> {
  return server(async (request, body) => {
    const type = 'application/x-amz-json-1.1';
    const message = () => JSON.stringify({ __type: 'AccessDeniedException', message: `got ${repeated(request)}` });
    if (echo()) return { status: 400, type, body: message() };
    const {
      host: _host,
      connection: _connection,
      'content-length': _length,
      ...headers
    } = Object.fromEntries(Object.entries(request.headers));
    const answer = await fetch(emulator.url, { method: 'POST', headers, body });
    return { status: answer.status, type, body: await answer.text() };
  });
}

/** The command lines of all processes of this machine. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return ''; // it has ended meanwhile
      }
    })
    .join('\n');
}

describe('the daemon', () => {
  it('shows no secret anywhere: good pass, Git that denies and repeats what it was sent, AWS that denies, a stop', async () => {
    const branch = repository();
    undo.push(branch.dispose);
    branch.commit('policy', POLICY);
    branch.git('update-server-info');
    const seen = { authorized: 0, commands: '', git: true, aws: true };
    // Git's "dumb" protocol: plain files of the repository, for whoever has the password.
    const git = await server((request) => {
      const sent = JSON.stringify(request.headers);
      seen.commands += commandLines();
      const expected = `Basic ${btoa(`ana:${PLANTED.gitToken}`)}`;
      const headers = { 'www-authenticate': `Basic realm="${PLANTED.gitToken}"` };
      if (!seen.git || !sent.includes(expected))
        return { status: 401, type: 'text/plain', body: `denied: ${sent} ${PLANTED.gitToken}\n`, headers };
      seen.authorized += 1;
      try {
        return {
          status: 200,
          type: 'application/octet-stream',
          body: readFileSync(join(branch.folder, '.git', (request.url ?? '').replace(/^\/policy\.git|\?.*$/g, ''))),
        };
      } catch {
        return { status: 404, type: 'text/plain', body: 'no' };
      }
    });
    const state = mkdtempSync(join(tmpdir(), 'kirosync-secret-'));
    undo.push(() => rmSync(state, { recursive: true }));
    const url = git.replace('http://', `http://ana:${encodeURIComponent(PLANTED.gitPassword)}@`);
    // The role of the settings, assumed with the credentials of a profile: no variable holds what requests are signed with.
    const { AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE } = profile('prod');
    const env = {
      AWS_PROFILE: 'prod',
      AWS_SHARED_CREDENTIALS_FILE,
      AWS_CONFIG_FILE,
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL_STS: await sts(),
      KIROSYNC_ASSUME_ROLE_ARN: ROLE,
      ...KIROSYNC,
      AWS_ENDPOINT_URL: await aws(() => !seen.aws),
      KIROSYNC_GIT_URL: `${url}/policy.git`,
      KIROSYNC_GIT_ALLOW_HTTP: 'true',
      KIROSYNC_STATE_DIR: state,
      KIROSYNC_HTTP_PORT: '0',
      KIROSYNC_MODE: 'enforce',
      KIROSYNC_LOG_LEVEL: 'debug',
      KIROSYNC_LOG_NAMES: 'true',
      KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
      GIT_TRACE: '1',
      GIT_CURL_VERBOSE: '1',
      GIT_TRACE_CURL: '1',
      https_proxy: `http://ana:${PLANTED.proxyPassword}@127.0.0.1:9`,
    };
    const serving = start(['serve'], { env });
    undo.push(() => serving.child.kill('SIGKILL'));
    const base = /http:\/\/\S+/.exec(await serving.printed(/http:\/\/\S+ in/))?.[0] ?? '';
    let heard = '';
    const ask = async (method: string, path: string, headers: Record<string, string>) => {
      const answer = await fetch(`${base}${path}`, { method, headers });
      const text = await answer.text();
      heard += `${method} ${path.replace(/\?.*/, '')} ${JSON.stringify([...answer.headers])} ${text}\n`;
      return { status: answer.status, text };
    };
    const write = { authorization: `Bearer ${PLANTED.writeToken}` };
    const routes = ['/', '/healthz', '/readyz', '/metrics', '/api/status', '/api/plan', '/api/drift', '/api/credits', '/api/history'];
    const outcomeOf = async (): Promise<string> => {
      const { text } = await ask('POST', '/api/reconcile', write);
      const ticket = Number(JSON.parse(text).ticket);
      let status: { readonly served: number; readonly outcome: string } = { served: 0, outcome: '' };
      while (status.served < ticket) status = JSON.parse((await ask('GET', '/api/status', write)).text);
      for (const path of routes)
        for (const headers of [
          write,
          {},
          { authorization: `Bearer ${PLANTED.clientToken}` },
          { authorization: `Basic ${btoa(`x:${PLANTED.readToken}`)}` },
        ])
          await ask('GET', path, headers);
      await ask('GET', `/api/status?token=${PLANTED.writeToken}`, {});
      await ask('POST', '/hooks/git', { 'x-hub-signature-256': PLANTED.webhook });
      return status.outcome;
    };
    expect(['applied', 'in-sync']).toContain(await outcomeOf());
    expect(seen.authorized).toBeGreaterThan(0);
    seen.git = false;
    expect(await outcomeOf()).toBe('unreachable');
    seen.git = true;
    seen.aws = false;
    expect(await outcomeOf()).toBe('unreachable');
    serving.child.kill('SIGTERM');
    const { code, stdout, stderr } = await serving.ended;
    expect(code, stderr).toBe(0);

    expect(seen.commands).toMatch(/git.*fetch/);
    expect(heard).toMatch(/denied access/);
    expect(heard).toMatch(/AccessDeniedException: got /);
    const places = { stdout, stderr, HTTP: heard, 'state directory': everyByte(state), 'command lines': seen.commands };
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(50);
      const at = NEEDLES.find(([, trace]) => text.includes(trace));
      const where = at === undefined ? -1 : text.indexOf(at[1]);
      expect(found(text), `${place}: ${where < 0 ? '' : text.slice(Math.max(0, where - 200), where + 100)}`).toEqual([]);
    }
  }, 60_000);

  it('does not start with a token that can be guessed, and does not show it', async () => {
    const said = await kirosync(['serve'], {
      KIROSYNC_READ_TOKENS: 'guess-me',
      KIROSYNC_HTTP_PORT: '0',
      KIROSYNC_STATE_DIR: join(policy.path, 'state'),
    });
    silent(said, 1);
    expect(said.err).toMatch(/http\.tokens\.read has fewer than 16 characters/);
    expect(said.err).not.toContain('guess-me');
  });
});
