import { userInfo } from 'node:os';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { instantOf } from '../web/suspension.ts';
import { type ClientDeps, type ClientOptions, client } from './daemon-client.ts';
import type { Io } from './io.ts';

export type SuspendOptions = ClientOptions & {
  readonly reason?: string | undefined;
  /** RFC 3339, or a UTC day (its 00:00). */
  readonly until?: string | undefined;
  /** Else the name of the account that runs the command. */
  readonly owner?: string | undefined;
};

/**
 * `kirosync suspend`: from now until a given time the daemon observes and reports, and applies nothing.
 * @throws UserError without a reason or an end; RemoteError when the daemon cannot be reached or refuses.
 */
export async function suspend(options: SuspendOptions, io: Io, deps: ClientDeps): Promise<number> {
  const reason = (options.reason ?? '').trim();
  const until = instantOf(options.until ?? '');
  const problems: string[] = [];
  if (reason === '') problems.push('suspend needs --reason: whoever finds the daemon suspended must know why.');
  if (options.until === undefined) problems.push('suspend needs --until: a suspension without an end is forgotten.');
  else if (until === null)
    problems.push(`--until takes RFC 3339 (2026-12-01T12:00:00Z) or a UTC day (2026-12-01), not "${options.until}".`);
  else if (until.getTime() <= io.now().getTime()) problems.push(`--until ${options.until} has passed already.`);
  if (problems.length > 0 || until === null) throw new UserError(problems.join('\n'));
  const owner = options.owner ?? userInfo().username;
  const { url, call } = await client(options, io, deps);
  await call('POST', '/api/suspend', { owner, reason, until: until.toISOString() });
  io.stdout(
    `Suspended until ${until.toISOString()}: ${url} goes on observing and reporting, and applies nothing. \`kirosync resume\` ends it sooner.\n`,
  );
  return EXIT['in-sync'];
}
