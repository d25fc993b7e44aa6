import { EXIT } from '../exit.ts';
import { type ClientDeps, type ClientOptions, client } from './daemon-client.ts';
import type { Io } from './io.ts';

/** `kirosync resume`: ends a suspension, and the daemon begins a pass. @throws RemoteError when the daemon cannot be reached or refuses. */
export async function resume(options: ClientOptions, io: Io, deps: ClientDeps): Promise<number> {
  const { url, call } = await client(options, io, deps);
  await call('POST', '/api/resume');
  io.stdout(`Resumed: ${url} begins a pass now.\n`);
  return EXIT['in-sync'];
}
