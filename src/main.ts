#!/usr/bin/env node
import { setMaxListeners } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { run } from './cli.ts';
import type { Io } from './commands/io.ts';
import { EXIT } from './exit.ts';
import { bug } from './failure.ts';

/** A second signal within this time is the same wish told twice (a terminal signals the whole process group). */
const SAME_WISH_MS = 1000;

/** Something that was to be printed could not be. */
let lost = false;

/** The real process. The first Ctrl-C or SIGTERM asks for a clean end, a later one ends at once. */
function processIo(): Io {
  const stop = new AbortController();
  // Every request in flight listens to it.
  setMaxListeners(0, stop.signal);
  let asked = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted && Date.now() - asked > SAME_WISH_MS) process.exit(130);
      asked ||= Date.now();
      stop.abort(new DOMException(`stopped by ${name}`, 'AbortError'));
    });
  // A parent that opened a channel to us and is gone, killed or not, wants nothing any more.
  process.once('disconnect', () => stop.abort(new DOMException('the parent process ended', 'AbortError')));
  process.channel?.unref();
  // What runs goes on to its end, whether somebody reads it or not: an apply that stopped here would leave work undone.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || lost) return; // `| head -1` has read enough
    lost = true;
    process.stderr.write(`Standard output cannot be written (${error.code ?? error.message}); what follows there is lost.\n`);
  });
  process.stderr.on('error', () => {}); // nobody is left to tell
  const isTty = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTty,
    color: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
    env: process.env,
    cwd: process.cwd(),
    signal: stop.signal,
    now: () => new Date(),
    ask: async (question) => {
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const answer = await terminal.question(`${question} [y/N] `, { signal: stop.signal });
        return /^y(es)?$/i.test(answer.trim());
      } catch {
        return false;
      } finally {
        terminal.close();
      }
    },
  };
}

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
const io = processIo();
// Also of rejections that nobody awaits: Node would print the stack as it is, and exit 1 as if the input were wrong.
process.on('uncaughtException', (error) => process.exit(bug(error, io)));
process.on('exit', (code) => {
  if (lost && code === EXIT['in-sync']) process.exitCode = EXIT.invalid; // whoever sees 0 would trust half a document
});
process.exitCode = await run(process.argv.slice(2), io);
