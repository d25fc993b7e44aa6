import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../src/adapters/identity-center/connect.ts';
import { openJournal } from '../../src/adapters/journal-file.ts';
import type { DaemonDeps } from '../../src/daemon/deps.ts';
import { pass } from '../../src/daemon/pass.ts';
import type { Sight, State } from '../../src/emulator/emulator.ts';
import type { Exchange } from '../../src/emulator/server.ts';
import { contested } from '../../src/model/journal-state.ts';
import { changesOf } from '../../src/model/plan.ts';
import type { GitSource } from '../../src/ports.ts';
import type { Result } from '../../src/reconcile.ts';
import { mail, userId } from '../cli/site.ts';
import { fakeJournal, SETTINGS } from '../support/daemon.ts';
import { sourceFile } from '../support/world.ts';
import { randomOf } from './campaign.ts';
import { type Grants, judge } from './judge.ts';
import { soakClock } from './soak-clock.ts';
import { meddling, renaming, squall, type Trouble, weather } from './soak-fault.ts';
import {
  applicationName,
  dice,
  firstPolicy,
  firstState,
  membersOf,
  nextPolicy,
  type Organisation,
  organisation,
  type Policy,
  policyText,
  START,
  seatGroup,
  wishes,
} from './soak-organisation.ts';
import { rewrites, wire } from './soak-wire.ts';

/** What the run looks through: one emulator serves all runs, one after the other. */
export type Eyes = { now: () => Date; watch: (sight: Sight) => void; see: (exchange: Exchange) => void };
export type Control = (path: string, body?: object) => Promise<unknown>;
export type Figures = Record<string, number>;
export type Outcome = {
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  readonly broken: readonly string[];
  readonly figures: Figures;
};

const HOUR = 3_600_000;
const LAG_MS = 2000;
const MOST_SENDS = 10;
/** Passes that a world at rest gets to come to rest as well; each is a day later. */
const MOST_QUIET = 8;
/** Loose, so that the run is about writing: guards have tests of their own. */
const LIMITS = { removals: { percent: 100, count: 1000 }, moves: { percent: 100 }, increase: { percent: 1000, usd: 100_000 } };

