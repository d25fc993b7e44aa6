import { metrics } from '../../src/daemon/metrics.ts';
import { statusDocument } from '../../src/daemon/status.ts';
import { RemoteError } from '../../src/errors.ts';
import type { Forge } from '../../src/ports.ts';
import { routes } from '../../src/web/routes.ts';
import { testDaemon } from '../support/daemon.ts';
import { creditsFrom, memoryShelf, used } from '../support/report.ts';
import { NOW } from '../support/world.ts';

const ANA = 'ana@example.com';
const BOB = 'bob@example.com';
const policyOf = (users: readonly string[], more = '') =>
  `kind: Assignment\nname: platform\nprofile: eng\ntier: pro\nusers: [${users.join(', ')}]\nowner: leads\nreason: work\n${more}`;
const BUDGET = '---\nkind: Policy\nbudgets:\n  - { name: platform, profile: eng, monthlyUsd: 1000 }\n';
export const WORLD = {
  users: [ANA, BOB],
  groups: { 'kiro-eng-pro': [], 'kiro-eng-pro-plus': [], 'kiro-eng-power': [], 'kiro-lab-pro': [BOB], 'data-platform': [] },
};
const RECEIVER = { name: 'ops', type: 'webhook', url: 'https://hooks.example.com/ops', secret: null } as const;

/** A forge without pull requests, which denies everything while it is `down`. */
export function fakeForge(): Forge & { down: boolean } {
  const failure = { kind: 'denied', operation: 'forge', message: 'No.', advice: 'Renew the token.', requestId: null } as const;
  const forge = {
    down: true,
    merged: async () => [],
    setStatus: async () => {
      if (forge.down) throw new RemoteError([failure]);
    },
    comment: async () => '1',
  };
  return forge;
}

type When = 'fresh' | 'applied' | 'refused' | 'suspended' | 'resumed';

/**
 * What `/metrics` of a daemon answers, from before its first pass through a life in which everything happens that has a metric,
 * and its status at the end.
 */
export async function life(): Promise<{ readonly texts: Readonly<Record<When, string>>; readonly status: unknown }> {
  const measured = metrics({ version: '1.2.3', node: '20.19.0' });
  const clock = { now: NOW };
  let calls = 0;
  const forge = fakeForge();
  const run = testDaemon(
    policyOf([ANA, BOB], BUDGET),
    WORLD,
    {
      schedule: { reconcile: '*/15 * * * *', reports: '0 6 * * *' },
      notify: [{ ...RECEIVER, events: null, severity: 'info', digest: '0 7 * * *', heartbeat: null, names: false }],
      limits: { removals: { percent: 1, count: 1, from: 1 } },
    },
    {
      ...{ now: () => clock.now, nextRun: () => new Date(clock.now.getTime() + 900_000), shelf: memoryShelf(), forge },
      ...{ calls: () => ({ 'identitystore:ListUsers': calls, 'sso:ListInstances': calls }), throttles: () => 2, retries: () => 3 },
      credits: creditsFrom(
        () => clock.now,
        () => [used(ANA, '12.5')],
      ),
    },
    measured.hear,
  );
  const app = routes(run.daemon, measured);
  const scrape = async () => (await app.request('http://127.0.0.1/metrics', { headers: { host: '127.0.0.1' } })).text();
  const step = async () => {
    clock.now = new Date(clock.now.getTime() + 900_000);
    calls += 5;
    await run.pass();
    return scrape();
  };
  try {
    const fresh = await scrape();
    await run.pass();
    await run.report();
    measured.notified({ to: 'ops', result: 'failed', at: clock.now });
    const applied = await step();
    measured.notified({ to: 'ops', result: 'sent', at: clock.now });
    forge.down = false;
    run.source.push(policyOf([BOB, 'cem@example.com'], BUDGET));
    const refused = await step();
    // Somebody takes a seat away by hand.
    run.source.push(policyOf([ANA, BOB], BUDGET));
    run.directory.live = {
      ...run.directory.live,
      memberships: run.directory.live.memberships.filter(
        ({ groupId, userId }) => !(groupId === 'g-kiro-eng-pro' && userId.includes('ana')),
      ),
    };
    await run.daemon.suspend({ owner: 'ana', reason: 'bob is away', until: new Date(clock.now.getTime() + 86_400_000) });
    const suspended = await step();
    await run.daemon.resume('ana');
    const resumed = await step();
    return { texts: { fresh, applied, refused, suspended, resumed }, status: JSON.parse(JSON.stringify(statusDocument(run.daemon))) };
  } finally {
    await run.stop();
  }
}
