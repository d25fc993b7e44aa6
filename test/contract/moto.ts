import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** True where python3 has moto's server. In CI its absence is a failure: a skipped contract must not pass for a kept one. */
export function hasMoto(what = 'the directory contract'): boolean {
  const isThere = spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0;
  if (!isThere && process.env['CI'] !== undefined) throw new Error('python3 has no moto.server, and CI is set: install moto[server].');
  if (!isThere) console.warn(`SKIPPED: ${what} on moto, because \`python3 -c "import moto.server"\` fails.`);
  return isThere;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export type Moto = { readonly url: string; readonly close: () => Promise<void> };

/** Starts moto in a process of its own. @throws Error with its last words when it does not answer within 30 s. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  return await started(port, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], '');
}

/** Moto with a bucket that holds these objects from the start. */
export async function startMotoS3(bucket: string, objects: Readonly<Record<string, string>>): Promise<Moto> {
  const port = await freePort();
  return await started(port, [fileURLToPath(new URL('moto-usage.py', import.meta.url)), String(port), bucket], JSON.stringify(objects));
}

async function started(port: number, args: readonly string[], input: string): Promise<Moto> {
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn('python3', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin?.on('error', () => {}); // its last words say why
  child.stdin?.end(input);
  let words = '';
  child.stderr?.on('data', (chunk) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  for (let tries = 0; tries < 300 && child.exitCode === null; tries += 1) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => null);
    if (answer?.ok === true) return { url, close };
    await wait(100);
  }
  await close();
  throw new Error(`moto did not start: ${words}`);
}
