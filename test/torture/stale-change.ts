import { mail } from '../cli/site.ts';
import type { CrashServer } from './crash-server.ts';
import { ELSEWHERE, STRANGERS } from './stale-world.ts';

/**
 * What somebody else's change does to a reviewed plan: `stale` moves a planned key, one of its ids or the wish for it;
 * `foreign` makes a seat group one that must not be written; `another-plan` asks for more than was reviewed; `nothing` does not show.
 */
export type Makes = 'stale' | 'foreign' | 'another-plan' | 'nothing';
export type Disturbance = { readonly what: string; readonly makes: Makes };

type Pick = <T>(list: readonly T[]) => T;
/** Control bodies to send in order, by route. */
type Step = readonly [route: 'outsider' | 'scim' | 'clock', body: Readonly<Record<string, unknown>>];
type Edit = (pick: Pick) => { readonly what: string; readonly steps: readonly Step[] };

const outside = (action: string, more: Readonly<Record<string, unknown>>): Step => ['outsider', { action, ...more }];
const member = (action: 'add-member' | 'remove-member', group: string, name: string): Step => outside(action, { group, user: mail(name) });
const edit = (what: string, ...steps: readonly Step[]) => ({ what, steps });

/** Memberships that the plan adds to groups that are there, and those that it removes. */
const ADDED = [
  ['kiro-eng-pro', 'join000'],
  ['kiro-eng-pro', 'join001'],
  ['kiro-res-pro', 'study000'],
  ['kiro-eng-power', 'rise000'],
  ['kiro-eng-pro', 'go000'],
] as const;
const REMOVED = [
  ['kiro-eng-pro', 'leave000'],
  ['kiro-eng-pro', 'leave001'],
  ['kiro-res-pro', 'quit000'],
  ['kiro-eng-pro', 'closed000'],
  ['kiro-eng-pro', 'up000'],
  ['kiro-eng-power', 'down000'],
  ['kiro-eng-pro', 'cross000'],
] as const;
/** New seats on which the removal of an old one rests. */
const REPLACEMENTS = [
  ['kiro-eng-power', 'up000'],
  ['kiro-eng-pro', 'down000'],
  ['kiro-res-pro', 'cross000'],
] as const;
const SEAT_GROUPS = ['kiro-eng-pro', 'kiro-eng-power', 'kiro-res-pro'] as const;
const MADE = ['kiro-eng-max', 'kiro-res-wide', 'kiro-res-strong'] as const;
const PLANNED = [...ADDED, ...REMOVED].map(([, name]) => name);
const KIRO = { 'kiro-eng': 'KiroProfile-us-east-1', 'kiro-res': 'KiroProfile-eu-central-1' } as const;

const STALE: readonly Edit[] = [
  (pick) => {
    const [group, name] = pick(ADDED);
    return edit(`${name} is in ${group} already`, member('add-member', group, name));
  },
  (pick) => {
    const [group, name] = pick(REMOVED);
    return edit(`${name} has left ${group} already`, member('remove-member', group, name));
  },
  (pick) => {
    const [group, name] = pick(REMOVED);
    return edit(`${name} has left and joined ${group}`, member('remove-member', group, name), member('add-member', group, name));
  },
  (pick) => {
    const [group, name] = pick(REPLACEMENTS);
    return edit(`the new seat of ${name} in ${group} is gone`, member('remove-member', group, name));
  },
  (pick) => {
    const [group, name] = pick(REPLACEMENTS);
    return edit(
      `the new seat of ${name} in ${group} was made anew`,
      member('remove-member', group, name),
      member('add-member', group, name),
    );
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    return edit(`${group} was made anew`, outside('recreate-group', { group }));
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    return edit(`${group} has another name`, outside('rename-group', { group, to: `${group}-old` }));
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    const other = pick([...ELSEWHERE, ...SEAT_GROUPS].filter((each) => each !== group));
    const moved = outside('rename-group', { group, to: 'aside' });
    return edit(`${other} has taken the name of ${group}`, moved, outside('rename-group', { group: other, to: group }));
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    return edit(`${group} was deleted`, outside('delete-group', { group }));
  },
  (pick) => {
    const group = pick(MADE);
    return edit(`${group} is there already`, outside('create-group', { group }));
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    const application = group.startsWith('kiro-eng') ? KIRO['kiro-eng'] : KIRO['kiro-res'];
    return edit(`${group} was taken off ${application}`, outside('unassign-application', { application, group }));
  },
  (pick) => {
    const name = pick(PLANNED);
    return edit(`${name} was deleted`, outside('delete-user', { user: mail(name) }));
  },
  // Keys show names: who was approved under one name is not applied under another.
  (pick) => {
    const name = pick(PLANNED);
    return edit(`${name} has another userName`, outside('set-user', { user: mail(name), userName: `new-${mail(name)}` }));
  },
  // The other way round, a name that now is somebody else's is not the person who was approved.
  (pick) => {
    const name = pick(ADDED.map(([, each]) => each));
    const other = pick([...STRANGERS, 'keep000', ...PLANNED].filter((each) => each !== name));
    const rename = (user: string, userName: string) => outside('set-user', { user, userName });
    return edit(`${other} has taken the name of ${name}`, rename(mail(name), 'aside@example.com'), rename(mail(other), mail(name)));
  },
  (pick) => {
    const name = pick(ADDED.map(([, each]) => each));
    return edit(`${name} is disabled`, outside('set-user', { user: mail(name), status: 'DISABLED' }));
  },
  () => edit('closed000 is enabled', outside('set-user', { user: mail('closed000'), status: 'ENABLED' })),
  (pick) => {
    const name = pick(['leave000', 'leave001', 'quit000', 'quit001', 'cross000']);
    return edit(`${name} joined the team that is granted a seat`, member('add-member', 'team', name));
  },
  () => edit('the team that is granted seats was deleted', outside('delete-group', { group: 'team' })),
  () => edit('the team that is granted seats has another name', outside('rename-group', { group: 'team', to: 'crew' })),
];

