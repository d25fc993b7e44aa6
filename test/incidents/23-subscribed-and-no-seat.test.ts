/**
 * Incident: a group was subscribed and its members never got a seat, for days, while every write had succeeded
 * (kirodotdev/Kiro#10645, #9877).
 * Property: a successful write is no seat. Until 24 hours a member without use is `new`, then `unconfirmed`, until a usage row speaks of
 * the seat; the report says that never-seated and idle cannot be told apart. No AWS API shows seats, so drift cannot know of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apply } from '../../src/commands/apply.ts';
import { credits } from '../../src/commands/credits.ts';
import { matches } from '../cli/document.ts';
import { assignment, ORGANIZATION, PROFILE, userId } from '../cli/site.ts';
import { putUsage } from '../support/usage-tree.ts';
import { type Files, type Incident, incident } from './world.ts';

const HOUR = 3_600_000;
const FILES: Files = { 'o.yaml': ORGANIZATION, 'p.yaml': PROFILE, 'a.yaml': assignment('a', 'pro', ['ana', 'bob']) };

/** Both clocks at once: the product's, and by it the emulator's, which is built on it. */
const pass = (world: Incident, hours: number): void => {
  world.clock.now = new Date(world.clock.now.getTime() + hours * HOUR);
};

/** A folder of usage in which only Ana appears. */
function usage(days: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'kirosync-seat-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  putUsage(
    root,
    days.map((date) => ({ rows: [{ date, userId: userId('ana'), credits: 5, tier: 'PRO' }] })),
  );
  return root;
}

async function states(world: Incident, root: string) {
  const json = await world.run(FILES, (io, deps) => credits({ usage: [root], format: 'json' }, io, deps));
  const { people } = matches('credits', json.stdout) as { people: readonly { userName: string; lastActive: string | null }[] }; // parse boundary: held against its schema
  const text = await world.run(FILES, (io, deps) => credits({ usage: [root] }, io, deps));
  return { text: text.stdout, active: people.filter((one) => one.lastActive !== null).map((one) => one.userName) };
}

describe('a group that Kiro never turns into seats', () => {
  test('is new for a day and unconfirmed from then on, until usage speaks of it', async () => {
    const world = await incident({ users: ['bob'], groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': [] } });
    await world.emulator.control('seats', { materialise: false });
    const done = await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps));
    expect(done).toMatchObject({ code: 0 });
    expect(await world.writes()).toHaveLength(1);
    const before = usage(['2026-11-09']);
    pass(world, 23);
    const waiting = await states(world, before);
    expect(waiting.text).toContain('1 active, 0 idle for 30 days or more, 0 unconfirmed, 1 new');
    pass(world, 2);
    const stalled = await states(world, before);
    expect(stalled.text).toContain('1 active, 0 idle for 30 days or more, 1 unconfirmed, 0 new');
    expect(stalled.text).toMatch(/bob@example\.com .* unconfirmed/);
    expect(stalled.text).toMatch(/cannot be told apart/);
    expect(stalled.active).toEqual(['ana@example.com']);
    // What Kiro really did, which no API of AWS shows: nobody new has a seat.
    const seats = (await world.emulator.control('seats')) as readonly { user: string }[]; // parse boundary: the emulator's own route
    expect(seats.map((seat) => seat.user)).not.toContain('bob@example.com');
    // And nothing is written again for it: the membership is there.
    expect(await world.writes()).toHaveLength(1);
  });

  test('a move to a tier that never comes keeps the old seat for its 24 hours, whatever is seen', async () => {
    const world = await incident({ groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': [] } });
    await world.emulator.control('seats', { materialise: false });
    const up: Files = { ...FILES, 'a.yaml': assignment('a', 'power', ['ana']) };
    for (const hours of [0, 12, 11]) {
      pass(world, hours);
      const { code } = await world.run(up, (io, deps) => apply({ yes: true }, io, deps));
      expect(code).toBe(0);
      expect(world.members('kiro-eng-pro')).toEqual(['ana']);
    }
  });

  test('a group nobody added in the console is not waited for in silence: the step is named in every plan', async () => {
    const world = await incident({ users: ['bob'], groups: { 'kiro-eng-pro': ['ana'], 'kiro-eng-power': [] }, detached: ['kiro-eng-pro'] });
    const { code, stdout } = await world.run(FILES, (io, deps) => apply({ yes: true }, io, deps));
    expect(code).toBe(0);
    expect(stdout).toContain('Kiro console, Region us-east-1: Users & groups → Add group → kiro-eng-pro → Kiro Pro');
  });
});
