import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Child } from '../demo/process.ts';
import { writeReports } from '../demo/report-folder.ts';
import { type DemoRepository, demoRepository } from '../demo/repository.ts';
import { freePort, type Site, writeSettings } from '../demo/site.ts';
import { stageOf } from '../demo/stage.ts';
import { story } from '../demo/story.ts';
import { startEmulator } from '../emulator/server.ts';
import { RemoteError, UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { dayOf } from '../model/day.ts';
import type { Io } from './io.ts';

export type DemoOptions = { readonly once?: boolean | undefined; readonly port?: number | undefined };

const EXAMPLE = fileURLToPath(new URL('../../config-example', import.meta.url));

async function portOf(options: DemoOptions): Promise<number> {
  const found = await freePort(options.port ?? 0);
  if (found === null) throw new UserError(`Another process listens on port ${options.port}. Give demo another --port, or none.`);
  return found;
}

/** The repository; a machine without git is told what it lacks. */
async function repositoryOf(folder: string): Promise<DemoRepository> {
  try {
    return await demoRepository(folder, EXAMPLE);
  } catch (cause) {
    if (!/spawn \S*git ENOENT/.test(String(cause))) throw cause;
    const missing = {
      kind: 'unreachable',
      operation: 'git',
      message: 'The program git was not found.',
      advice: 'Install git, or put it on PATH.',
    } as const;
    throw new RemoteError([{ ...missing, requestId: null }], { cause });
  }
}

function ending(io: Io, site: Site, emulatorUrl: string, repository: DemoRepository): void {
  io.stdout(`
The daemon goes on, and this terminal tells its passes. Ctrl-C ends everything and removes what the demo made.

  status page  ${site.url}/   (any user name; the password is ${site.token})
  policy       ${repository.workTree}   edit, commit, and push:
               git push ${repository.url} main
  then         KIROSYNC_URL=${site.url} KIROSYNC_TOKEN=${site.token} npx kirosync reconcile
  emulator     ${emulatorUrl}/_emulator/state
  daemon log   ${join(site.folder, 'daemon.log')}

`);
}

/**
 * The whole product on one machine: emulator, a Git repository made from the example, the daemon. Tells the main job in
 * steps; `--once` ends then, else it keeps running until Ctrl-C. 0, or 70 when a step does not end as told.
 * @throws UserError when the port is taken; RemoteError without git.
 */
export async function demo(options: DemoOptions, io: Io): Promise<number> {
  const port = await portOf(options);
  const folder = mkdtempSync(join(tmpdir(), 'kirosync-demo-'));
  const emulator = await startEmulator({ port: 0, seed: 'demo' });
  const own: { child: Child | null } = { child: null };
  try {
    const repository = await repositoryOf(folder);
    const usage = await writeReports(folder, emulator.url, dayOf(io.now()));
    const site = writeSettings(folder, port, repository, usage);
    io.stdout(
      `A local Identity Center (${emulator.url}), a policy repository (${repository.workTree}) and, soon, the daemon (${site.url}).\n`,
    );
    const stage = stageOf(io, site, repository, emulator.url, own);
    // A page that goes with the folder as this run ends is none to look at.
    await story(options.once === true ? { ...stage, page: null } : stage);
    if (options.once === true) return EXIT['in-sync'];
    ending(io, site, emulator.url, repository);
    return await stage.watch();
  } catch (error) {
    if (io.signal.aborted) return EXIT['in-sync'];
    if (own.child !== null) io.stderr(readFileSync(join(folder, 'daemon.log'), 'utf8'));
    throw error;
  } finally {
    await own.child?.stop();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
