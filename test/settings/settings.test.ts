import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import type { Settings } from '../../src/model/settings.ts';
import { OTHER_VARIABLES, VARIABLES } from '../../src/settings/variable.ts';
import { readSettings, type SettingsFlags, secretsOf } from '../../src/settings.ts';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

function folder(files: Readonly<Record<string, string>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-settings-'));
  made.push(dir);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

type Env = Record<string, string>;

function read(env: Env = {}, flags: SettingsFlags = {}, text?: string): Settings {
  const dir = folder(text === undefined ? {} : { 'settings.yaml': text });
  return readSettings({ file: text === undefined ? null : join(dir, 'settings.yaml'), env, flags, cwd: dir });
}

/** Every problem as people see it, with the file's folder left out. */
function problems(env: Env = {}, flags: SettingsFlags = {}, text?: string): readonly string[] {
  try {
    read(env, flags, text);
  } catch (error) {
    if (error instanceof UserError) return error.diagnostics.map((each) => sentence(each).replace(/^.*(settings\.yaml)/, '$1'));
    throw error;
  }
  return [];
}

describe('defaults', () => {
  it('are filled in and frozen', () => {
    const dir = folder();
    const settings = readSettings({ file: null, env: { PATH: '/bin' }, flags: {}, cwd: dir });
    expect(settings).toEqual({
      git: null,
      mode: 'observe',
      profiles: {},
      schedule: { reconcile: '*/15 * * * *', reports: null },
      limits: {},
      seatGroups: ['kiro-*'],
      exceptions: {
        rules: [
          'too-many-removals',
          'empties-group',
          'too-many-moves',
          'monthly-increase',
          'over-budget',
          'duplicate-billing',
          'empty-configuration',
        ],
        maxKeys: 200,
      },
      protected: { users: [] },
      quota: { share: 0.75 },
      overlapHours: 24,
      applicationAssignments: 'verify',
      assumeRoleArn: null,
      http: { host: '127.0.0.1', port: 8484, tokens: { read: [], write: [] }, webhookSecret: null },
      stateDir: join(dir, '.kirosync'),
      cacheDir: null,
      usage: [],
      reports: { to: [], formats: ['html', 'json', 'csv'], keep: 12, idleAfterDays: 30 },
      windows: [],
      notify: [],
      log: { level: 'info', names: false },
    });
    for (const part of [settings, settings.http.tokens.read, settings.exceptions.rules]) expect(Object.isFrozen(part)).toBe(true);
  });
});

describe('layers', () => {
  it('the strongest layer that says something wins, field by field', () => {
    const level = fc.option(fc.constantFrom('error', 'warn', 'debug'), { nil: undefined });
    const port = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined });
    const layer = fc.record({ level, port });
    fc.assert(
      fc.property(layer, layer, layer, (file, env, flags) => {
        const text = `http: {${file.port === undefined ? '' : `port: ${file.port}`}}\nlog: {${file.level === undefined ? '' : `level: ${file.level}`}}\n`;
        const variables = {
          ...(env.port === undefined ? {} : { KIROSYNC_HTTP_PORT: String(env.port) }),
          ...(env.level === undefined ? {} : { KIROSYNC_LOG_LEVEL: env.level }),
        };
        const settings = read(variables, { http: { port: flags.port }, log: { level: flags.level } }, text);
        expect(settings.http.port).toBe(flags.port ?? env.port ?? file.port ?? 8484);
        expect(settings.log.level).toBe(flags.level ?? env.level ?? file.level ?? 'info');
      }),
      { numRuns: 30 },
    );
  });

  it('takes every variable that the table names', () => {
    const dir = folder({
      token: 'file-token\n',
      tokens: 'one\ntwo\n',
      secret: 'hook\n',
      key: 'k',
      hosts: 'h',
      keys: '',
      signers: '',
      revoked: '',
    });
    const at = (name: string) => join(dir, name);
    const env: Env = {
      KIROSYNC_APPLICATION_ASSIGNMENTS: 'manage',
      KIROSYNC_ASSUME_ROLE_ARN: 'arn:aws:iam::111122223333:role/kirosync',
      KIROSYNC_CACHE_DIR: 'cache',
      KIROSYNC_EXCEPTIONS_MAX_KEYS: '5',
      KIROSYNC_EXCEPTIONS_RULES: 'over-budget',
      KIROSYNC_GIT_ALLOW_HTTP: 'true',
      KIROSYNC_GIT_BRANCH: 'release',
      KIROSYNC_GIT_FORGE_API_URL: 'https://github.example.com/api/v3/',
      KIROSYNC_GIT_FORGE_APP_ID: '4711',
      KIROSYNC_GIT_FORGE_APP_INSTALLATION_ID: '99',
      KIROSYNC_GIT_FORGE_APP_PRIVATE_KEY_FILE: at('key'),
      KIROSYNC_GIT_FORGE_KIND: 'github',
      KIROSYNC_GIT_FORGE_NAMES: 'true',
      KIROSYNC_GIT_FORGE_PROJECT: 'platform/kiro-seats',
      KIROSYNC_GIT_KNOWN_HOSTS_FILE: at('hosts'),
      KIROSYNC_GIT_PATH: './kiro/',
      KIROSYNC_GIT_SSH_KEY_FILE: at('key'),
      KIROSYNC_GIT_TOKEN_FILE: at('token'),
      KIROSYNC_GIT_URL: 'http://git.example.com/policy.git',
      KIROSYNC_GIT_VERIFY_GPG_KEYS_FILE: at('keys'),
      KIROSYNC_GIT_VERIFY_SSH_ALLOWED_SIGNERS_FILE: at('signers'),
      KIROSYNC_GIT_VERIFY_SSH_REVOCATION_FILE: at('revoked'),
      KIROSYNC_HTTP_HOST: '0.0.0.0',
      KIROSYNC_HTTP_PORT: '0',
      KIROSYNC_LIMITS_INCREASE_FROM: '1',
      KIROSYNC_LIMITS_INCREASE_PERCENT: '2.5',
      KIROSYNC_LIMITS_INCREASE_USD: '3',
      KIROSYNC_LIMITS_MOVES_FROM: '4',
      KIROSYNC_LIMITS_MOVES_PERCENT: '5',
      KIROSYNC_LIMITS_REMOVALS_COUNT: '6',
      KIROSYNC_LIMITS_REMOVALS_FROM: '7',
      KIROSYNC_LIMITS_REMOVALS_PERCENT: '8',
      KIROSYNC_LOG_LEVEL: 'debug',
      KIROSYNC_LOG_NAMES: 'true',
      KIROSYNC_MODE: 'enforce',
      KIROSYNC_OVERLAP_HOURS: '48',
      KIROSYNC_PROFILE_MODES: 'engineering=enforce, research=observe',
      KIROSYNC_PROTECTED_USERS: 'ana@example.com, bob@example.com,',
      KIROSYNC_QUOTA_SHARE: '0.5',
      KIROSYNC_READ_TOKENS_FILE: at('tokens'),
      KIROSYNC_REPORTS_FORMATS: 'html,text',
      KIROSYNC_REPORTS_IDLE_AFTER_DAYS: '45',
      KIROSYNC_REPORTS_KEEP: '3',
      KIROSYNC_REPORTS_TO: 'reports,s3://bucket/prefix',
      KIROSYNC_SCHEDULE_RECONCILE: '0 * * * *',
      KIROSYNC_SCHEDULE_REPORTS: '0 8 * * 1',
      KIROSYNC_SEAT_GROUPS: 'kiro-*,seats-*',
      KIROSYNC_STATE_DIR: 'state',
      KIROSYNC_USAGE: 'usage',
      KIROSYNC_WEBHOOK_SECRET_FILE: at('secret'),
      KIROSYNC_WRITE_TOKENS_FILE: at('tokens'),
    };
    const inline: Env = {
      KIROSYNC_GIT_FORGE_TOKEN: 'f',
      KIROSYNC_GIT_FORGE_TOKEN_FILE: 'f',
      KIROSYNC_GIT_TOKEN: 't',
      KIROSYNC_READ_TOKENS: 'r',
      KIROSYNC_WEBHOOK_SECRET: 's',
      KIROSYNC_WRITE_TOKENS: 'w',
    };
    expect([...Object.keys(env), ...Object.keys(inline)].sort()).toEqual(Object.keys(VARIABLES).sort());
    const settings = readSettings({ file: null, env, flags: {}, cwd: dir });
    expect(settings).toEqual({
      git: {
        url: 'http://git.example.com/policy.git',
        branch: 'release',
        path: 'kiro',
        auth: { token: 'file-token', sshKeyFile: at('key'), knownHostsFile: at('hosts'), allowHttp: true },
        verify: { sshAllowedSignersFile: at('signers'), sshRevocationFile: at('revoked'), gpgKeysFile: at('keys') },
        forge: {
          kind: 'github',
          apiUrl: 'https://github.example.com/api/v3',
          project: 'platform/kiro-seats',
          token: null,
          app: { id: '4711', installationId: '99', privateKeyFile: at('key') },
          names: true,
        },
      },
      mode: 'enforce',
      profiles: { engineering: { mode: 'enforce' }, research: { mode: 'observe' } },
      schedule: { reconcile: '0 * * * *', reports: '0 8 * * 1' },
      limits: { removals: { percent: 8, count: 6, from: 7 }, moves: { percent: 5, from: 4 }, increase: { percent: 2.5, usd: 3, from: 1 } },
      seatGroups: ['kiro-*', 'seats-*'],
      exceptions: { rules: ['over-budget'], maxKeys: 5 },
      protected: { users: ['ana@example.com', 'bob@example.com'] },
      quota: { share: 0.5 },
      overlapHours: 48,
      applicationAssignments: 'manage',
      assumeRoleArn: 'arn:aws:iam::111122223333:role/kirosync',
      http: { host: '0.0.0.0', port: 0, tokens: { read: ['one', 'two'], write: ['one', 'two'] }, webhookSecret: 'hook' },
      stateDir: join(dir, 'state'),
      cacheDir: join(dir, 'cache'),
      usage: [join(dir, 'usage')],
      reports: { to: [join(dir, 'reports'), 's3://bucket/prefix'], formats: ['html', 'text'], keep: 3, idleAfterDays: 45 },
      windows: [],
      notify: [],
      log: { level: 'debug', names: true },
    });
    expect(secretsOf(settings)).toEqual(['file-token', 'hook', 'one', 'two', 'one', 'two']);
  });

  it('starts relative paths of a file from its folder', () => {
    const dir = folder();
    mkdirSync(join(dir, 'etc'));
    writeFileSync(join(dir, 'etc', 'settings.yaml'), 'stateDir: ../state\nhttp: { tokens: { writeFile: write } }\n');
    writeFileSync(join(dir, 'etc', 'write'), 'w\n');
    const settings = readSettings({ file: null, env: { KIROSYNC_SETTINGS: 'etc/settings.yaml' }, flags: {}, cwd: dir });
    expect([settings.stateDir, settings.http.tokens.write]).toEqual([join(dir, 'state'), ['w']]);
  });

  it('knows the variables of the control client, and counts empty ones as not set', () => {
    const env = Object.fromEntries([...OTHER_VARIABLES, ...Object.keys(VARIABLES)].map((name) => [name, '']));
    expect(read(env).mode).toBe('observe');
    expect(read({ KIROSYNC_URL: 'http://127.0.0.1:8484', KIROSYNC_TOKEN: 't' }).git).toBeNull();
  });

  it('leaves alone what Kubernetes sets for a Service named kirosync', () => {
    const links = {
      KIROSYNC_SERVICE_HOST: '10.0.0.1',
      KIROSYNC_SERVICE_PORT: '8484',
      KIROSYNC_SERVICE_PORT_HTTP: '8484',
      KIROSYNC_PORT: 'tcp://10.0.0.1:8484',
    };
    expect(problems({ ...links, KIROSYNC_PORT_8484_TCP: 'tcp://10.0.0.1:8484', KIROSYNC_PORT_8484_TCP_ADDR: '10.0.0.1' })).toEqual([]);
    expect(problems({ KIROSYNC_PORT: '8484' })).toHaveLength(1);
  });

  it('an inline secret of a stronger layer beats the file of a weaker one', () => {
    const dir = folder({ token: 'weak', 'settings.yaml': 'git: { url: "https://git.example.com/a", auth: { tokenFile: token } }' });
    const settings = readSettings({ file: join(dir, 'settings.yaml'), env: { KIROSYNC_GIT_TOKEN: 'strong' }, flags: {}, cwd: dir });
    expect(settings.git?.auth.token).toBe('strong');
  });
});

