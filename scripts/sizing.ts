// What the daemon needs of a machine: time, processor, memory and disk of its passes over organisations of several sizes,
// against the emulator with AWS's documented request rates. A script, not a test; docs/operations/sizing.md has its table.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startEmulator } from '../src/emulator/server.ts';
import { organisation, policy } from './bench/organisation.ts';

const USAGE = `npx tsx scripts/sizing.ts [--people 266,2000,10000] [--passes 3] [--json]
  --people LIST  sizes: so many people, all of whom hold a seat; a team for every 25 of them
  --passes N     passes with nothing to change after the first, which gives a seat to one person in a hundred (3)
Needs Linux, git and a built dist/ (npm run build).
`;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const TOKEN = 'token-of-the-sizing-script';
const TICKS_PER_SECOND = 100; // Linux shows processor time in hundredths of a second whatever its own clock is
const MIB = 1024 * 1024;

type Pass = {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly calls: number;
  readonly changes: number;
  readonly journalBytes: number;
};
type Row = {
  readonly people: number;
  readonly first: Pass;
  /** The mean of the passes that found nothing to change; of the journal, what the last of them added. */
  readonly quiet: Pass;
  /** Most resident memory in all passes, and what is resident after the last one. */
  readonly peakMib: number;
  readonly restMib: number;
  readonly stateMib: number;
};

const git = (cwd: string, ...args: readonly string[]): void =>
  void execFileSync('git', args, {
    cwd,
    stdio: 'ignore',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });

function policyRepository(folder: string, text: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'policy.yaml'), text);
  git(folder, 'init', '--quiet', '--initial-branch=main', '.');
  git(folder, 'add', '.');
  git(folder, '-c', 'user.name=policy', '-c', 'user.email=policy@example.com', 'commit', '--quiet', '--message=policy');
  return `file://${folder}`;
}

/** Processor time of the process and of the children it has waited for, in seconds. */
function cpu(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / TICKS_PER_SECOND;
}

function memory(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(found?.[1]) / 1024);
}

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .reduce((sum, each) => sum + statSync(join(each.parentPath, each.name)).size, 0);
}

type Status = {
  readonly served: number;
  readonly lastPass: null | {
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly outcome: string;
    readonly counts: { readonly applied: number };
    readonly calls: Readonly<Record<string, number>>;
  };
};

// A connection each: the daemon ends those that were idle, and an ask may cross that on its way.
async function asked<T>(url: string, method: 'GET' | 'POST' = 'GET'): Promise<T> {
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${TOKEN}`, connection: 'close' } });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T; // parse boundary: the daemon's own documents
}

/** The next pass that ends after `ticket` was served. @throws Error when it ends in any other way than it should. */
async function ended(url: string, ticket: number): Promise<NonNullable<Status['lastPass']>> {
  for (;;) {
    const { served, lastPass } = await asked<Status>(`${url}/api/status`);
    if (lastPass !== null && served >= ticket) {
      if (!['applied', 'in-sync'].includes(lastPass.outcome)) throw new Error(`A pass ended as ${lastPass.outcome}.`);
      return lastPass;
    }
    await sleep(250);
  }
}

type Serving = { readonly url: string; readonly pid: number; readonly stop: () => Promise<void> };

async function serving(folder: string, gitUrl: string, awsUrl: string): Promise<Serving> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    NODE_ENV: 'production',
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    KIROSYNC_GIT_URL: gitUrl,
    KIROSYNC_MODE: 'enforce',
    KIROSYNC_STATE_DIR: join(folder, 'state'),
    KIROSYNC_HTTP_PORT: '0',
    KIROSYNC_READ_TOKENS: TOKEN,
    KIROSYNC_WRITE_TOKENS: TOKEN,
    KIROSYNC_LOG_LEVEL: 'error',
    KIROSYNC_SCHEDULE_RECONCILE: '0 0 1 1 *',
  };
  const child = spawn(process.execPath, [MAIN, 'serve'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let told = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (data: Buffer) => {
      told += data.toString();
      const found = /serves (?<url>http\S+)/.exec(told)?.groups?.['url'];
      if (found !== undefined) resolve(found);
    });
    void gone.then((code) => reject(new Error(`serve ended with ${code}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const code = await gone;
    if (code !== 0) throw new Error(`serve ended with ${code} after SIGTERM`);
  };
  return { url, pid: child.pid ?? 0, stop };
}

