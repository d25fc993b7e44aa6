import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/daemon/log.ts';
import { suspensionWatch } from '../../src/daemon/suspension-watch.ts';
import { RemoteError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';

/** Sign-in names need not look like e-mail, and authors of commits are free text. */
const PEOPLE = ['jgable', 'leddy', 'olga'];
const NAMES = /jgable|leddy|olga|geheim/i;
const WORLD = {
  users: [...PEOPLE, 'ana@example.com'],
  groups: { 'kiro-eng-pro': PEOPLE, 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const team = (users: readonly string[], more = '') =>
  `kind: Assignment\nname: team\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: work\n${more}`;

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

function start(
  names: boolean,
  policy: string,
  more: Parameters<typeof testDaemon>[3] = {},
  settings: Parameters<typeof testDaemon>[2] = {},
) {
  const lines: string[] = [];
  const logger = createLog({ level: 'debug', names }, [], { write: (line) => void lines.push(line) });
  const log: Log = {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
  const run = testDaemon(policy, WORLD, { ...settings, log: { ...SETTINGS.log, names } }, { log, ...more });
  open.push(run);
  return { run, text: () => lines.join(''), all: () => lines.map((line) => JSON.parse(line)) };
}

/** Every way in which a pass has something to say about somebody, each with what the log says with names. */
const cases: readonly (readonly [string, (names: boolean) => Promise<ReturnType<typeof start>>, RegExp])[] = [
  [
    'a commit that is not signed',
    async (names) => {
      const { source } = testDaemon('', WORLD);
      const unverified = [{ problem: 'unsigned-commit', commit: '2'.repeat(40), author: 'Olga Geheim', key: null }] as const;
      const made = start(names, team(PEOPLE), { source: { ...source, verify: async () => ({ commits: 1, unverified }) } });
      await made.run.pass();
      return made;
    },
    /Olga Geheim.*is not signed/,
  ],
  [
    'a guard',
    async (names) => {
      const made = start(names, team(['ana@example.com']), {}, { limits: { removals: { percent: 1, count: 1, from: 1 } } });
      await made.run.pass();
      return made;
    },
    /too-many-removals.*jgable/,
  ],
  [
    'a change that failed, and one that waits',
    async (names) => {
      const made = start(names, team([...PEOPLE, 'ana@example.com']));
      const { writer } = made.run.directory;
      const failing = start(names, team(['jgable', 'leddy', 'ana@example.com']), {
        writer: () => ({ ...writer, deleteMembership: async () => Promise.reject(new Error('olga is busy')) }),
      });
      for (let i = 0; i < 3; i++) await failing.run.pass();
      return failing;
    },
    /olga is busy/,
  ],
  [
    'a remote, and a bug',
    async (names) => {
      const failure = { kind: 'denied', operation: 'sso:X', message: 'X denied jgable.', advice: 'Ask leddy.', requestId: null } as const;
      const made = start(names, team(PEOPLE), { observe: async () => Promise.reject(new RemoteError([failure])) });
      await made.run.pass();
      const bug = start(names, team(PEOPLE), { observe: async () => Promise.reject(new TypeError('olga is undefined')) });
      await bug.run.pass().catch(() => {});
      return { ...made, text: () => made.text() + bug.text(), all: () => [...made.all(), ...bug.all()] };
    },
    /X denied jgable[\s\S]*olga is undefined/,
  ],
  [
    'a suspension',
    async (names) => {
      const made = start(names, team(PEOPLE));
      const until = new Date(made.run.clock.now.getTime() + 5 * 86_400_000);
      await made.run.daemon.suspend({ owner: 'olga', reason: 'leddy is on leave', until });
      const tick = suspensionWatch(made.run.daemon);
      tick();
      made.run.clock.now = new Date(made.run.clock.now.getTime() + 2 * 86_400_000);
      tick();
      await made.run.pass();
      return made;
    },
    /leddy is on leave/,
  ],
];

describe.each(cases)('what the log says of %s', (_, play, says) => {
  it('names nobody unless it may', async () => {
    const made = await play(false);
    expect(made.all().length).toBeGreaterThan(1);
    expect(made.text()).not.toMatch(NAMES);
    expect(made.text()).toContain('names are off in the log: see the status');
  });

  it('says it all where it may', async () => {
    expect((await play(true)).text()).toMatch(says);
  });
});

it('without names, a guard is told by its rule and numbers and a diagnostic by its place', async () => {
  const refused = start(false, team(['ana@example.com']), {}, { limits: { removals: { percent: 1, count: 1, from: 1 } } });
  await refused.run.pass();
  expect(refused.all()).toContainEqual(expect.objectContaining({ rule: 'too-many-removals', limit: 1, keys: expect.any(Number) }));
  const invalid = start(false, team(['jgable'], 'color: leddy\n'));
  await invalid.run.pass();
  expect(invalid.all()).toContainEqual(expect.objectContaining({ rule: 'unknown-field', file: 'policy.yaml', line: 8 }));
});
