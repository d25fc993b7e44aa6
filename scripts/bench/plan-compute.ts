import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { plan } from '../../src/plan/plan.ts';
import { OPERATOR } from './directory.ts';
import { type PlanWorld, planWorld } from './plan-world.ts';
import { type Bench, interleaved, type Scenario, seconds } from './scenario.ts';

const CHILD = fileURLToPath(new URL('plan-memory.ts', import.meta.url));
const peopleOf = (bench: Bench): number => (bench.full ? 100_000 : 50_000);

export function makePlan({ configuration, live, now }: PlanWorld): number {
  return plan({ configuration, live, now, operator: OPERATOR, revision: null }).stages.reduce(
    (all, stage) => all + stage.changes.length,
    0,
  );
}

/** The same for somebody who knows already who is to have which seat: one string a seat on either side. */
function seatSets({ live, seats, held }: PlanWorld): number {
  const names = new Map(live.users.map((user) => [user.id, user.userName]));
  const groups = new Map(live.groups.map((group) => [group.id, group.name]));
  const wanted = new Set(seats.map(({ group, user }) => `membership/${group}/${user}`));
  const have = new Set(held.map(({ groupId, userId }) => `membership/${groups.get(groupId)}/${names.get(userId)}`));
  return [...wanted].filter((key) => !have.has(key)).length + [...have].filter((key) => !wanted.has(key)).length;
}

/** Sets of the same strings and their difference: every team membership leads to a wanted seat, every seat group's is a held one. */
function plainSets({ live, seats, teams, held }: PlanWorld): number {
  const names = new Map(live.users.map((user) => [user.id, user.userName]));
  const groups = new Map(live.groups.map((group) => [group.id, group.name]));
  const groupOf = new Map(seats.map((seat) => [seat.userId, seat.group]));
  const wanted = new Set(teams.map(({ userId }) => `membership/${groupOf.get(userId)}/${names.get(userId)}`));
  const have = new Set(held.map(({ groupId, userId }) => `membership/${groups.get(groupId)}/${names.get(userId)}`));
  let difference = 0;
  for (const key of wanted) if (!have.has(key)) difference += 1;
  for (const key of have) if (!wanted.has(key)) difference += 1;
  return difference;
}

export const planCompute: Scenario = {
  name: 'plan-compute',
  unit: 's',
  what: 'a whole plan in memory, against building and diffing plain sets of the same strings',
  target: 3,
  run: async (bench) => {
    const world = planWorld(peopleOf(bench), bench.seed);
    const changes = makePlan(world);
    const took = await interleaved(bench.runs, {
      plan: () => seconds(() => makePlan(world)),
      sets: () => seconds(() => plainSets(world)),
      seats: () => seconds(() => seatSets(world)),
    });
    const { users, groups } = world.live;
    const size = `${users.length} users, ${groups.length} groups, ${world.teams.length} team memberships, ${world.held.length} seats`;
    const known = `${took.seats.toFixed(3)} s for sets of seats alone, whose source groups somebody else has resolved`;
    return { value: took.plan, bound: took.sets, notes: [`${size}: ${changes} changes`, known] };
  },
};

export const planGrowth: Scenario = {
  name: 'plan-growth',
  unit: '(exponent)',
  what: 'how the time of a plan grows from a tenth of the people to all of them, against 1.1',
  target: 1,
  run: async (bench) => {
    const [small, large] = [planWorld(peopleOf(bench) / 10, bench.seed), planWorld(peopleOf(bench), bench.seed)];
    makePlan(small);
    makePlan(large);
    const took = await interleaved(bench.runs, {
      small: () => seconds(() => makePlan(small)),
      large: () => seconds(() => makePlan(large)),
    });
    return { value: Math.log10(took.large / took.small), bound: 1.1 };
  },
};

export const planMemory: Scenario = {
  name: 'plan-memory',
  unit: 'MiB',
  what: 'most memory of a process that makes the plan, its input included, against 1 GiB',
  target: 1,
  run: async (bench) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', CHILD, String(peopleOf(bench)), String(bench.seed)]);
    return { value: Number(stdout), bound: 1024 };
  },
};
