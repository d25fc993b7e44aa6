import { existsSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { UserError } from '../../src/errors.ts';
import type { Settings } from '../../src/model/settings.ts';
import { VARIABLES } from '../../src/settings/variable.ts';
import { readSettings } from '../../src/settings.ts';
import { cutFrom, editedFrom, hostileText } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, type Site, site } from './site.ts';

const TEXT = `git:
  url: https://git.example.com/policy.git
  branch: release
  path: kiro
  auth: { token: planted-0123456789abcdef, sshKeyFile: one.secret, knownHostsFile: lines.secret }
  verify: { sshAllowedSignersFile: one.secret, sshRevocationFile: lines.secret, gpgKeysFile: one.secret }
mode: enforce
profiles: { engineering: { mode: enforce }, research: { mode: observe } }
schedule: { reconcile: "0 * * * *", reports: "0 8 * * 1" }
limits: { removals: { percent: 8, count: 6 }, moves: { percent: 5 }, increase: { percent: 2.5, usd: 3 } }
seatGroups: [kiro-*, seats-*]
exceptions: { rules: [over-budget], maxKeys: 5 }
protected: { users: [ana@example.com] }
quota: { share: 0.5 }
overlapHours: 48
applicationAssignments: manage
assumeRoleArn: arn:aws:iam::111122223333:role/kirosync
http: { host: 127.0.0.1, port: 0, tokens: { read: [read-0123456789abcdef], write: [write-0123456789abcdef] }, webhookSecret: hook-0123456789abcdef }
stateDir: state
usage: [usage]
log: { level: debug, names: true }
`;
/** Files that settings may name. What begins with `planted` is a secret; `none.secret` is not there, `folder.secret` is no file. */
const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'one.secret': 'planted-0123456789abcdef\n',
  'lines.secret': 'planted-0123456789abcdef\r\n\n  planted-fedcba9876543210  \n',
  'empty.secret': '',
  'blank.secret': ' \r\n\t\n',
  'control.secret': 'planted-\u0000\u001b[2J\u202e0123456789',
  'bytes.secret': Uint8Array.from([0xff, 0xfe, 0x70, 0x00]),
  'bom.secret': '\ufeffplanted-0123456789abcdef',
  'long.secret': `planted-${'0123456789'.repeat(20_000)}`,
};
const NAMES = [...Object.keys(FILES), 'none.secret', 'folder.secret', '.', '../one.secret', './lines.secret'];
/** Mostly a good one: a single bad one is enough for a refusal, and there are up to seven. */
const file = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('one.secret', 'lines.secret') },
  { weight: 1, arbitrary: fc.constantFrom(...NAMES) },
);

/** The same settings with their secrets in files, good ones and others, and with every part of `git.verify` or only some. */
const inFiles: fc.Arbitrary<unknown> = fc
  .record({
    auth: fc.record({ tokenFile: file }, { requiredKeys: [] }),
    verify: fc.option(fc.record({ sshAllowedSignersFile: file, sshRevocationFile: file, gpgKeysFile: file }, { requiredKeys: [] })),
    tokens: fc.record({ readFile: file, writeFile: file }, { requiredKeys: [] }),
    secret: fc.record({ webhookSecretFile: file }, { requiredKeys: [] }),
    host: fc.constantFrom('127.0.0.1', '0.0.0.0'),
  })
  .map(({ auth, verify, tokens, secret, host }) => ({
    ...parse(TEXT),
    git: { url: 'https://git.example.com/policy.git', auth, verify },
    http: { host, port: 0, tokens, ...secret },
  }));

const WORDS = [
  ...['{', '}', '[', ']', ': ', '- ', '&a ', '*a', '<<: *a\n', '---\n', '? ', '__proto__: ', '!!js/function ', '\n', '  '],
  ...['verify: ', 'tokenFile: ', 'readFile: ', 'webhookSecretFile: ', ...NAMES],
];
const INLINE = {
  KIROSYNC_GIT_URL: 'https://git.example.com/policy.git',
  KIROSYNC_HTTP_PORT: '0',
  KIROSYNC_HTTP_HOST: '::1',
  KIROSYNC_PROFILE_MODES: 'engineering=enforce, research=observe',
  KIROSYNC_LIMITS_REMOVALS_PERCENT: '8',
  KIROSYNC_QUOTA_SHARE: '0.5',
  KIROSYNC_LOG_NAMES: 'true',
  KIROSYNC_SEAT_GROUPS: 'kiro-*,seats-*',
  KIROSYNC_SCHEDULE_RECONCILE: '0 * * * *',
  KIROSYNC_STATE_DIR: 'state',
  KIROSYNC_READ_TOKENS: 'planted-0123456789abcdef',
};
const BY_FILE = {
  KIROSYNC_GIT_URL: 'https://git.example.com/policy.git',
  KIROSYNC_GIT_TOKEN_FILE: 'one.secret',
  KIROSYNC_GIT_SSH_KEY_FILE: 'one.secret',
  KIROSYNC_GIT_VERIFY_SSH_ALLOWED_SIGNERS_FILE: 'one.secret',
  KIROSYNC_GIT_VERIFY_SSH_REVOCATION_FILE: 'lines.secret',
  KIROSYNC_GIT_VERIFY_GPG_KEYS_FILE: 'one.secret',
  KIROSYNC_HTTP_HOST: '0.0.0.0',
  KIROSYNC_READ_TOKENS_FILE: 'lines.secret',
  KIROSYNC_WRITE_TOKENS_FILE: 'one.secret',
  KIROSYNC_WEBHOOK_SECRET_FILE: 'one.secret',
};

