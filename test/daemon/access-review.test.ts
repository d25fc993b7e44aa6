import { afterEach, describe, expect, it } from 'vitest';
import { metrics } from '../../src/daemon/metrics.ts';
import { personHistory } from '../../src/daemon/person-history.ts';
import { seatsAt } from '../../src/daemon/seat-history.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import { historyTable } from '../../src/web/person-history-table.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { NOW, type World } from '../support/world.ts';

const [ANA, CEM, DIA, EVE] = ['ana@example.com', 'cem@example.com', 'dia@example.com', 'eve@example.com'] as const;
const READ = 'read-token-0123456789';
const WORLD: World = {
  users: [ANA, CEM, DIA, EVE],
  groups: { 'kiro-eng-pro': [DIA], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [EVE] },
};
const policy = (users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: daily work\n---\nkind: Policy\nprotected: { users: [${CEM}, ${DIA}] }\n`;

let run: TestDaemon;
afterEach(() => run.stop());

const START = NOW.toISOString();
const END = new Date(NOW.getTime() + 120_000).toISOString();

/** A daemon whose first pass gives two people a seat and takes a minute for each. */
async function firstPass(): Promise<void> {
  run = testDaemon(policy([ANA, CEM]), WORLD, { http: { ...SETTINGS.http, tokens: { read: [READ], write: [] } } });
  run.directory.failOn = () => {
    run.clock.now = new Date(run.clock.now.getTime() + 60_000);
    return false;
  };
  expect((await run.pass()).result.outcome).toBe('applied');
  expect(run.clock.now.toISOString()).toBe(END);
}

async function review(): Promise<readonly (readonly string[])[]> {
  const headers = { host: '127.0.0.1', authorization: `Bearer ${READ}` };
  const answer = await routes(run.daemon, metrics()).request('/api/access-review', { headers });
  expect(answer.headers.get('content-disposition')).not.toContain('partial');
  const rows = (await answer.text()).trimEnd().split('\n').slice(1);
  return rows.map((row) => row.split(',')).map((row) => [row[4] ?? '', row[2] ?? '', row.at(-1) ?? '']);
}

describe('an access review', () => {
  it('has everybody who is seated: granted, held, by an external group, and by a hand whose undoing is held', async () => {
    await firstPass();
    const first = await review();
    expect(first).toEqual([
      [ANA, 'pro', 'granted'],
      [CEM, 'pro', 'granted'],
      [DIA, 'pro', 'drift'],
      [EVE, 'pro-max', 'external'],
    ]);
    run.source.push(policy([ANA]));
    const { result } = await run.pass();
    expect(result.drift?.items.map((item) => [item.kind, item.person])).toEqual([['unexpected', DIA]]);
    expect((await review()).map(([user, , state]) => [user, state])).toEqual([
      [ANA, 'granted'],
      [CEM, 'held'],
      [DIA, 'drift'],
      [EVE, 'external'],
    ]);
    expect(run.journal.list.every((entry) => isJournalEntry(JSON.parse(JSON.stringify(entry))))).toBe(true);
  });

  it('is of the end of the pass: while it was at work, nobody had what it gives', async () => {
    await firstPass();
    const entries = run.journal.list;
    expect(entries.find((entry) => entry.type === 'seats')).toMatchObject({ at: END, record: { at: END } });
    expect(seatsAt(entries, new Date(Date.parse(START) + 30_000))).toEqual({ ok: false, since: END });
    const then = seatsAt(entries, new Date(END));
    expect(then.ok && then.seats.map(({ since, grant }) => [since, grant?.at])).toEqual([
      [END, END],
      [END, END],
    ]);
  });
});

it('whoever the first pass seats got the seat by it, and did not have it when the record began', async () => {
  await firstPass();
  const events = personHistory(run.journal.list, `id-${ANA}`);
  expect(events.map(({ pass, seat, change }) => [pass, seat?.what, change?.action, change?.result])).toEqual([
    [1, 'recorded', 'create', 'succeeded'],
  ]);
  const table = historyTable(events, { reach: END, commits: new Map() }).html;
  expect(table).toContain('Got ');
  expect(table).not.toContain('when the record began');
});
