import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { RemoteError, UserError } from '../errors.ts';
import { EXIT, EXIT_BUG, type Outcome } from '../exit.ts';
import { visible } from '../report/escape.ts';
import { type Client, type ClientDeps, type ClientOptions, client } from './daemon-client.ts';
import type { Io } from './io.ts';

export type ReconcileOptions = ClientOptions & {
  /** Why the pass goes past change windows; without it the pass keeps to them. */
  readonly override?: string | undefined;
  /** Who answers for an override; else the name of the account that runs the command. */
  readonly owner?: string | undefined;
};

const POLL_MS = 500;
const CODES: ReadonlyMap<unknown, number> = new Map<Outcome, number>(
  // The keys of EXIT are the outcomes; Object.entries only widens them to string.
  Object.entries(EXIT) as [Outcome, number][],
);

/**
 * `kirosync reconcile`: asks the daemon for a pass, waits until one that started after the ask has ended, and returns the
 * exit code of its outcome. Ctrl-C stops the waiting, not the pass.
 * @throws RemoteError when the daemon cannot be reached or refuses; UserError for an override without a reason.
 */
export async function reconcile(options: ReconcileOptions, io: Io, deps: ClientDeps): Promise<number> {
  const body = bodyOf(options);
  const daemon = await client(options, io, deps);
  const asked = await daemon.call('POST', '/api/reconcile', body);
  // An older daemon says nothing of it.
  const said = asked.get('override');
  if (typeof said === 'string' && said !== 'taken')
    io.stderr(`The override was not needed: ${visible(said)}. This is an ordinary pass, and nothing is recorded as let past.\n`);
  io.stderr(`Asked ${daemon.url} for a pass; waiting for it to end.\n`);
  const status = await served(daemon, asked, io);
  if (status.get('bug') !== null) {
    io.stderr(`A bug in kirosync ended the pass: ${visible(String(status.get('bug')))}. The daemon's log has its stack.\n`);
    return EXIT_BUG;
  }
  const outcome = String(status.get('outcome'));
  const message = status.get('message');
  io.stdout(`${visible(outcome)}${typeof message === 'string' ? `: ${visible(message)}` : ''}\n`);
  return CODES.get(outcome) ?? EXIT_BUG;
}

function bodyOf({ override, owner }: ReconcileOptions): object | undefined {
  if (override === undefined) {
    if (owner === undefined) return undefined;
    throw new UserError('--owner says who answers for an override; give --override REASON too, or leave it out.');
  }
  const reason = override.trim();
  if (reason === '') throw new UserError('--override takes the reason: whoever reads the history must know why.');
  return { override: { owner: owner ?? userInfo().username, reason } };
}

/** The status once the asked-for pass has ended; after a restart of the daemon, once its first one has. */
async function served(daemon: Client, asked: ReadonlyMap<string, unknown>, io: Io): Promise<ReadonlyMap<string, unknown>> {
  for (;;) {
    const status = await daemon.call('GET', '/api/status');
    const ticket = status.get('startedAt') === asked.get('startedAt') ? Number(asked.get('ticket')) : 1;
    if (Number(status.get('served')) >= ticket) return status;
    await wait(POLL_MS, undefined, { signal: io.signal }).catch((cause: unknown) => {
      const message = `Stopped waiting; the pass that ${daemon.url} was asked for goes on.`;
      throw new RemoteError(
        [{ kind: 'incomplete', operation: 'GET /api/status', message, advice: 'Its outcome will be in /api/status.', requestId: null }],
        { cause },
      );
    });
  }
}
