import { existsSync, renameSync } from 'node:fs';
import type { Repository } from '../support/repository.ts';
import { anyOf, mail, otherSeat, PEOPLE, TEAM_GROUP, teammate, userId, VICTIM, type World } from './long-life-world.ts';

/** Where a campaign may put its hand. */
export type Site = {
  readonly emulator: string;
  readonly daemon: string;
  readonly token: string;
  readonly policy: Repository;
  readonly world: World;
  readonly random: () => number;
};

type Count = (name: string, by?: number) => void;

const OPERATIONS = [
  'ListGroupMemberships',
  'ListUsers',
  'ListApplications',
  'CreateGroupMembership',
  'DeleteGroupMembership',
  '*',
] as const;
const SHORT_FAULTS = [
  { kind: 'throttle', times: 3 },
  { kind: 'unavailable', times: 2 },
  { kind: 'conflict', times: 2 },
  { kind: 'drop-after-write', times: 1 },
  { kind: 'page-error', times: 1 },
  { kind: 'short-page', times: 2, size: 1 },
  { kind: 'expired-token', times: 1 },
  { kind: 'latency', ms: 3 },
  { kind: 'lag', ms: 2_000 },
] as const;

async function control(site: Site, path: string, body: object): Promise<boolean> {
  const response = await fetch(`${site.emulator}/_emulator/${path}`, { method: 'POST', body: JSON.stringify(body) });
  await response.text();
  return response.ok;
}

async function told(site: Site, path: string, body: object | null): Promise<string> {
  const init = body === null ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { authorization: `Bearer ${site.token}`, 'content-type': 'application/json', connection: 'close' };
  const response = await fetch(`${site.daemon}${path}`, { ...init, headers });
  const text = await response.text();
  if (response.status >= 500 && path !== '/readyz') throw new Error(`${path} answered ${response.status}: ${text}`);
  return text;
}

/** Somebody merges: one or two people get another seat, or none; now and then the revision is broken. */
function merge(site: Site, at: number, count: Count): void {
  const { world, policy, random } = site;
  const isBroken = random() < 0.06;
  for (let i = 0; i < (isBroken ? 0 : 1 + Math.floor(random() * 2)); i += 1) {
    const person = anyOf(PEOPLE.slice(1), random) ?? VICTIM;
    world.grant(person, otherSeat(world.seatOf(person), random));
  }
  policy.commit(`revision ${at}`, { ...world.files(), 'broken.yaml': isBroken ? 'kind: Nonsense\n' : '# nothing\n' });
  count(isBroken ? 'broken revisions' : 'revisions');
}

const away = (policy: Repository): string => `${policy.folder}-away`;

/** Git answers again. */
function gitReturns({ policy }: Site): void {
  if (existsSync(away(policy))) renameSync(away(policy), policy.folder);
}

async function outsider(site: Site, count: Count): Promise<void> {
  const { world, random } = site;
  const person = random() < 0.6 ? VICTIM : (anyOf(PEOPLE, random) ?? VICTIM);
  const group = world.seatOf(person) ?? 'kiro-eng-pro';
  const action = random() < 0.8 ? 'remove-member' : 'add-member';
  if (await control(site, 'outsider', { action, group, user: mail(person) })) count('outsider edits');
}

async function team(site: Site, count: Count): Promise<void> {
  const { world, random } = site;
  const joins = random() < 0.5;
  const person = teammate(world, !joins, random);
  if (person === null) return;
  // The grant ends before and begins after the directory says so: a judge must not ask for what is not there yet.
  if (!joins) world.team.delete(person);
  await control(site, 'outsider', { action: joins ? 'add-member' : 'remove-member', group: TEAM_GROUP, user: mail(person) });
  if (joins) world.team.add(person);
  count('team edits');
}

async function disable(site: Site, count: Count): Promise<void> {
  const { world, random } = site;
  const person = anyOf(PEOPLE, random) ?? VICTIM;
  const isDisabled = world.disabled.has(person);
  if (isDisabled) world.disabled.delete(person);
  else if (world.disabled.size < 3) world.disabled.add(person);
  else return;
  await control(site, 'outsider', { action: 'set-user', user: mail(person), status: isDisabled ? 'ENABLED' : 'DISABLED' });
  count('people disabled or enabled');
}

async function faults(site: Site, count: Count): Promise<void> {
  const { random } = site;
  await control(site, 'faults', { clear: true });
  if (random() < 0.5) {
    const fault = anyOf(SHORT_FAULTS, random);
    const operation = anyOf(OPERATIONS, random);
    if (fault !== undefined && (await control(site, 'faults', { ...fault, operation }))) count(fault.kind);
  }
  // A person whose every change is refused for some passes: that key is quarantined.
  if (random() < 0.15) {
    const person = anyOf(PEOPLE, random) ?? VICTIM;
    if (await control(site, 'faults', { kind: 'reject', operation: 'CreateGroupMembership', principal: userId(person) })) count('reject');
  }
}

/** What happens before a pass, by chance from the seed. */
export async function happen(site: Site, at: number, move: (milliseconds: number) => void, count: Count): Promise<void> {
  const { random, policy } = site;
  gitReturns(site);
  if (random() < 0.33) merge(site, at, count);
  if (random() < 0.1) await outsider(site, count);
  if (random() < 0.1) await team(site, count);
  if (random() < 0.02) await disable(site, count);
  await faults(site, count);
  if (random() < 0.02) {
    renameSync(policy.folder, away(policy));
    count('Git down');
  }
  if (random() < 0.01) {
    move(26 * 3_600_000);
    count('clock forward');
  }
  if (random() < 0.01) {
    await told(site, '/api/suspend', { owner: 'campaign', reason: 'audit', until: '2099-01-01T00:00:00Z' });
    count('suspended');
  } else if (random() < 0.3) await told(site, '/api/resume', {});
  if (at % 20 === 0)
    for (const path of ['/readyz', '/metrics', '/api/status', '/api/plan', '/api/drift', '/']) await told(site, path, null);
}

/** The last fault has been: the directory, Git and the policy are whole again. */
export async function mend(site: Site): Promise<void> {
  gitReturns(site);
  await control(site, 'faults', { clear: true });
  await told(site, '/api/resume', {});
  for (const person of [...site.world.disabled]) {
    site.world.disabled.delete(person);
    await control(site, 'outsider', { action: 'set-user', user: mail(person), status: 'ENABLED' });
  }
  site.policy.commit('mended', { ...site.world.files(), 'broken.yaml': '# nothing\n' });
}