/** A branch in memory, each commit on top of the one before. */
const branch = (): GitSource & { push: (text: string) => void } => {
  const commits: Awaited<ReturnType<GitSource['fetch']>>[] = [];
  const newest = () => commits.at(-1) ?? { revision: null, files: [] };
  return {
    push: (text) =>
      void commits.push({
        revision: `main@sha1:${String(commits.length + 1).padStart(40, '0')}`,
        files: [sourceFile('policy.yaml', text)],
      }),
    fetch: async () => newest(),
    read: async (revision) => commits.find((each) => each.revision === revision) ?? { revision: null, files: [] },
    lastGood: async () => newest(),
    descends: async () => true,
    commits: async () => [],
    verify: async () => ({ commits: 0, unverified: [] }),
  };
};

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** One run, from its seed alone. */
export const soakRun = async (seed: number, { eyes, control }: { readonly eyes: Eyes; readonly control: Control }): Promise<Outcome> => {
  const d = dice(randomOf(seed));
  const time = soakClock(START, randomOf(seed + 1));
  const org = organisation(d);
  const state0 = { policy: firstPolicy(org, d) };
  const world = { policy: state0.policy, state: firstState(org, state0.policy, d), pass: 0 };
  const figures: Figures = {};
  const broken: string[] = [];
  const count = (name: string, by = 1) => {
    figures[name] = (figures[name] ?? 0) + by;
  };

  const applications = new Map(org.profiles.map((profile) => [profile.name, applicationName(profile)]));
  const groups = new Map(
    org.profiles.flatMap((profile) => profile.tiers.map((tier) => [seatGroup(profile.name, tier), applicationName(profile)] as const)),
  );
  const judged = judge({
    grants: () => grantsOf(world.policy, world.state, dayOf(time.now()), applications),
    applicationOf: (name) => groups.get(name) ?? null,
  });
  const sent = wire();
  const again = rewrites();
  let meddle: (() => void) | null = null;
  eyes.now = time.now;
  eyes.see = (exchange) => {
    sent.see(exchange);
    count('requests');
    if (exchange.response.status !== 200) count(faultOf(exchange));
    else if (exchange.response.drop) count('fault drop-after-write');
    meddle?.();
  };
  let lastLook = Number.NEGATIVE_INFINITY;
  let readJournal = () => {};
  eyes.watch = (sight) => {
    // Reads change nothing, and seats that only time brings are looked for every minute.
    if (sight.writes.length === 0 && Date.parse(sight.at) - lastLook < 60_000) return;
    lastLook = Date.parse(sight.at);
    if (sight.writes.length > 0) world.state = sight.state();
    readJournal();
    for (const write of sight.writes) {
      again.see(write, world.pass);
      count(`writes of ${write.actor}`);
      if (write.actor === 'api' && write.operation.endsWith('GroupMembership') && !groups.has(String(write['group'])))
        broken.push(`${write.operation} in ${String(write['group'])}, which is no seat group`);
    }
    judged.watch(sight);
  };
  await control('reset', { seed: world.state });

  const stateDir = d.chance(0.1) ? await mkdtemp(join(tmpdir(), 'kirosync-soak-')) : null;
  const journal = stateDir === null ? fakeJournal() : await openJournal(stateDir, { now: time.now });
  let known = 0;
  // Before each write is looked at: a pass that gives a contested key back writes it in the same breath.
  readJournal = () => {
    const news = journal.entries().slice(known);
    known += news.length;
    for (const entry of news) {
      if (entry.type === 'settled') again.forgive((group, user) => entry.key === keyOf(world.state, group, user));
      if (entry.type === 'contested') count('contested');
      if (entry.type === 'reversed') count('reversed');
    }
  };
  const connection = connect({ region: 'eu-west-1', quotaShare: 0.75, assumeRoleArn: null, now: time.now, clock: time.clock });
  const source = branch();
  const nothing = () => {};
  const deps: DaemonDeps = {
    settings: { ...SETTINGS, limits: LIMITS, applicationAssignments: org.manage ? 'manage' : 'verify' },
    source,
    journal,
    observe: connection.reader.observe,
    writer: () => connection.writer,
    calls: connection.calls,
    throttles: connection.throttles,
    now: time.now,
    nextRun: () => null,
    log: { info: nothing, warn: nothing, error: nothing },
    accepted: async () => null,
    lockLost: () => null,
  };
  const asks = [{ kind: 'reconcile', reason: 'soak', by: 'schedule' }] as const;

  /** Somebody's action; one that finds nothing to act on is none. */
  const act = async ({ route, body }: Trouble): Promise<boolean> => {
    const done = await control(route, body).then(
      () => true,
      () => false,
    );
    if (done && route !== 'faults') count(`somebody: ${String(body['action'])}`);
    return done;
  };
  /** Time passes in steps, each of which the judge sees. */
  const wait = async (hours: number) => {
    for (let left = hours; left > 0; left -= 6) {
      time.advance(Math.min(left, 6) * HOUR);
      await control('seats');
    }
  };
  const commit = (policy: Policy) => {
    world.policy = policy;
    for (const team of org.teams) team.inPolicy = team.name;
    source.push(policyText(org, policy));
    count('commits');
  };

  const onePass = async (isMeddled: boolean, isAtOnce = false): Promise<Result | null> => {
    // What was done before is old enough for every read to show it; but for a pass that follows another within the lag.
    if (!isAtOnce) time.advance(LAG_MS + 1000);
    lastLook = Number.NEGATIVE_INFINITY;
    await control('seats');
    judged.passBegins(LAG_MS);
    world.pass += 1;
    sent.passBegins();
    const before = figures['writes of api'] ?? 0;
    const meddled: Promise<boolean>[] = [];
    if (isMeddled) meddle = () => void (d.chance(0.02) && meddled.push(act(meddling(org, d, 'while-applying'))));
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const ended = await pass(deps, { kind: 'reconcile', asks, ticket: world.pass }, stop.signal).catch(
      (error: unknown) => void broken.push(`pass ${world.pass} is a bug: ${error instanceof Error ? error.message : String(error)}`),
    );
    meddle = null;
    await Promise.all(meddled);
    if (ended === undefined) return null;
    const { result } = ended;
    const law = (holds: boolean, text: string) => void (holds || broken.push(`pass ${world.pass} (${result.outcome}): ${text}`));
    readJournal();
    const writes = (figures['writes of api'] ?? 0) - before;
    const most = sent.mostSends();
    count('passes');
    count(`outcome ${result.outcome}`);
    count('write calls', sent.writeCalls());
    figures['most sends of a change'] = Math.max(figures['most sends of a change'] ?? 0, most.sends);
    law(result.live !== null || writes + sent.writeCalls() === 0, `it wrote ${writes} times after a read that failed`);
    law(sent.early().length === 0, `it deleted after an incomplete read: ${sent.early().join('; ')}`);
    law(most.sends <= MOST_SENDS, `${most.change} was sent ${most.sends} times`);
    if (result.applied !== null) {
      const { planned, applied, failed, skipped } = result.applied;
      law(applied + failed + skipped === planned, `${applied} + ${failed} + ${skipped} is not ${planned}`);
      count('changes planned', planned - skipped);
      count('changes applied', applied);
      count('changes failed', failed);
    }
    return result;
  };

  // Under `verify` the console step follows at once: nothing tells when a group was attached, so of one that is attached days
  // after its members were added the product believes that it has been for as long. docs/reliability.md names this limit.
  /** What the pass says that people have to do: look at refusals, do the console step, write down that it is done. */
  const human = async (result: Result | null) => {
    const { late } = org;
    const lateGroup = late === null ? null : world.state.groups.find((group) => group.DisplayName === seatGroup(late.profile, late.tier));
    if (late !== null && lateGroup != null && world.policy.lateConfirmed === null && (!org.manage || d.chance(0.3))) {
      await control('console/subscribe', { application: applications.get(late.profile), group: lateGroup.DisplayName, tier: late.tier });
      count('somebody: console step');
      commit({ ...world.policy, lateConfirmed: dayOf(time.now()) });
    }
    if (result?.outcome === 'refused' && result.plan !== null) {
      const exceptions = result.plan.violations.map(({ rule, keys }) => ({ rule, keys }));
      if (exceptions.some(({ keys }) => keys.length === 0)) broken.push(`refused without a way: ${result.message}`);
      else commit({ ...world.policy, exceptions: [...world.policy.exceptions, ...exceptions] });
    }
  };

  try {
    commit(world.policy);
    for (const each of weather(d)) await act(each);
    if (d.chance(0.5)) await control('seats', { ending: 'at-once' });
    const revisions = d.number(3, 6);
    for (let revision = 0; revision < revisions; revision++) {
      const former = world.policy.grants;
      if (revision > 0) commit(nextPolicy(org, world.policy, dayOf(time.now()), d));
      for (let passes = d.number(1, 3); passes > 0; passes--) {
        await wait(d.one([0.25, 1, 7, 13, 25, 25, 49, 80]));
        for (let acts = d.number(0, 3); acts > 0; acts--) await act(meddling(org, d, 'between-passes'));
        if (d.chance(0.1)) {
          const team = d.one(org.teams);
          const to = `${team.name}x`;
          if (await act(renaming(team, to))) team.name = to;
        }
        if (d.chance(0.2)) {
          const trouble = squall(d);
          await act(trouble);
          if (trouble.body['kind'] === 'conflict') count('conflicts beyond the weather', Number(trouble.body['times']));
        }
        await human(await onePass(d.chance(0.6)));
        if (!d.chance(0.2)) continue;
        commit({ ...world.policy, grants: former });
        count('reverts within the lag');
        await human(await onePass(false, true));
      }
    }

    await control('faults', { clear: true });
    await control('outsider', { action: 'undo', times: 0 });
    await control('scim', { action: 'schedule', every: '0s' });
    if (org.late !== null && world.policy.lateConfirmed === null) count('late seats never confirmed');
    commit(world.policy);
    let result: Result | null = null;
    let quiet = 0;
    for (; quiet < MOST_QUIET; quiet++) {
      await wait(25);
      result = await onePass(false);
      if (result?.outcome === 'refused') await human(result);
      else if (quiet > 1 && isSettled(result, journal.entries())) break;
    }
    if (!isSettled(result, journal.entries())) {
      const left = result?.plan === null || result === null ? [] : changesOf(result.plan).map((change) => `${change.action} ${change.key}`);
      broken.push(`no rest after ${quiet} days: ${result?.outcome} ${result?.message} ${left.join(', ')}`);
    }
    const open = new Set(contested(journal.entries()).keys());
    broken.push(...unlike(org, world.policy, world.state, dayOf(time.now()), open, result));
    await wait(25);
    broken.push(...again.tooMany());
    const back = judged.stillTaken().filter((each) => !isContested(each, open, world.state));
    const late = org.late !== null && world.policy.lateConfirmed === null;
    if (back.length > 0 && !late) broken.push(`taken by somebody and not given back: ${back.join(', ')}`);
    // The law is about the weather; what a squall strikes in a row comes on top of it.
    const calls = (figures['write calls'] ?? 0) - (figures['conflicts beyond the weather'] ?? 0);
    if (calls > 3 * (figures['changes planned'] ?? 0))
      broken.push(`${calls} write calls for ${figures['changes planned']} planned changes`);
  } finally {
    await journal.close();
    connection.close();
    if (stateDir !== null) await rm(stateDir, { recursive: true });
  }
  const { lost, duplicated, taken, sights } = judged.verdict();
  count('taken by somebody', taken.size);
  count('looks of the judge', sights);
  return { lost, duplicated, broken, figures };
};

