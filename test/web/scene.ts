import { metrics } from '../../src/daemon/metrics.ts';
import type { LiveUser } from '../../src/model/live.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Commit } from '../../src/ports.ts';
import { bareUserId } from '../../src/usage/facts.ts';
import { routes } from '../../src/web/routes.ts';
import { listen } from '../../src/web/server.ts';
import { creditsScenario } from '../report/credits-scenario.ts';
import { SETTINGS, type TestDaemon, testDaemon } from '../support/daemon.ts';
import { memoryShelf } from '../support/report.ts';
import { NOW, type World } from '../support/world.ts';

/** A running daemon on fakes with its pages on a free port of this machine. */
export type Scene = TestDaemon & { readonly url: string; readonly close: () => Promise<void> };

const FIRST = ['Ana', 'Bo', 'Cy', 'Dee', 'Eli', 'Fay', 'Gus', 'Hana', 'Ivo', 'Jun', 'Kai', 'Lea'];
const NAMED = FIRST.map((given): Partial<LiveUser> & { readonly userName: string } => ({
  userName: `${given.toLowerCase()}@example.com`,
  givenName: given,
  familyName: 'Example',
}));

const GROUPS = { 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] };

/** What a test may set of a scene: settings, the directory, the policy. */
type Wish = { readonly policy: string; readonly world: World; readonly settings?: Partial<Settings> };

async function scene({ policy, world, settings = {} }: Wish): Promise<Scene> {
  const calls: Record<string, number> = {};
  const count = (operation: string, times: number) => {
    calls[operation] = (calls[operation] ?? 0) + times;
  };
  const own: TestDaemon = testDaemon(policy, world, settings, {
    calls: () => ({ ...calls }),
    shelf: memoryShelf(),
    credits: async ({ live }, month) => {
      const report = creditsScenario({ people: 8, closed: month !== '2026-11' });
      const rows = report.people.map((row, i) => {
        const user = live.users[i];
        return user === undefined ? row : { ...row, userId: bareUserId(user.id), userName: user.userName };
      });
      return { ...report, month, people: rows };
    },
    observe: async (...given) => {
      count('ListGroupMemberships', 9);
      count('ListUsers', 1);
      return own.directory.observe(...given);
    },
    nextRun: () => new Date(own.clock.now.getTime() + 600_000),
  });
  own.source.commits = async (_from, to): Promise<readonly Commit[]> => [
    {
      revision: to,
      author: 'Ana Example',
      subject: to.endsWith('1') ? 'Add the platform team' : 'Give the research team seats',
      at: '2026-11-09T10:00:00.000Z',
    },
  ];
  const server = await listen(routes(own.daemon, metrics()), { host: '127.0.0.1', port: 0 });
  return {
    ...own,
    url: server.url,
    close: async () => {
      await server.close();
      await own.stop();
    },
  };
}

const assignment = (name: string, profile: string, tier: string, users: readonly string[], more = ''): string =>
  `kind: Assignment\nname: ${name}\nprofile: ${profile}\ntier: ${tier}\nusers: [${users.join(', ')}]\nowner: ${name}-leads\ncostCenter: RND\nreason: daily work\n${more}---\n`;

const names = (from: number, to: number): readonly string[] => NAMED.slice(from, to).map(({ userName }) => userName);

const HTTP = (read: string): Settings['http'] => ({ ...SETTINGS.http, tokens: { read: [read], write: [] } });

/** A daemon before its first pass. */
export function emptyScene(): Promise<Scene> {
  return scene({
    policy: assignment('platform', 'eng', 'pro', names(0, 3)),
    world: { users: NAMED, groups: { 'kiro-eng-pro': [], ...GROUPS } },
  });
}

/** Three days of an organisation: seats given, a tier changed, an ended seat that is held, a change that fails, drift, quiet hours, reports. */
export async function busyScene(token: string): Promise<Scene> {
  const first = assignment('platform', 'eng', 'pro', names(0, 6)) + assignment('research', 'lab', 'pro', names(4, 6));
  const groups = { 'kiro-eng-pro': ['kai@example.com'], 'kiro-loose': ['ivo@example.com'], ...GROUPS };
  const own = await scene({
    policy: first,
    world: { users: NAMED, groups },
    settings: { http: HTTP(token), schedule: { reconcile: '*/15 * * * *', reports: '0 6 * * *' } },
  });
  const { clock, source, directory } = own;
  const later = (hours: number) => {
    clock.now = new Date(clock.now.getTime() + hours * 3_600_000);
  };
  clock.now = new Date(NOW.getTime() - 60 * 3_600_000);
  await own.pass();
  for (let i = 0; i < 6; i += 1) {
    later(0.25);
    await own.pass();
  }
  later(26);
  directory.failOn = (what) => what === 'add id-gus@example.com';
  source.push(
    assignment('platform', 'eng', 'pro', names(1, 8)) +
      assignment('power-users', 'eng', 'power', names(0, 1)) +
      assignment('research', 'lab', 'pro', [...names(4, 5), 'nobody@example.com']),
  );
  await own.pass();
  later(0.25);
  await own.pass();
  directory.failOn = () => false;
  later(1);
  await own.pass();
  await own.report();
  later(28);
  directory.live = { ...directory.live, memberships: directory.live.memberships.filter(({ userId }) => userId !== 'id-bo@example.com') };
  directory.failOn = (what) => what === 'add id-bo@example.com';
  await own.pass();
  later(0.25);
  return own;
}

/** Git does not answer after a good pass. */
export async function gitDownScene(): Promise<Scene> {
  const own = await emptyScene();
  await own.pass();
  own.source.down = true;
  await own.pass();
  return own;
}

/** A guard refuses to take most seats away. */
export async function refusedScene(): Promise<Scene> {
  const all = NAMED.map(({ userName }) => userName);
  const own = await scene({
    policy: assignment('platform', 'eng', 'pro', all),
    world: { users: NAMED, groups: { 'kiro-eng-pro': all, ...GROUPS } },
  });
  await own.pass();
  own.source.push(assignment('platform', 'eng', 'pro', all.slice(0, 2)));
  await own.pass();
  return own;
}

/** Somebody suspended the daemon while changes wait. */
export async function suspendedScene(): Promise<Scene> {
  const own = await emptyScene();
  const until = new Date(NOW.getTime() + 7_200_000);
  await own.daemon.suspend({ owner: 'platform leads', reason: 'the identity provider is being moved', until });
  await own.pass();
  return own;
}

/** Ten thousand people, most of them with a seat; 150 get one by the first pass. */
export async function largeScene(): Promise<Scene> {
  const policy = `kind: Assignment\nname: everybody\nprofile: eng\ntier: pro\ngroups: [all]\nowner: leads\nreason: work\n`;
  const own = await scene({ policy, world: { groups: { all: [], 'kiro-eng-pro': [], ...GROUPS } } });
  const people = Array.from({ length: 10_000 }, (_, i) => `person${String(i).padStart(5, '0')}@example.com`);
  const users = people.map((userName) => ({
    id: `id-${userName}`,
    userName,
    emails: [userName],
    givenName: null,
    familyName: null,
    enabled: true,
  }));
  const members = (group: string, count: number) =>
    users.slice(0, count).map(({ id }) => ({
      id: `m-${group}-${id}`,
      groupId: `g-${group}`,
      userId: id,
      createdAt: '2026-01-05T00:00:00.000Z',
      createdBy: null,
    }));
  const memberships = [...members('all', 9_150), ...members('kiro-eng-pro', 9_000)];
  own.directory.live = { ...own.directory.live, users, memberships };
  await own.pass();
  return own;
}
