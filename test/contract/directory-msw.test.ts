import { setupServer } from 'msw/node';
import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { directoryContract } from './directory.ts';
import { groupId, KIRO, SCOPE, SEED, userId } from './seed.ts';
import { wireDirectory } from './wire-directory.ts';
import { awsEnvironment, wireHandlers } from './wire-server.ts';

directoryContract('msw', async () => {
  awsEnvironment();
  const server = setupServer(...wireHandlers(wireDirectory(SEED).answer));
  server.listen({ onUnhandledRequest: 'error' });
  return {
    scope: SCOPE,
    userId,
    groupId,
    application: KIRO,
    connect: { clock: virtualClock() },
    lacks: new Set(),
    close: async () => server.close(),
  };
});
