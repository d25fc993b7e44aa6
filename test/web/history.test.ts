import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personCredits } from '../../src/daemon/person-credits.ts';
import { personHistory } from '../../src/daemon/person-history.ts';
import { compact } from '../../src/model/journal-compact.ts';
import { isJournalEntry } from '../../src/model/journal-form.ts';
import { groupOf, membershipKey } from '../../src/model/key.ts';
import { asksForChanges, EVERY_PASS, matchingPasses, passRecords } from '../../src/model/pass-history.ts';
import { HISTORY_COLUMNS, historyCsv } from '../../src/report/history-csv.ts';
import { busyScene, type Scene } from './scene.ts';

const TOKEN = 'read-token-0123456789abcdef';
// Nothing here changes it.
let scene: Scene;
beforeAll(async () => {
  scene = await busyScene(TOKEN);
});
afterAll(() => scene.close());
const get = (path: string) => fetch(scene.url + path, { headers: { authorization: `Bearer ${TOKEN}` } });

describe('the history of passes', () => {
  it('has every pass with its changes, who asked, revision, hash, result, duration, calls and request ids', async () => {
    const records = passRecords(scene.journal.list);
    expect(records.map(({ pass, outcome, changes }) => [pass, outcome, changes.length])).toEqual([
      [11, 'incomplete', 2],
      [10, 'applied', 1],
      [9, 'incomplete', 1],
      [8, 'incomplete', 4],
      ...[7, 6, 5, 4, 3, 2].map((pass) => [pass, 'in-sync', 0]),
      [1, 'applied', 9],
    ]);
    const [, applied] = records;
    expect(applied).toMatchObject({
      askedBy: ['test: test'],
      mode: 'enforce',
      attempted: expect.stringMatching(/2$/),
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      milliseconds: 0,
      calls: { ListGroupMemberships: 9, ListUsers: 1 },
      changes: [{ key: 'membership/kiro-eng-pro/gus@example.com', action: 'create', result: 'succeeded', requestId: 'request-1' }],
    });
  });

  it('knows a pass that did not end, and what was sent in it', () => {
    const at = '2026-11-10T12:00:00.000Z';
    const change = {
      action: 'create',
      profile: 'eng',
      userId: 'id-1',
      unseats: false,
      effect: false,
      requestId: null,
      error: null,
    } as const;
    const [record] = passRecords([
      { type: 'pass-started', at, pass: 4, askedBy: ['cron: schedule'], mode: 'enforce' },
      { type: 'change', at, pass: 4, key: 'membership/g/a', result: 'started', ...change },
    ]);
    expect(record).toMatchObject({ pass: 4, outcome: null, milliseconds: null, calls: null, changes: [{ result: 'started' }] });
  });

  it.each([
    [{ outcome: 'applied' }, [10, 1]],
    [{ person: 'GUS@' }, [10, 9, 8]],
    [{ person: 'id-ana@example.com' }, [11, 8, 1]],
    [{ profile: 'lab' }, [8, 1]],
    [{ key: 'kiro-eng-power/' }, [8]],
    [{ from: '2026-11-10' }, [11]],
    [{ to: '2026-11-08', changes: true }, [1]],
    [{ pass: '9' }, [9]],
    [{ outcome: 'unfinished' }, []],
  ])('filters by %j', async (filter, passes) => {
    const whole = { ...EVERY_PASS, ...filter };
    const found = matchingPasses(passRecords(scene.journal.list), whole);
    expect(found.map(({ pass }) => pass)).toEqual(passes);
    if (asksForChanges(whole)) expect(found.every(({ changes }) => changes.length > 0)).toBe(true);
  });

  it('is exported as CSV, a row for each change, and as JSON', async () => {
    const csv = await (await get('/api/history?format=csv&person=gus')).text();
    const [head, ...rows] = csv.trimEnd().split('\n');
    expect(head).toBe(HISTORY_COLUMNS.join(','));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('create,membership/kiro-eng-pro/gus@example.com,eng,id-gus@example.com,succeeded,true,request-1,');
    const whole = Object(await (await get('/api/history')).json());
    expect([whole.format, whole.passes.length]).toEqual(['kirosync.history/v1', 11]);
    expect(whole.passes[0]).toMatchObject({ pass: 11, type: 'pass-ended', counts: { failed: 1 }, changes: [{ result: 'failed' }, {}] });
    expect(Object(await (await get('/api/history?limit=2')).json()).passes).toHaveLength(2);
    expect((await (await get('/api/history?format=csv')).text()).trimEnd().split('\n')).toHaveLength(1 + 17 + 6);
  });

  it.each(['outcome=fine', 'from=2026-02-30', 'pass=x', 'limit=0', 'format=xml', 'changes=no'])(
    '%s is refused by the export',
    async (query) => {
      expect((await get(`/api/history?${query}`)).status).toBe(400);
      if (!/limit|format/.test(query)) expect(await (await get(`/history?${query}`)).text()).toContain('Not asked for');
    },
  );

  it('keeps what a spreadsheet would run as text', () => {
    const [record] = passRecords([
      { type: 'pass-started', at: '2026-11-10T12:00:00.000Z', pass: 1, askedBy: ['=HYPERLINK("x")'], mode: 'observe' },
    ]);
    expect(record === undefined ? '' : historyCsv([record])).toContain(`"'=HYPERLINK(""x"")"`);
  });

  it('is the same after the journal was shortened, for the passes that are kept', async () => {
    const all = scene.journal.list;
    const kept = compact(all, scene.clock.now, { passes: 3, effects: 100 });
    const whole = passRecords(all).filter(({ pass }) => pass >= 9);
    expect(passRecords(kept).filter(({ pass }) => pass >= 9)).toEqual(whole);
    expect(kept.every(isJournalEntry)).toBe(true);
  });

  it('takes calls that are no numbers for no entry, and none for an old one', async () => {
    const ended = scene.journal.list.find((entry) => entry.type === 'pass-ended');
    const { calls: _, ...old } = Object(ended);
    expect([ended, old, { ...old, calls: { ListUsers: 'x' } }, { ...old, calls: [] }].map(isJournalEntry)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a person', () => {
  it('has one event for what was sent and recorded, with who asked and the request id', async () => {
    const events = personHistory(scene.journal.list, 'id-ana@example.com');
    expect(events.map(({ pass, seat, change }) => [pass, seat?.what ?? null, change?.action ?? null, change?.requestId ?? null])).toEqual([
      [11, null, 'delete', 'request-1'],
      [10, 'changed', null, null],
      [8, 'given', 'create', 'request-1'],
      [1, 'recorded', 'create', 'request-1'],
    ]);
    expect(events.every(({ askedBy }) => askedBy?.[0] === 'test: test')).toBe(true);
  });

  it('has one event for a change that fails the same way again and again', async () => {
    const gus = personHistory(scene.journal.list, 'id-gus@example.com');
    expect(gus.map(({ change, times }) => [change?.result, times])).toEqual([
      ['succeeded', 1],
      ['failed', 2],
    ]);
  });

  it('has the credits of each kept month, and nobody else’s', async () => {
    const months = await personCredits(scene.daemon, 'id-ana@example.com');
    expect(months.map(({ month }) => month)).toEqual(['2026-11', '2026-10']);
    expect(months[0]).toMatchObject({ profile: 'engineering', used: expect.any(Number), planCredits: expect.any(Number) });
    expect(await personCredits(scene.daemon, 'id-ana@example.co')).toEqual([]);
  });

  it('is found by userName, id, e-mail and old record; else the page says what is meant', async () => {
    for (const name of ['ana@example.com', 'id-ana@example.com', 'ANA@example.com']) {
      const text = await (await get(`/people/${encodeURIComponent(name)}`)).text();
      expect(text).toContain('<h1>ana@example.com</h1>');
      expect(text).toContain('policy.yaml:14');
      expect(text).toContain('assignment power-users');
    }
    const gone = await get('/people/anna@example.com');
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining('ana@example.com')]);
    expect(await (await get('/people/kai@example.com')).text()).toContain('No seat in any profile');
  });

  it('is shown as of a recorded day, and the page says where the record begins', async () => {
    const on = async (day: string) => (await get(`/people/ana@example.com?as-of=${day}`)).text();
    expect(await on('2026-11-08')).toContain('eng: pro</h3>');
    expect(await on('2026-11-09')).toContain('eng: power</h3>');
    expect(await on('2026-11-01')).toContain('The record of seats begins at 2026-11-08 00:00');
    const all = await (await get('/people?as-of=2026-11-08')).text();
    expect(all).toContain('/api/access-review?date=2026-11-08');
    expect(all).toContain('(8)');
  });
});

it('the group of a key is read back as it was', () => {
  for (const group of ['kiro-pro', 'a/b %', '\u202e']) expect(groupOf(membershipKey(group, 'ana'))).toBe(group);
  expect([groupOf('group/x'), groupOf('membership/%zz/x')]).toEqual(['group/x', '%zz']);
});