const FOREIGN: readonly Edit[] = [
  (pick) => {
    const group = pick(SEAT_GROUPS);
    return edit(`${group} opens an account`, outside('assign-account', { group, account: '999900001111' }));
  },
  (pick) => {
    const group = pick(SEAT_GROUPS);
    return edit(`the identity provider owns ${group}`, ['scim', { action: 'provision', group, members: [mail('stay000')] }]);
  },
];

const ANOTHER_PLAN: readonly Edit[] = [
  (pick) => {
    const [name, group] = [pick(STRANGERS), pick(SEAT_GROUPS)];
    return edit(`${name} joined ${group}`, member('add-member', group, name));
  },
  (pick) => {
    const [group, name] = pick([
      ['kiro-eng-pro', 'stay002'],
      ['kiro-res-pro', 'keep001'],
      ['kiro-eng-power', 'lead000'],
    ] as const);
    return edit(`${name} left ${group}`, member('remove-member', group, name));
  },
  (pick) => {
    const name = pick(STRANGERS);
    return edit(`${name} joined the team`, member('add-member', 'team', name));
  },
  () => edit('study000 joined the team', member('add-member', 'team', 'study000')),
];

const NOTHING: readonly Edit[] = [
  (pick) => {
    const [group, name] = [pick(ELSEWHERE), pick(['stay005', 'keep003', 'join001', 'leave001', 'up000'])];
    return edit(`${name} joined ${group}`, member('add-member', group, name));
  },
  (pick) => {
    const name = pick(['join000', 'leave000', 'stranger0']);
    return edit(`${name} left designers`, member('remove-member', 'designers', name));
  },
  (pick) => {
    const group = pick(ELSEWHERE);
    return edit(`${group} was made anew`, outside('recreate-group', { group }));
  },
  (pick) => {
    const group = pick(ELSEWHERE);
    return edit(`${group} was deleted`, outside('delete-group', { group }));
  },
  () => edit('a group came', outside('create-group', { group: 'newcomers' })),
  (pick) => {
    const group = pick(ELSEWHERE);
    return edit(`${group} opens an account`, outside('assign-account', { group, account: '999900001111' }));
  },
  (pick) => {
    const group = pick(ELSEWHERE);
    return edit(`${group} is on a Kiro application`, outside('assign-application', { application: pick(Object.values(KIRO)), group }));
  },
  (pick) => {
    const name = pick(['stay003', 'keep002', 'lead001', 'stranger2']);
    return edit(`${name} has another userName`, outside('set-user', { user: mail(name), userName: `new-${mail(name)}` }));
  },
  (pick) => {
    const name = pick(['stay004', 'keep004', 'lead002', 'stranger1']);
    return edit(`${name} was deleted`, outside('delete-user', { user: mail(name) }));
  },
  // Whoever leaves is removed whether enabled or not: the same key, the same ids.
  (pick) => {
    const name = pick(['leave000', 'quit000']);
    return edit(`${name} is disabled`, outside('set-user', { user: mail(name), status: 'DISABLED' }));
  },
  (pick) => {
    const name = pick(['join000', 'up000', 'down000', 'max000', 'closed000']);
    return edit(`${name} joined the team that is granted no more than they are`, member('add-member', 'team', name));
  },
  (pick) => {
    const advance = pick(['5m', '2h', '23h']);
    return edit(`${advance} went by`, ['clock', { advance }]);
  },
];

const LISTS: Readonly<Record<Makes, readonly Edit[]>> = { stale: STALE, foreign: FOREIGN, 'another-plan': ANOTHER_PLAN, nothing: NOTHING };

/** One to three changes by others, at most one of which matters to the plan; an even number brings none that does. */
export async function disturb(server: CrashServer, random: () => number, number: number): Promise<readonly Disturbance[]> {
  const pick: Pick = (list) => {
    const found = list[Math.floor(random() * list.length)];
    if (found === undefined) throw new Error('there is nothing to pick from');
    return found;
  };
  const harmless: readonly Makes[] = ['nothing', 'another-plan'];
  const weighty: readonly Makes[] = ['stale', 'stale', 'stale', 'stale', 'stale', 'stale', 'stale', 'foreign'];
  const matters: Makes = number % 2 === 0 ? pick(harmless) : pick(weighty);
  const around = Array.from({ length: Math.floor(random() * 3) }, () => pick(harmless));
  const place = Math.floor(random() * (around.length + 1));
  const wanted = [...around.slice(0, place), matters, ...around.slice(place)];
  const done: Disturbance[] = [];
  for (const makes of wanted) {
    const { what, steps } = pick(LISTS[makes])(pick);
    const refused = await send(server, steps);
    if (!refused) done.push({ what, makes });
    else if (makes === matters && makes !== 'nothing' && makes !== 'another-plan') throw new Error(`${what}: ${refused}`);
  }
  return done;
}

/** Null when all steps were taken; the emulator's words when one is not possible any more after an earlier change. */
async function send(server: CrashServer, steps: readonly Step[]): Promise<string | null> {
  try {
    for (const [route, body] of steps) await server.control(route, body);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
