import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { expect } from 'vitest';
import { test } from '../cli/open.ts';
import { cleanEnvironment, MAIN } from '../support/cli.ts';

// How the process ends when what is around it fails: no half work, no wrong exit code, no secret.

const SECRET = 'awsSECRET/wJalr+UtnFEMIK7MDENG';

test.concurrent('a reader that has read enough (`| head -1`) does not stop an apply: it goes on to its end, quietly', async ({ open }) => {
  const { start, writes } = await open();
  const running = start(['apply', '--yes']);
  running.child.stdout?.destroy();
  const { code, stderr } = await running.ended;
  expect({ code, writes: (await writes()).length }, stderr).toEqual({ code: 0, writes: 3 });
  expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
});

test.concurrent('a log that nobody reads any more does not stop it either', async ({ open }) => {
  const { start, writes } = await open();
  const running = start(['apply', '--yes']);
  running.child.stderr?.destroy();
  running.child.stdout?.destroy();
  expect({ code: (await running.ended).code, writes: (await writes()).length }).toEqual({ code: 0, writes: 3 });
});

test.concurrent('output that cannot be written is told, and never a success', async ({ onTestFinished }) => {
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  const child = spawn(process.execPath, [MAIN, '--help'], { env: cleanEnvironment('/nonexistent'), stdio: ['ignore', full, 'pipe'] });
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'Standard output cannot be written (ENOSPC); what follows there is lost.\n' });
});

test.concurrent('what nobody caught ends with 70, a request to report it, and no secret', async ({ open }) => {
  const { start } = await open();
  // A promise that nobody awaits, inside the real process, once its program runs.
  const late =
    'const t = setInterval(() => { if (process.listenerCount("uncaughtException") === 0) return; clearInterval(t);' +
    ' Promise.reject(new Error("it held " + process.env.AWS_SECRET_ACCESS_KEY)); }, 1)';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(late)}`, AWS_SECRET_ACCESS_KEY: SECRET };
  const { code, stderr } = await start(['plan'], { env }).ended;
  expect(code, stderr).toBe(70);
  expect(stderr).toMatch(
    /^This is a bug in kirosync\. Please report it with the command you ran and these lines:\nError: it held \*\*\*\n +at /,
  );
  expect(stderr).not.toContain(SECRET);
});

test.concurrent('Ctrl-C told twice at once, as a terminal and a wrapper do, is one wish: nothing written, 5', async ({ open }) => {
  const { start, emulator, writes, requests } = await open();
  await emulator.control('faults', { kind: 'latency', ms: 5000 });
  const running = start(['apply', '--yes']);
  while ((await requests()) === 0) if (running.child.exitCode !== null) break;
  running.child.kill('SIGINT');
  running.child.kill('SIGINT');
  running.child.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect({ code, writes: await writes() }, stderr).toEqual({ code: 5, writes: [] });
});
