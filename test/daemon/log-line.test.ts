import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/daemon/log.ts';
import { createLog } from '../../src/log.ts';
import { page, table } from '../docs/markdown.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';

const WORLD = {
  users: ['ana@example.com', 'bob', 'cem', 'dan', 'eve'],
  groups: {
    'kiro-eng-pro': ['bob', 'cem', 'dan', 'eve'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': [],
    'kiro-lab-pro': [],
    'data-platform': [],
  },
};
const POLICY =
  'kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [ana@example.com, cem, dan, eve]\nowner: leads\nreason: work\n';

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

type Line = Readonly<Record<string, unknown>>;

/** The lines that two passes leave: one in which removals fail, and one in which they are left alone. */
async function lines(names: boolean): Promise<readonly Line[]> {
  const written: string[] = [];
  const logger = createLog({ level: 'debug', names }, [], { write: (line) => void written.push(line) });
  const log: Log = {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
  let calls = 0;
  const writer = () => ({ ...run.directory.writer, deleteMembership: async () => Promise.reject(new Error('bob is busy')) });
  const counted = () => {
    calls += 1;
    return { 'sso:ListInstances': calls };
  };
  const run: TestDaemon = testDaemon(POLICY, WORLD, { log: { ...SETTINGS.log, names } }, { log, calls: counted, writer });
  open.push(run);
  for (let pass = 0; pass < 3; pass++) await run.pass();
  run.source.push('kind: Assignment\nname: nonsense\n');
  await run.pass();
  return written.map((line): Line => JSON.parse(line));
}

/** The fields of an event by the table of docs/operations/logs.md; those that are not always there apart. */
function documented(event: string): { readonly always: readonly string[]; readonly sometimes: readonly string[] } {
  const rows = table(page('docs/operations/logs.md'), 'event').filter(([name]) => name === `\`${event}\``);
  const of = (is: boolean) =>
    rows
      .filter(([, , what]) => /; (absent|only) /.test(what ?? '') === is)
      .flatMap(([, fields]) => (fields ?? '').replaceAll('`', '').split(', '));
  return { always: of(false), sometimes: of(true) };
}

const FRAME = ['level', 'time', 'msg', 'event'];

describe.each(['pass', 'change'])('a line of a %s', (event) => {
  it('has the documented fields, all of them and no other', async () => {
    const found = (await lines(false)).filter((line) => line['event'] === event);
    const { always, sometimes } = documented(event);
    expect(found.length).toBeGreaterThan(3);
    for (const line of found) {
      const fields = Object.keys(line);
      expect(fields).toEqual(expect.arrayContaining([...FRAME, ...always]));
      expect(fields.filter((field) => ![...FRAME, ...always, ...sometimes].includes(field))).toEqual([]);
    }
    const seen = new Set(found.flatMap((line) => Object.keys(line)));
    expect(sometimes.filter((field) => !seen.has(field))).toEqual([]);
  });
});

it('there is one line a pass and one a change, joined by the number of the pass', async () => {
  const all = await lines(true);
  expect(all.filter(({ event }) => event === 'pass').map(({ pass, outcome, level }) => [pass, outcome, level])).toEqual([
    [1, 'incomplete', 'warn'],
    [2, 'incomplete', 'warn'],
    [3, 'incomplete', 'warn'],
    [4, 'invalid', 'warn'],
  ]);
  const changes = all.filter(({ event }) => event === 'change');
  expect(changes.map(({ pass, action, fate, effect }) => [pass, action, fate, effect].join(' ')).sort()).toEqual([
    '1 create applied true',
    '1 delete failed false',
    '2 delete failed false',
    '3 delete skipped false',
  ]);
  expect(changes.find(({ fate }) => fate === 'applied')?.['requestId']).toEqual(expect.any(String));
  expect(all.find(({ event }) => event === 'diagnostic')).toMatchObject({ pass: 4, file: 'policy.yaml' });
});

it('without log.names no line names a person, with it they do', async () => {
  const said = async (names: boolean) => (await lines(names)).map((line) => JSON.stringify(line)).join('\n');
  expect(await said(false)).not.toMatch(/@example|\b(ana|bob|cem|dan|eve)\b/);
  expect(await said(true)).toMatch(/membership\/kiro-eng-pro\/bob[\s\S]*bob is busy/);
});