describe('problems', () => {
  it('are all named at once, with file, line and column, variable or flag', () => {
    const text = 'mode: enforced\nlogs: {}\nhttp:\n  port: "80"\n';
    expect(problems({ KIROSYNC_HTTP_PROT: '1', KIROSYNC_LOG_NAMES: 'yes' }, { quota: { share: 2 } }, text)).toEqual([
      'unknown-variable: KIROSYNC_HTTP_PROT: There is no such variable; did you mean "KIROSYNC_HTTP_PORT"? docs/settings.md lists them all.',
      'wrong-setting: KIROSYNC_LOG_NAMES: The value must be "true" or "false".',
      'settings.yaml:2:1 unknown-setting: logs: There is no such setting; did you mean "log"?',
      'settings.yaml:1:1 wrong-setting: mode: The value must be one of observe, enforce.',
      'settings.yaml:4:3 wrong-setting: http.port: The value must be a whole number.',
      'wrong-setting: --quota-share: The value must be <= 1.',
    ]);
  });

  it.each<[string, Env, string]>([
    ['bad cron', { KIROSYNC_SCHEDULE_RECONCILE: 'hourly' }, 'KIROSYNC_SCHEDULE_RECONCILE: "hourly" is no cron expression'],
    ['open http', { KIROSYNC_HTTP_HOST: '0.0.0.0' }, 'KIROSYNC_HTTP_HOST: "0.0.0.0" can be reached from other machines'],
    [
      'usage elsewhere',
      { KIROSYNC_USAGE: 'a,gs://reports/x' },
      'KIROSYNC_USAGE: "gs://reports/x" is neither a directory nor s3://bucket/prefix: it does not begin with s3://.',
    ],
    [
      'reports to nowhere',
      { KIROSYNC_REPORTS_TO: 'a,gs://b', KIROSYNC_SCHEDULE_REPORTS: '0 6 * * *' },
      '"gs://b" is neither a folder nor s3://',
    ],
    [
      'reports never',
      { KIROSYNC_REPORTS_TO: 's3://bucket' },
      'KIROSYNC_REPORTS_TO: Reports are written on schedule.reports, which is not set',
    ],
    ['a report format', { KIROSYNC_REPORTS_FORMATS: 'pdf' }, 'KIROSYNC_REPORTS_FORMATS: The value must be one of html, json, csv'],
    ['no url', { KIROSYNC_GIT_BRANCH: 'main' }, 'git.url is missing'],
    ['http', { KIROSYNC_GIT_URL: 'http://a:secret@git.example.com/x' }, 'unencrypted'],
    ['ext', { KIROSYNC_GIT_URL: 'ext::sh -c id' }, 'is no Git URL that kirosync takes'],
    ['branch', { KIROSYNC_GIT_URL: '/srv/a', KIROSYNC_GIT_BRANCH: '-x' }, 'KIROSYNC_GIT_BRANCH: "-x" is no branch name'],
    ['path', { KIROSYNC_GIT_URL: '/srv/a', KIROSYNC_GIT_PATH: '../b' }, 'KIROSYNC_GIT_PATH: The value must be a folder inside'],
    [
      'missing key',
      { KIROSYNC_GIT_URL: 'git@h:a', KIROSYNC_GIT_SSH_KEY_FILE: '/nowhere/key' },
      'KIROSYNC_GIT_SSH_KEY_FILE: There is no such file; give the path',
    ],
    ['missing secret', { KIROSYNC_WEBHOOK_SECRET_FILE: '/nowhere/s' }, 'KIROSYNC_WEBHOOK_SECRET_FILE: There is no such file'],
    ['both ways', { KIROSYNC_WEBHOOK_SECRET_FILE: '/dev/null', KIROSYNC_WEBHOOK_SECRET: 'x' }, 'Give the secret or its file, not both'],
    ['a role', { KIROSYNC_ASSUME_ROLE_ARN: 'kirosync' }, 'KIROSYNC_ASSUME_ROLE_ARN: The value must look like arn:aws:iam::'],
    ['a rule', { KIROSYNC_EXCEPTIONS_RULES: 'foreign-group' }, 'KIROSYNC_EXCEPTIONS_RULES: The value must be one of too-many-removals'],
    ['a mode', { KIROSYNC_PROFILE_MODES: 'engineering' }, 'The value must be a list such as engineering=enforce'],
  ])('%s', (_, env, words) => {
    expect(problems(env)).toEqual([expect.stringContaining(words)]);
    expect(problems(env).join()).not.toContain(':secret@');
  });

  it.each([
    ['windows: [{ days: [sat] }]', 'There is no such setting'],
    [
      'windows: [{ name: a, cron: "0 0 31 2 *", duration: 1h, action: deny }]',
      'windows: In the window "a" "0 0 31 2 *" is no cron expression whose',
    ],
    ['windows: [{ name: a, cron: "0 0 * * *", duration: 367d, action: deny }]', 'In the window "a" "367d" is no length of time'],
    ['windows: [{ name: a, cron: "0 0 * * *", duration: 0h, action: deny }]', '"0h" is no length of time'],
    ['windows: [{ name: a, cron: "0 0 * * *", duration: 1h, action: stop }]', 'The value must be one of allow, deny'],
    [
      'mode: observe\nnotify:\n  - { name: a, type: webhook, url: https://a.example.com/ }',
      'settings.yaml:3:5 wrong-setting: notify.0.secret: A webhook needs',
    ],
    ['git:\n  url: /srv/a\n  verify: { signers: x }', 'settings.yaml:3:13 unknown-setting: git.verify.signers: There is no such setting'],
    ['git:\n  url: /srv/a\n  verify: {}', 'settings.yaml:3:3 wrong-setting: git.verify: Say whose signatures count'],
    [
      'git:\n  url: /srv/a\n  verify:\n    # gpgKeysFile: keys.asc',
      'settings.yaml:3:3 wrong-setting: git.verify: Say whose signatures count',
    ],
    ['git: { url: /srv/a, verify: null }', 'wrong-setting: git.verify: Say whose signatures count'],
    ['git:\n  url: /srv/a\n  verify: true', 'settings.yaml:3:3 wrong-setting: git.verify: The value must be'],
    [
      'git:\n  url: /srv/a\n  verify: { gpgKeysFile: no }',
      'settings.yaml:3:13 missing-file: git.verify.gpgKeysFile: There is no such file',
    ],
    ['git: { url: /srv/a, verify: { sshRevocationFile: /dev/null, gpgKeysFile: /dev/null } }', 'need sshAllowedSignersFile beside them'],
    ['a: [', 'settings.yaml:1:5 yaml: '],
    ['mode: observe\nmode: enforce', 'settings.yaml:2:1 yaml: '],
    ['- a', 'The settings file must be one YAML mapping'],
  ])('in a file: %s', (text, words) => {
    expect(problems({}, {}, text)).toEqual(expect.arrayContaining([expect.stringContaining(words)]));
  });

  it('nothing is wrong with empty lists of what is not supported', () => {
    expect(problems({}, {}, 'windows: []\nnotify: []\ngit: { url: /srv/a }\n')).toEqual([]);
    expect(problems({}, {}, '')).toEqual([]);
  });

  it('a missing file is named', () => {
    expect(() => readSettings({ file: '/nowhere/s.yaml', env: {}, flags: {} })).toThrow(UserError);
  });
});

it('docs/settings.md lists every variable and every default', () => {
  const text = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  for (const [name, [path]] of Object.entries(VARIABLES))
    expect(text).toMatch(new RegExp(`\`${path.replaceAll('.', '\\.')}\`.*\`${name}\``));
  for (const name of OTHER_VARIABLES) expect(text).toContain(`\`${name}\``);
});