function mean(passes: readonly Pass[]): Pass {
  const of = (field: keyof Pass) => passes.reduce((sum, pass) => sum + pass[field], 0) / passes.length;
  return {
    seconds: of('seconds'),
    cpuSeconds: of('cpuSeconds'),
    calls: of('calls'),
    changes: of('changes'),
    journalBytes: passes.at(-1)?.journalBytes ?? Number.NaN,
  };
}

async function measure(people: number, passes: number, folder: string): Promise<Row> {
  const teams = Math.ceil(people / 25);
  const seated = people - Math.ceil(people / 100);
  const seed = organisation({ users: people, sources: teams, memberships: people, granted: people, leavers: 0, seated });
  const emulator = await startEmulator({ seed });
  const daemon = await serving(folder, policyRepository(join(folder, 'policy'), policy({ byName: people, bySource: teams })), emulator.url);
  try {
    const journal = join(folder, 'state', 'journal.jsonl');
    const found: Pass[] = [];
    let before = { cpu: 0, bytes: 0 };
    for (let i = 0; i <= passes; i += 1) {
      const ticket = i === 0 ? 1 : (await asked<{ readonly ticket: number }>(`${daemon.url}/api/reconcile`, 'POST')).ticket;
      const pass = await ended(daemon.url, ticket);
      const after = { cpu: cpu(daemon.pid), bytes: statSync(journal).size };
      found.push({
        seconds: (Date.parse(pass.finishedAt) - Date.parse(pass.startedAt)) / 1000,
        cpuSeconds: after.cpu - before.cpu,
        calls: Object.values(pass.calls).reduce((sum, count) => sum + count, 0),
        changes: pass.counts.applied,
        journalBytes: after.bytes - before.bytes,
      });
      before = after;
    }
    const [first, ...quiet] = found;
    if (first === undefined) throw new Error('no pass');
    const peakMib = memory(daemon.pid, 'VmHWM');
    const restMib = memory(daemon.pid, 'VmRSS');
    return { people, first, quiet: mean(quiet), peakMib, restMib, stateMib: bytesBelow(join(folder, 'state')) / MIB };
  } finally {
    await daemon.stop();
    await emulator.close();
  }
}

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '266,2000,10000' },
    passes: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else {
  const rows: Row[] = [];
  for (const people of values.people.split(',').map(Number)) {
    process.stderr.write(`== ${people} people\n`);
    const folder = mkdtempSync(join(tmpdir(), 'kirosync-sizing-'));
    try {
      rows.push(await measure(people, Number(values.passes), folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const line = (name: string, of: (row: Row) => string): string => `| ${name} | ${rows.map(of).join(' | ')} |\n`;
  if (values.json) process.stdout.write(`${JSON.stringify({ rows })}\n`);
  else
    process.stdout.write(
      [
        line('people with a seat', (row) => row.people.toLocaleString('en')),
        `|---|${rows.map(() => '---:').join('|')}|\n`,
        line('first pass: changes', (row) => `${row.first.changes}`),
        line('first pass: time', (row) => `${row.first.seconds.toFixed(1)} s`),
        line('first pass: processor time, with the start', (row) => `${row.first.cpuSeconds.toFixed(1)} s`),
        line('pass without changes: AWS calls', (row) => row.quiet.calls.toLocaleString('en')),
        line('pass without changes: time', (row) => `${row.quiet.seconds.toFixed(1)} s`),
        line('pass without changes: processor time', (row) => `${row.quiet.cpuSeconds.toFixed(1)} s`),
        line('most memory', (row) => `${row.peakMib} MiB`),
        line('memory after it', (row) => `${row.restMib} MiB`),
        line('journal: a pass without changes', (row) => `${(row.quiet.journalBytes / 1024).toFixed(1)} KiB`),
        line('journal: the first pass', (row) => `${(row.first.journalBytes / 1024).toFixed(0)} KiB`),
        line('state directory', (row) => `${row.stateMib.toFixed(1)} MiB`),
      ].join(''),
    );
}
