import { describe, expect, test } from 'vitest';
import { attachmentEntries, unsettled } from '../../src/daemon/attachment.ts';
import type { Attachment, JournalEntry } from '../../src/model/journal.ts';
import type { Live } from '../../src/model/live.ts';
import { changesOf } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { assignment, directory, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { about, type Incident, type IncidentDaemon, incident } from '../incidents/world.ts';
import { BASE, configuration, live, NOW, OPERATOR } from '../support/world.ts';
import { judge } from '../torture/judge.ts';

const HOUR = 3_600_000;
/** Hours from one pass to the next. */
const EVERY = 6;
const APPLICATION = 'KiroProfile-us-east-1';
/** Ana moves up from Pro to Power, Bob stays. */
const FILES = { 'all.yaml': [ORGANIZATION, PROFILE, assignment('a', 'pro', ['bob']), assignment('b', 'power', ['ana'])].join('---\n') };
const ENDED = '-membership/kiro-eng-pro/ana@example.com';

type Move = { readonly world: Incident; readonly lost: () => readonly string[]; readonly passes: (daemon: IncidentDaemon) => Passes };
type Passes = { readonly once: () => Promise<void>; readonly forHours: (hours: number) => Promise<void> };

/** A directory whose groups are ten days old (or say nothing of their age), and a judge who watches Kiro's own seats. */
async function move(options: { readonly attached?: boolean; readonly aged?: boolean } = {}): Promise<Move> {
  const grants = new Map(['ana', 'bob'].map((name) => [userId(name), new Set([APPLICATION])]));
  const judging = judge({ grants: () => grants, applicationOf: (group) => (group.startsWith('kiro-eng-') ? APPLICATION : null) });
  const seed = directory({
    groups: { 'kiro-eng-pro': ['ana', 'bob'], 'kiro-eng-power': [] },
    detached: options.attached === true ? [] : ['kiro-eng-power'],
  });
  const born = options.aged === false ? {} : { CreatedAt: new Date(NOW.getTime() - 240 * HOUR).toISOString() };
  const world = await incident({ ...seed, groups: seed.groups.map((group) => ({ ...group, ...born })) }, { watch: judging.watch });
  await world.emulator.control('seats', { ending: 'at-once' });
  await world.emulator.control('clock');
  const passes = (daemon: IncidentDaemon): Passes => {
    const once = async () => {
      judging.passBegins();
      await daemon.pass();
    };
    const forHours = async (hours: number) => {
      for (let hour = 0; hour < hours; hour += EVERY) {
        await once();
        await later(world, EVERY);
      }
    };
    return { once, forHours };
  };
  return { world, lost: () => judging.verdict().lost, passes };
}

/** Time goes by for the product and the emulator alike, and the judge has seen it. */
async function later(world: Incident, hours: number): Promise<void> {
  world.clock.now = new Date(world.clock.now.getTime() + hours * HOUR);
  await world.emulator.control('clock');
}

/** A second before the next pass, so that the judge does not take it for a part of that. */
async function consoleStep(world: Incident): Promise<void> {
  await world.emulator.control('console/subscribe', { application: APPLICATION, group: 'kiro-eng-power', tier: 'power' });
  await later(world, 1 / 3600);
}
const ended = async (world: Incident) => about(await world.writes(), 'ana').includes(ENDED);
const notes = (daemon: IncidentDaemon) => daemon.journal.list.filter((entry) => entry.type === 'attachment');

describe('a console step that comes days after the membership', () => {
  test.each([true, false])('keeps the old seat until a day after it was seen (groups with CreatedAt: %s)', async (aged) => {
    const { world, lost, passes } = await move({ aged });
    const daemon = world.daemon(FILES);
    const { forHours, once } = passes(daemon);
    await forHours(30);
    await consoleStep(world);
    await forHours(24);
    expect(await ended(world)).toBe(false);
    const { result } = daemon.daemon.latest() ?? {};
    expect(result).toMatchObject({ outcome: 'incomplete', applied: { planned: 1, skipped: 1 } });
    const skipped = daemon.journal.list.findLast((entry) => entry.type === 'change' && entry.result === 'skipped');
    expect(skipped).toMatchObject({
      key: ENDED.slice(1),
      error: expect.stringMatching(/^group kiro-eng-power was attached .* less than 24 h ago/),
    });
    await once();
    expect(await ended(world)).toBe(true);
    expect(lost()).toEqual([]);
    expect(notes(daemon).map((entry) => entry.attached)).toEqual([...Array.from({ length: 5 }, () => false), true]);
  });

  test('is known after a restart too', async () => {
    const { world, lost, passes } = await move();
    const first = world.daemon(FILES);
    await passes(first).forHours(30);
    await consoleStep(world);
    await passes(first).forHours(6);
    await first.stop();
    const second = world.daemon(FILES);
    second.journal.list.push(...first.journal.list);
    const { forHours, once } = passes(second);
    await forHours(18);
    expect(await ended(world)).toBe(false);
    await once();
    expect(await ended(world)).toBe(true);
    expect(lost()).toEqual([]);
  });

  test('is unknown to a daemon that did not look for a day, and to a new journal: the plan has its way', async () => {
    const { world, lost, passes } = await move();
    const daemon = world.daemon(FILES);
    await passes(daemon).forHours(6);
    await consoleStep(world);
    await world.emulator.control('clock', { advance: '24h' });
    await passes(daemon).once();
    expect(await ended(world)).toBe(true);
    expect(lost()).toEqual([]); // Kiro had its day as well

    const forgetful = await move();
    const before = forgetful.world.daemon(FILES);
    await forgetful.passes(before).forHours(30);
    await consoleStep(forgetful.world);
    await before.stop();
    await forgetful.passes(forgetful.world.daemon(FILES)).once();
    expect(await ended(forgetful.world)).toBe(true);
    expect(forgetful.lost()).toHaveLength(1); // what only a journal, or `confirmed`, can prevent
  });

  test('is counted on the clock of the directory, whatever this machine says', async () => {
    const { world, passes } = await move();
    const daemon = world.daemon(FILES);
    const { once } = passes(daemon);
    const hours = async (count: number) => {
      for (let hour = 0; hour < count; hour += EVERY) {
        await once();
        await world.emulator.control('clock', { advance: `${EVERY}h` });
      }
    };
    await hours(30);
    await consoleStep(world);
    await hours(24);
    expect(await ended(world)).toBe(false);
    await once();
    expect(await ended(world)).toBe(true);
  });
});

test('a group that was attached all the time delays nothing and writes nothing', async () => {
  const { world, lost, passes } = await move({ attached: true });
  const daemon = world.daemon(FILES);
  const { forHours, once } = passes(daemon);
  await forHours(24);
  expect(await ended(world)).toBe(false);
  await once();
  expect(await ended(world)).toBe(true);
  expect(lost()).toEqual([]);
  expect(notes(daemon)).toEqual([]);
});

test('an overlap of nothing is nothing', async () => {
  const { world, passes } = await move();
  const daemon = world.daemon(FILES, { overlapHours: 0 });
  await passes(daemon).forHours(6);
  await consoleStep(world);
  await passes(daemon).once();
  expect(await ended(world)).toBe(true);
  expect(notes(daemon)).toEqual([]);
});

/** What single passes note, without an emulator: Power of `eng`, with Ana in both groups for months. */
describe('what a pass notes', () => {
  const policy = `---\nkind: Assignment\nname: a\nprofile: eng\ntier: power\nusers: [ana@example.com]\n`;
  const config = configuration(BASE, policy);
  const groups = {
    'kiro-eng-pro': ['ana@example.com'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': ['ana@example.com'],
    'kiro-lab-pro': [],
  };
  type Scene = { readonly attached: boolean; readonly id?: string | null; readonly createdAt?: string | null };
  const BORN = '2026-10-01T00:00:00.000Z';

  function scene(now: Date, { attached, id = 'g-kiro-eng-power', createdAt = BORN }: Scene) {
    const on = ['kiro-eng-pro', 'kiro-eng-pro-plus', ...(attached ? ['kiro-eng-power'] : [])];
    const made = live({ groups, attached: { eng: on, lab: ['kiro-lab-pro'] } }, now);
    const rename = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll('"g-kiro-eng-power"', JSON.stringify(id)));
    const listed = made.groups.map((group) => (group.name === 'kiro-eng-power' && createdAt !== null ? { ...group, createdAt } : group));
    const seen: Live = rename({ ...made, groups: id === null ? listed.filter((group) => group.name !== 'kiro-eng-power') : listed });
    return { configuration: config, live: seen, resolution: resolve(config, seen, now, OPERATOR) };
  }

  /** One pass: what it noted, and why the end of Ana's old membership is left alone. */
  function pass(entries: JournalEntry[], hours: number, what: Scene, overlapHours = 24, reading = 0) {
    const now = new Date(NOW.getTime() + hours * HOUR);
    const found = scene(now, what);
    const read = new Date(now.getTime() + reading * HOUR);
    const noted: readonly Attachment[] = attachmentEntries({ entries, found, now: read, overlapHours });
    entries.push(...noted);
    const made = plan({ configuration: config, live: found.live, now, operator: { ...OPERATOR, overlapHours }, revision: null });
    const skip = unsettled({ entries, found, overlapHours });
    return { noted, skipped: changesOf(made).flatMap((change) => (skip(change) === null ? [] : [change.key])) };
  }
  const OLD = ['membership/kiro-eng-pro/ana@example.com'];
  const DAY = [0, 1, 23.9, 24] as const;

  test('an unattached group at most once an hour, an attached one once', () => {
    const entries: JournalEntry[] = [];
    const minutes = (from: number, to: number, attached: boolean) => {
      for (let minute = from; minute < to; minute += 15) pass(entries, minute / 60, { attached });
    };
    minutes(0, 240, false);
    expect(entries).toHaveLength(4);
    minutes(240, 600, true);
    expect(entries).toHaveLength(5);
    minutes(600, 610, false);
    expect(entries).toHaveLength(6);
  });

  test('the bracket decides: a gap of less than the overlap is known, a longer one is not', () => {
    for (const [gap, skipped] of [
      [23.9, OLD],
      [24, []],
    ] as const) {
      const entries: JournalEntry[] = [];
      pass(entries, 0, { attached: false });
      expect(pass(entries, gap, { attached: true }).skipped).toEqual(skipped);
    }
  });

  test('a shorter overlap is looked at more often', () => {
    const entries: JournalEntry[] = [];
    for (let minute = 0; minute <= 50; minute += 10) pass(entries, minute / 60, { attached: false }, 1);
    expect(pass(entries, 61 / 60, { attached: true }, 1).skipped).toEqual(OLD);
    expect(pass(entries, 120 / 60, { attached: true }, 1).skipped).toEqual(OLD);
    expect(pass(entries, 121 / 60, { attached: true }, 1).skipped).toEqual([]);
  });

  test('a group that did not exist, or came back under another id, was not attached before it was made', () => {
    for (const before of [
      { attached: false, id: null },
      { attached: false, id: 'g-former' },
    ] as const) {
      const entries: JournalEntry[] = [];
      pass(entries, -100, before);
      const createdAt = new Date(NOW.getTime() - HOUR).toISOString();
      expect(DAY.map((hours) => pass(entries, hours, { attached: true, createdAt }).skipped)).toEqual([OLD, OLD, OLD, []]);
    }
    // Made anew and added in the console again between two passes.
    const again: JournalEntry[] = [];
    pass(again, -200, { attached: false });
    pass(again, -199, { attached: true });
    const anew = { attached: true, id: 'g-anew', createdAt: new Date(NOW.getTime() - HOUR).toISOString() };
    expect(DAY.map((hours) => pass(again, hours, anew).skipped)).toEqual([OLD, OLD, OLD, []]);
    // Another old group that took the name: nothing is known of it.
    const entries: JournalEntry[] = [];
    pass(entries, -1, { attached: false, id: 'g-former' });
    expect(pass(entries, 0, { attached: true }).skipped).toEqual([]);
  });

  test('a reading that takes an hour may have seen the group attached at its end', () => {
    const entries: JournalEntry[] = [];
    pass(entries, -1, { attached: false }, 24, 1);
    pass(entries, 0, { attached: true }, 24, 1);
    expect([24.9, 25].map((hours) => pass(entries, hours, { attached: true }).skipped)).toEqual([OLD, []]);
  });

  test('a seat in another profile does not delay a move within one', () => {
    const found = scene(NOW, { attached: true });
    const [seat] = found.resolution.seats;
    if (seat === undefined) throw new Error('Ana has a seat');
    const lab = { ...seat, profile: 'lab', tier: 'pro', group: 'kiro-lab-pro' };
    const note = { type: 'attachment', profile: 'lab', group: 'kiro-lab-pro', groupId: 'g-kiro-lab-pro', ageMs: null } as const;
    const at = (hours: number) => new Date(NOW.getTime() + hours * HOUR).toISOString();
    const entries = [
      { ...note, attached: false, at: at(-2) },
      { ...note, attached: true, at: at(-1) },
    ];
    const [change] = changesOf(plan({ configuration: config, live: found.live, now: NOW, operator: OPERATOR, revision: null }));
    if (change === undefined) throw new Error('the plan ends her old membership');
    const why = (seats: typeof found.resolution.seats) =>
      unsettled({ entries, found: { ...found, resolution: { ...found.resolution, seats } }, overlapHours: 24 })(change);
    expect(why([seat, lab])).toBeNull();
    expect(why([lab])).toContain('group kiro-lab-pro was attached to the Kiro application of lab');
    expect(why([{ ...lab, external: true }])).toBeNull();
  });

  test('without CreatedAt wall time counts', () => {
    const entries: JournalEntry[] = [];
    pass(entries, -1, { attached: false, createdAt: null });
    expect(DAY.map((hours) => pass(entries, hours, { attached: true, createdAt: null }).skipped)).toEqual([OLD, OLD, OLD, []]);
  });

  test('a clock that was a year ahead delays by one overlap, not by a year', () => {
    const entries: JournalEntry[] = [];
    pass(entries, 8760, { attached: false });
    pass(entries, 8761, { attached: true });
    expect(DAY.map((hours) => pass(entries, hours, { attached: true }).skipped)).toEqual([OLD, OLD, OLD, []]);
  });

  test('where the application of the profile is not clear, a group on one of them may or may not be attached', () => {
    const entries: JournalEntry[] = [];
    expect(pass(entries, -1, { attached: false }).noted).toHaveLength(1);
    const found = scene(NOW, { attached: true });
    const renamed = { ...found.live, applications: found.live.applications.map((one) => ({ ...one, name: 'Something else' })) };
    const noted = attachmentEntries({ entries, found: { ...found, live: renamed }, now: NOW, overlapHours: 24 });
    expect(noted.map(({ group }) => group)).toEqual([]);
  });
});