const grantsOf = (policy: Policy, state: State, day: string, applications: ReadonlyMap<string, string>): Grants => {
  const grants = new Map<string, Set<string>>();
  for (const wish of wishes(policy, state, day)) {
    const mine = grants.get(wish.userId) ?? new Set();
    grants.set(wish.userId, mine.add(applications.get(wish.profile) ?? ''));
  }
  return grants;
};

const faultOf = ({ response }: Exchange): string => {
  if (response.status === 503) return 'fault unavailable';
  const type = /"__type":"(?:[^"#]*#)?([^"]*)"/.exec(response.body)?.[1] ?? String(response.status);
  if (type === 'ConflictException') return response.body.includes('UNIQUENESS') ? 'answer already there' : 'fault conflict';
  return type === 'ResourceNotFoundException' ? 'answer not found' : `fault ${type}`;
};

const keyOf = (state: State, group: string, user: string): string => {
  const name = state.groups.find((each) => each.GroupId === group)?.DisplayName ?? group;
  return `membership/${name}/${state.users.find((each) => each.UserId === user)?.UserName ?? user}`;
};

const isContested = (holder: string, open: ReadonlySet<string>, state: State): boolean => {
  const user = state.users.find((each) => holder.startsWith(`${each.UserId} `))?.UserName ?? '';
  return [...open].some((key) => key.endsWith(`/${user}`));
};