/** Whatever is in the settings, they are frozen, of plain objects and whole, or they are refused with every problem as a sentence. */
function judge(read: () => Settings): 'taken' | 'refused' {
  try {
    const settings = read();
    plain(settings);
    whole(settings);
    return 'taken';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expectThat(error.diagnostics.length > 0 && error.diagnostics.every(({ message }) => message !== ''), 'refused without a word');
    expectThat(!/planted-/.test(JSON.stringify([error.message, error.diagnostics])), 'a secret is in the refusal');
    return 'refused';
  }
}

/** What the rest of kirosync relies on. */
function whole({ stateDir, git, http }: Settings): void {
  expectThat(isAbsolute(stateDir), 'a state directory that moves with the process');
  const { read, write } = http.tokens;
  const loopback = /^(127(\.\d{1,3}){3}|::1|\[::1\]|localhost)$/i.test(http.host);
  expectThat(loopback || read.length + write.length > 0, `${http.host} is open to everybody`);
  if (git === null) return;
  expectThat(!git.path.startsWith('/') && !git.path.split('/').includes('..'), `a path out of the repository: ${git.path}`);
  const named = [git.auth.sshKeyFile, git.auth.knownHostsFile, ...Object.values(git.verify ?? {})].filter((each) => each !== null);
  for (const each of named) expectThat(isAbsolute(each) && existsSync(each), `a file that is not there: ${each}`);
  if (git.verify === null) return;
  const { sshAllowedSignersFile: signers, sshRevocationFile: revoked, gpgKeysFile: keys } = git.verify;
  expectThat(signers !== null || keys !== null, 'nobody may sign');
  expectThat(revoked === null || signers !== null, 'a revocation of nothing');
}

function files({ folder, put }: Site): void {
  for (const [name, content] of Object.entries(FILES)) put(name, Buffer.from(content));
  mkdirSync(join(folder, 'folder.secret'));
}

function plain(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  expectThat(prototype === Object.prototype || prototype === Array.prototype, `a prototype of its own: ${JSON.stringify(value)}`);
  expectThat(Object.isFrozen(value), `not frozen: ${JSON.stringify(value)}`);
  for (const inner of Object.values(value)) plain(inner);
}

const yaml = (value: unknown): Buffer => Buffer.from(stringify(value, { aliasDuplicateObjects: false }) ?? '');

export const settingsFile: Target = {
  name: 'settings',
  inputs: fc.oneof(
    { weight: 2, arbitrary: editedFrom([parse(TEXT)]).map(yaml) },
    { weight: 2, arbitrary: inFiles.map(yaml) },
    { weight: 1, arbitrary: inFiles.chain((value) => editedFrom([value], 2)).map(yaml) },
    { weight: 1, arbitrary: cutFrom([TEXT], WORDS) },
  ),
  short: 100,
  long: 20_000,
  open: async () => {
    const place = site();
    const { folder, put, close } = place;
    files(place);
    const run = async (input: Buffer) => {
      const file = put('settings.yaml', input);
      return judge(() =>
        readSettings({ file, env: { KIROSYNC_PROFILE_MODES: 'research=observe,__proto__=observe' }, flags: { log: {} }, cwd: folder }),
      );
    };
    return { run, close: async () => close() };
  },
};

const variable = fc.constantFrom(...Object.keys(VARIABLES), 'KIROSYNC_X');

/** The input is the JSON of an environment. */
export const variables: Target = {
  name: 'variables',
  inputs: fc
    .oneof(
      editedFrom([INLINE, BY_FILE]),
      fc.dictionary(variable, fc.oneof(hostileText, file), { maxKeys: 4 }),
      fc.dictionary(variable, file, { maxKeys: 3 }).map((more) => ({ ...BY_FILE, ...more })),
      fc.string({ unit: 'binary' }).map((text) => ({ KIROSYNC_PROFILE_MODES: `${text}=enforce,__proto__=observe` })),
    )
    .map((value) => Buffer.from(JSON.stringify(value) ?? '{}')),
  short: 100,
  long: 20_000,
  open: async () => {
    const place = site();
    files(place);
    const run = async (input: Buffer) => {
      const value: unknown = JSON.parse(input.toString('utf8'));
      const pairs = typeof value === 'object' && value !== null ? Object.entries(value) : [];
      const env = Object.fromEntries(pairs.map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]));
      return judge(() => readSettings({ file: null, env, flags: {}, cwd: place.folder }));
    };
    return { run, close: async () => place.close() };
  },
};
