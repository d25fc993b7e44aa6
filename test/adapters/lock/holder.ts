import { lockState } from '../../../src/adapters/state-lock.ts';

// A process of its own that takes the lock of the directory it is given, says so, and stays until it is told to stop.
const [, , stateDir = ''] = process.argv;
try {
  const lock = await lockState(stateDir, { onLost: () => process.exit(9) });
  process.stdout.write('held\n');
  process.stdin.on('end', async () => {
    await lock.release();
    process.exit(0);
  });
  process.stdin.resume();
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
