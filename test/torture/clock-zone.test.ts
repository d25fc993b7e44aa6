import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { planJson } from '../../src/report/plan-json.ts';
import { planText } from '../../src/report/plan-text.ts';
import { kirosync } from '../support/cli.ts';
import { BASE, live, planOf, type World } from '../support/world.ts';

/** The day before and after UTC's, half hours, and both directions of daylight saving. */
const ZONES = [
  'America/New_York',
  'Pacific/Kiritimati',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Pago_Pago',
  'Europe/Dublin',
  'UTC',
];
/** Around midnight UTC, month ends, the leap day, and the hours in which clocks are changed in New York and Dublin. */
const INSTANTS = [
  ...['2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2027-03-14T07:00:00Z', '2026-10-25T01:00:00Z', '2027-03-28T01:30:00Z'],
  ...['2026-11-30T23:59:59.999Z', '2026-12-01T00:00:00Z', '2028-02-28T00:00:00Z', '2028-02-29T12:00:00Z', '2026-12-31T10:30:00Z'],
];
const POLICY = `kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana@example.com, cem@example.com]
from: 2026-11-01
until: 2026-11-30
reason: Test
---
kind: Assignment
name: leads
profile: eng
tier: power
users: [dana@example.com]
reason: Test
`;
const WORLD: World = {
  users: ['cem@example.com'],
  groups: {
    'kiro-eng-pro': ['ana@example.com', 'bob@example.com', 'dana@example.com'],
    'kiro-eng-power': ['dana@example.com@2026-10-31T23:30:00Z'],
  },
};

const zone = process.env['TZ'];
const folders: string[] = [];
afterEach(() => {
  process.env['TZ'] = zone;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

test('a plan is the same in every time zone, at every instant', () => {
  const policy = POLICY;
  const offsets = new Set<number>();
  for (const text of INSTANTS) {
    const now = new Date(text);
    const seen = ZONES.map((name) => {
      process.env['TZ'] = name;
      offsets.add(now.getTimezoneOffset());
      const made = planOf(policy, WORLD, { now, live: live(WORLD, now) });
      return `${planJson(made)}${planText(made, { color: false })}`;
    });
    expect(new Set(seen).size, text).toBe(1);
  }
  expect(offsets.size).toBeGreaterThan(6); // else the zones had no effect and nothing was tested
});

test('the command line prints the same plan of a recording wherever its operator is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-zone-'));
  folders.push(folder);
  writeFileSync(join(folder, 'policy.yaml'), `${BASE.replace('removals: immediate', 'removals: month-end')}---\n${POLICY}`);
  const recording = join(folder, 'live.json');
  writeFileSync(recording, JSON.stringify(live(WORLD, new Date('2026-11-30T23:30:00Z'))));
  const zones = ['America/New_York', 'Pacific/Kiritimati', 'Asia/Kolkata'];
  const args = ['plan', '--config', folder, '--live', recording];
  const ran = await Promise.all(zones.map((TZ) => kirosync(args, { env: { TZ } })));
  expect(ran.map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(new Set(ran.map(({ stdout }) => stdout)).size).toBe(1);
  expect(ran[0]?.stdout).toContain('cem@example.com');
});
