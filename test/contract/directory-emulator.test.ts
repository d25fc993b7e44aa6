import { virtualClock } from '../adapters/identity-center/virtual-clock.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { directoryContract } from './directory.ts';
import { groupId, KIRO, SCOPE, SEED, userId } from './seed.ts';
import { awsEnvironment } from './wire-server.ts';

// Without the rate limits, so that waiting need not be real; emulator.test.ts beside the adapter's tests has them.
directoryContract('the emulator over HTTP', async () => {
  awsEnvironment();
  const emulator = await startTestEmulator({ seed: SEED });
  process.env['AWS_ENDPOINT_URL'] = emulator.url;
  const connect = { clock: virtualClock() };
  return { scope: SCOPE, userId, groupId, application: KIRO, connect, lacks: new Set(), close: emulator.close };
});