/** At rest: nothing to do, or only what is left to a human. */
const isSettled = (result: Result | null, entries: Parameters<typeof contested>[0]): boolean => {
  if (result?.plan == null || result.outcome === 'refused') return false;
  const open = contested(entries);
  return changesOf(result.plan).every((change) => open.has(change.key));
};

/** How the directory differs from what the policy's author wants, contested keys and held removals aside. */
const unlike = (
  org: Organisation,
  policy: Policy,
  state: State,
  day: string,
  open: ReadonlySet<string>,
  result: Result | null,
): readonly string[] => {
  const members = membersOf(state);
  const mails = new Map(org.people.map((person) => [userId(person), mail(person)]));
  const held = new Set(result?.plan?.held.map((each) => each.key) ?? []);
  const wanted = new Set(wishes(policy, state, day).map((wish) => `${seatGroup(wish.profile, wish.tier)}/${mails.get(wish.userId)}`));
  const names = org.profiles.flatMap(({ name, tiers }) => tiers.map((tier) => seatGroup(name, tier)));
  const live = new Set(names.flatMap((name) => [...(members.get(name) ?? [])].map((id) => `${name}/${mails.get(id)}`)));
  const known = (place: string) => open.has(`membership/${place}`);
  return [
    ...[...wanted].filter((place) => !live.has(place) && !known(place)).map((place) => `at rest without ${place}`),
    ...[...live]
      .filter((place) => !wanted.has(place) && !known(place) && !held.has(`membership/${place}`))
      .map((place) => `at rest with ${place}, which nobody wants`),
  ];
};
