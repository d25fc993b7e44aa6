import { isAbsolute } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { UserError } from '../../src/errors.ts';
import { readSettings } from '../../src/settings.ts';
import { cutFrom, editedFrom, hostileText } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, site } from './site.ts';

const TEXT = `git:
  url: https://git.example.com/policy.git
  branch: release
  path: kiro
  auth: { token: t0123456789 }
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
const WORDS = ['{', '}', '[', ']', ': ', '- ', '&a ', '*a', '<<: *a\n', '---\n', '? ', '__proto__: ', '!!js/function ', '\n', '  '];
const VARIABLES = {
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
  KIROSYNC_READ_TOKENS: 'read-0123456789abcdef',
};

/** Whatever is in the settings, they are frozen and of plain objects, or they are refused with every problem as a sentence. */
function judge(read: () => object & { readonly stateDir: string }): 'taken' | 'refused' {
  try {
    const settings = read();
    plain(settings);
    expectThat(isAbsolute(settings.stateDir), 'a state directory that moves with the process');
    return 'taken';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expectThat(error.diagnostics.length > 0 && error.diagnostics.every(({ message }) => message !== ''), 'refused without a word');
    return 'refused';
  }
}

function plain(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  expectThat(prototype === Object.prototype || prototype === Array.prototype, `a prototype of its own: ${JSON.stringify(value)}`);
  expectThat(Object.isFrozen(value), `not frozen: ${JSON.stringify(value)}`);
  for (const inner of Object.values(value)) plain(inner);
}

export const settingsFile: Target = {
  name: 'settings',
  inputs: fc.oneof(
    {
      weight: 2,
      arbitrary: editedFrom([parse(TEXT)]).map((value) => Buffer.from(stringify(value, { aliasDuplicateObjects: false }) ?? '')),
    },
    { weight: 1, arbitrary: cutFrom([TEXT], WORDS) },
  ),
  short: 100,
  long: 20_000,
  open: async () => {
    const { folder, put, close } = site();
    const run = async (input: Buffer) => {
      const file = put('settings.yaml', input);
      return judge(() =>
        readSettings({ file, env: { KIROSYNC_PROFILE_MODES: 'research=observe,__proto__=observe' }, flags: { log: {} }, cwd: folder }),
      );
    };
    return { run, close: async () => close() };
  },
};

/** The input is the JSON of an environment. */
export const variables: Target = {
  name: 'variables',
  inputs: fc
    .oneof(
      editedFrom([VARIABLES]),
      fc.dictionary(fc.constantFrom(...Object.keys(VARIABLES), 'KIROSYNC_X'), hostileText, { maxKeys: 4 }),
      fc.string({ unit: 'binary' }).map((text) => ({ KIROSYNC_PROFILE_MODES: `${text}=enforce,__proto__=observe` })),
    )
    .map((value) => Buffer.from(JSON.stringify(value) ?? '{}')),
  short: 100,
  long: 20_000,
  open: async () => {
    const run = async (input: Buffer) => {
      const value: unknown = JSON.parse(input.toString('utf8'));
      const pairs = typeof value === 'object' && value !== null ? Object.entries(value) : [];
      const env = Object.fromEntries(pairs.map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]));
      return judge(() => readSettings({ file: null, env, flags: {}, cwd: '/nonexistent' }));
    };
    return { run, close: async () => {} };
  },
};
