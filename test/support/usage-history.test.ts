import { expect, test } from 'vitest';
import {
  DEVELOPMENT_SEEDS,
  REGIMES,
  randomOf,
  type SyntheticPerson,
  type SyntheticRegime,
  UNSEEN_SEEDS,
  usageHistory,
} from './usage-history.ts';

const history = usageHistory({ seed: DEVELOPMENT_SEEDS[0], each: 60 });

function of(regime: SyntheticRegime): readonly SyntheticPerson[] {
  return history.people.filter((person) => person.regime === regime);
}

function sum(daily: Float64Array, from = 0, to = daily.length): number {
  return daily.subarray(Math.max(0, from), Math.max(0, to)).reduce((total, day) => total + day, 0);
}

function share(people: readonly SyntheticPerson[], holds: (person: SyntheticPerson) => boolean): number {
  return people.filter(holds).length / people.length;
}

test('a seed gives the same people each time, another seed others', () => {
  const again = usageHistory({ seed: DEVELOPMENT_SEEDS[0], each: 60 });
  expect(again).toEqual(history);
  const other = usageHistory({ seed: UNSEEN_SEEDS[0], each: 60 });
  expect(other.people.some((person, i) => sum(person.daily) === sum(history.people[i]?.daily ?? new Float64Array()))).toBe(false);
});

test('a person is the same however many others are made', () => {
  const fewer = usageHistory({ seed: DEVELOPMENT_SEEDS[0], each: 3 });
  expect(fewer.people.filter(({ regime }) => regime === 'leaver')).toEqual(of('leaver').slice(0, 3));
});

test('the seeds to develop on and to judge on are apart', () => {
  expect(new Set([...DEVELOPMENT_SEEDS, ...UNSEEN_SEEDS]).size).toBe(DEVELOPMENT_SEEDS.length + UNSEEN_SEEDS.length);
});

test('random numbers are spread as they should be', () => {
  const random = randomOf(5);
  const units = Array.from({ length: 20_000 }, random.unit);
  expect(Math.min(...units)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...units)).toBeLessThan(1);
  expect(units.reduce((total, unit) => total + unit, 0) / units.length).toBeCloseTo(0.5, 1);
  const normals = Array.from({ length: 20_000 }, random.normal);
  expect(normals.reduce((total, n) => total + n, 0) / normals.length).toBeCloseTo(0, 1);
  expect(normals.reduce((total, n) => total + n * n, 0) / normals.length).toBeCloseTo(1, 1);
});

test('six whole months of each regime, no negative day, two decimals', () => {
  expect(history.days).toBe(31 + 30 + 31 + 31 + 30 + 31);
  expect(REGIMES.map((regime) => of(regime).length)).toEqual([60, 60, 60, 60, 60, 60]);
  for (const { daily } of history.people) {
    expect(daily.length).toBe(history.days);
    expect(daily.every((day) => day >= 0 && Math.abs(day * 100 - Math.round(day * 100)) < 1e-6)).toBe(true);
  }
  expect(share(history.people, ({ daily }) => sum(daily) > 0)).toBeGreaterThan(0.98);
});

test('weekends are quieter than working days', () => {
  const first = new Date(`${history.from}T00:00:00Z`).getUTCDay();
  const weekend = (daily: Float64Array): number => daily.filter((_, day) => [0, 6].includes((first + day) % 7)).reduce((a, b) => a + b, 0);
  const steady = of('steady');
  const all = steady.reduce((total, { daily }) => total + sum(daily), 0);
  expect(steady.reduce((total, { daily }) => total + weekend(daily), 0) / all).toBeLessThan((2 / 7) * 0.6);
});

test('steady people have one level: each half of the half year holds about half of it', () => {
  expect(share(of('steady'), ({ daily }) => Math.abs(sum(daily, 0, 92) / sum(daily) - 0.5) < 0.2)).toBeGreaterThan(0.9);
});

test('a level shift changes the use of the days after it', () => {
  const shifts = of('level-shift').flatMap(({ daily, events }) =>
    events.filter((day) => day >= 21 && day <= 160).map((day) => ({ daily, day })),
  );
  expect(shifts.length).toBeGreaterThan(60);
  const moved = shifts.filter(
    ({ daily, day }) => Math.abs(Math.log((sum(daily, day, day + 21) + 1) / (sum(daily, day - 21, day) + 1))) > 0.25,
  );
  expect(moved.length / shifts.length).toBeGreaterThan(0.8);
});

test('on holiday nothing is used for a week at least, and something after it', () => {
  for (const { daily, events } of of('holiday')) for (const day of events) expect(sum(daily, day, day + 7)).toBe(0);
  expect(share(of('holiday'), ({ daily, events }) => (events.at(-1) ?? 0) > 130 || sum(daily, 155) > 0)).toBe(1);
});

test('bursty people are silent on most days, and a burst is more than a tenth of all', () => {
  expect(share(of('bursty'), ({ daily }) => daily.filter((day) => day > 0).length < 0.45 * daily.length)).toBeGreaterThan(0.9);
  const heaviest = of('bursty').map(({ daily, events }) => Math.max(...events.map((day) => sum(daily, day, day + 6))) / sum(daily));
  expect(heaviest.filter((part) => part > 0.1).length / heaviest.length).toBeGreaterThan(0.8);
});

test('joiners use nothing before their first day, leavers nothing from their last on', () => {
  for (const { daily, events } of of('joiner')) expect(sum(daily, 0, events[0])).toBe(0);
  for (const { daily, events } of of('leaver')) expect(sum(daily, events[0])).toBe(0);
  expect(share(of('joiner'), ({ daily, events }) => sum(daily, events[0]) > 0)).toBeGreaterThan(0.95);
  expect(share(of('leaver'), ({ daily, events }) => sum(daily, 0, events[0]) > 0)).toBe(1);
});
