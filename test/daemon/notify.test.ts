import { afterEach, describe, expect, it } from 'vitest';
import type { Daemon } from '../../src/daemon/daemon.ts';
import { metrics } from '../../src/daemon/metrics.ts';
import { type Notifier, notifier } from '../../src/daemon/notify.ts';
import { RemoteError } from '../../src/errors.ts';
import type { NotifySettings } from '../../src/model/notification.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Delivery } from '../../src/ports.ts';
import { type TestDaemon, testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';

const ANA = 'ana@example.com';
const policy = (...users: readonly string[]) =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: work\n`;
const WORLD = {
  users: [ANA, 'bob@example.com', 'cem@example.com'],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [], 'data-platform': [] },
};
const RECEIVER: NotifySettings = {
  ...{ name: 'ops', type: 'webhook', url: 'https://hooks.example.com/x', secret: 's'.repeat(32), events: null, severity: 'info' },
  ...{ digest: '0 7 * * *', heartbeat: null, names: false },
};

type Body = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly items: readonly { readonly event: string; readonly state: string }[];
};

let open: TestDaemon[] = [];
afterEach(async () => {
  await Promise.all(open.map((each) => each.stop()));
  open = [];
});

/** A daemon with a notifier whose receiver takes what `take` lets it. */
function start(
  more: { readonly receiver?: Partial<NotifySettings>; readonly settings?: Partial<Settings>; readonly take?: () => Promise<void> } = {},
) {
  const bodies: string[] = [];
  const measured = metrics();
  const logged: unknown[] = [];
  const arrivals: (() => void)[] = [];
  const sink = {
    send: async ({ body }: Delivery) => {
      await more.take?.();
      bodies.push(body);
      for (const each of arrivals.splice(0)) each();
    },
  };
  let current: Notifier | null = null;
  const note = (fields: object, text: string) => void logged.push([fields, text]);
  const notify = [{ ...RECEIVER, ...more.receiver }];
  const run = testDaemon(policy(ANA), WORLD, { notify, ...more.settings }, { log: { info: () => {}, warn: note, error: note } }, (event) =>
    current?.hear(event),
  );
  open.push(run);
  const attach = (daemon: Daemon) => {
    current = notifier(daemon, new Map([['ops', sink]]), measured.notified);
    return current;
  };
  const first = attach(run.daemon);
  const told = () => bodies.map((body): Body => JSON.parse(body));
  /** Waits until so many messages came. */
  const came = async (count: number) => {
    while (bodies.length < count) await new Promise<void>((done) => arrivals.push(done));
    return told();
  };
  return {
    run,
    bodies,
    told,
    came,
    logged,
    measured,
    notifier: first,
    again: () => attach(run.daemon),
    settle: () => new Promise<void>((done) => setImmediate(done)),
  };
}

const words = (list: readonly Body[]) =>
  list.map(({ kind, items }) => `${kind}: ${items.map(({ event, state }) => `${event} ${state}`).join(', ')}`);

describe('a daemon with a receiver', () => {
  it('tells what was applied, drift when it begins and when it is over, and nothing twice', async () => {
    const { run, came, told, settle } = start();
    await run.pass();
    expect(words(await came(1))).toEqual(['news: applied happened']);
    const before = run.directory.live;
    const [row] = before.memberships;
    if (row === undefined) throw new Error('no seat');
    const bob = before.users.find((user) => user.userName === 'bob@example.com');
    run.directory.live = {
      ...before,
      memberships: [...before.memberships, { ...row, id: 'm-bob', userId: bob?.id ?? '', createdBy: 'console' }],
    };
    await run.pass();
    expect(words(await came(2))[1]).toBe('news: drift opened, applied happened');
    await run.pass();
    expect(words(await came(3))[2]).toBe('news: drift over');
    await run.pass();
    await settle();
    expect(told().length).toBe(3);
    expect(new Set(told().map(({ id }) => id)).size).toBe(3);
  });

  it('names nobody unless the receiver wants names', async () => {
    for (const names of [false, true]) {
      const { run, came, bodies } = start({ receiver: { names } });
      await run.pass();
      await came(1);
      expect(bodies.join().includes(ANA)).toBe(names);
    }
  });

  it('tells after a restart what stands and was not told, and not what was', async () => {
    const { run, came, told, again, notifier: first, settle } = start();
    run.source.down = true;
    await run.pass();
    expect(words(await came(1))).toEqual(['news: unreachable opened']);
    await first.stop();
    const second = again();
    second.tick();
    await run.pass();
    await settle();
    expect(told().length).toBe(1);
    run.source.down = false;
    await run.pass();
    expect(words(await came(2))[1]).toBe('news: applied happened, unreachable over');
  });

  it('loses nothing while a receiver does not answer, tries it less and less often, and tells of it once each time', async () => {
    let down = true;
    const take = async () => {
      if (down)
        throw new RemoteError([{ kind: 'unreachable', operation: 'notify', message: 'No answer.', advice: 'Wait.', requestId: null }]);
    };
    const { run, came, told, logged, measured, notifier: own, settle } = start({ take });
    await run.pass();
    await settle();
    for (let seconds = 10; seconds <= 600; seconds += 10) {
      run.clock.now = new Date(NOW.getTime() + seconds * 1000);
      own.tick();
      await settle();
    }
    // After 0, 1, 3 and 7 minutes.
    expect(logged.length).toBe(4);
    expect(JSON.stringify(logged)).not.toContain(ANA);
    expect(told()).toEqual([]);
    down = false;
    run.clock.now = new Date(NOW.getTime() + 3_600_000);
    own.tick();
    expect(words(await came(1))).toEqual(['news: applied happened']);
    await settle();
    const text = await measured.text(run.daemon);
    expect(text).toContain('kirosync_notifications_total{receiver="ops",result="failed"} 4');
    expect(text).toContain('kirosync_notifications_total{receiver="ops",result="sent"} 1');
  });

  it('goes on with its passes while a receiver takes for ever, and has one message on its way at most', async () => {
    let asked = 0;
    const { run } = start({
      take: () => {
        asked += 1;
        return new Promise(() => {});
      },
    });
    for (let i = 0; i < 5; i += 1) {
      run.source.push(policy(ANA, ...(i % 2 === 0 ? ['bob@example.com'] : [])));
      expect((await run.pass()).result.outcome).toBe('applied');
    }
    expect(asked).toBe(1);
  });

  it('reminds with the digest, and says that it lives', async () => {
    const { run, came, told, notifier: own, settle } = start({ receiver: { heartbeat: '0 8 * * 1-5', events: ['suspended'] } });
    await run.daemon.suspend({ owner: 'ana', reason: 'audit', until: new Date('2026-11-20T00:00:00Z') });
    own.tick();
    expect(words(await came(1))).toEqual(['news: suspended opened']);
    run.clock.now = new Date('2026-11-11T07:00:10.000Z');
    own.tick();
    expect(words(await came(2))[1]).toBe('digest: suspended standing');
    run.clock.now = new Date('2026-11-11T08:00:10.000Z');
    own.tick();
    expect(words(await came(3))[2]).toBe('heartbeat: suspended standing');
    own.tick();
    await settle();
    expect(told().length).toBe(3);
    await run.daemon.resume('ana');
    own.tick();
    expect(words(await came(4))[3]).toBe('news: suspended over');
    run.clock.now = new Date('2026-11-12T08:00:10.000Z');
    own.tick();
    expect((await came(5))[4]).toMatchObject({ kind: 'heartbeat', title: 'All quiet', items: [] });
  });

  it('tells of a policy that changes what bounds it', async () => {
    const { run, came } = start({ receiver: { events: ['policy-changed', 'refused'] } });
    await run.pass();
    run.source.push(`${policy(ANA)}---\nkind: Policy\nlimits: { removals: { count: 3 } }\n`);
    await run.pass();
    const [first] = await came(1);
    expect(words(first === undefined ? [] : [first])).toEqual(['news: policy-changed happened']);
    expect(JSON.stringify(first)).toContain('limits in main@');
  });
});
