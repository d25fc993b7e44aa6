// Loaded before the product (`node --import`): ends its own process with SIGKILL around one write of the journal, as a
// power cut would. TORTURE_KILL_AT is `<how>:<n>`, the n-th append counted from 1, and how is
//   before  nothing of it reaches the file
//   torn    half of it does, cut inside a line
//   written all of it does, and the disk was not asked to keep it
//   synced  the disk has it, and the process does not know yet
//   count   nothing is killed; the number of appends is told at the end
import fsp from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [how = '', nth = '0'] = (process.env.TORTURE_KILL_AT ?? '').split(':');
const at = Number(nth);
let appends = 0;

/** Never resolves: nothing of this process comes after it. */
const end = () => {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
};

/** Where a write is cut: in the middle, moved off the end of a line so that a torn line is left. */
const cut = (bytes) => {
  const half = Math.floor(bytes.length / 2);
  return bytes[half - 1] === 0x0a ? half + 7 : half;
};

const wrap = (handle) => {
  const [writeFile, sync] = [handle.writeFile.bind(handle), handle.sync.bind(handle)];
  let mine = 0;
  handle.writeFile = async (data) => {
    if (data.length === 0) return writeFile(data);
    appends += 1;
    mine = appends;
    if (mine === at && how === 'before') return end();
    if (mine === at && how === 'torn') {
      await writeFile(data.subarray(0, cut(data)));
      return end();
    }
    await writeFile(data);
    return mine === at && how === 'written' ? end() : undefined;
  };
  handle.sync = async () => {
    await sync();
    return mine === at && mine > 0 && how === 'synced' ? end() : undefined;
  };
  return handle;
};

const open = fsp.open;
fsp.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  return String(path).endsWith('journal.jsonl') ? wrap(handle) : handle;
};
syncBuiltinESMExports();
if (how === 'count') process.on('exit', () => process.stderr.write(`appends: ${appends}\n`));
