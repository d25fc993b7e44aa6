import type { DemoRepository } from './repository.ts';

/** What the story is told with: the daemon and the emulator by HTTP, the repository by Git, a terminal to write to. */
export type Stage = {
  readonly say: (text: string) => void;
  readonly repository: DemoRepository;
  /** Runs `kirosync ARGS` in the demo's environment, its output on the terminal; returns the exit code. */
  readonly kirosync: (...args: readonly string[]) => Promise<number>;
  /** The same, its output returned instead. @throws when it does not exit with 0. */
  readonly output: (...args: readonly string[]) => Promise<string>;
  /** The folder of the user reports, and where the credits report is written as a page. */
  readonly usage: string;
  readonly page: string | null;
  readonly startDaemon: () => Promise<void>;
  /** Asks the daemon for a pass by its webhook or its API, waits for its end and returns what it says of itself. */
  readonly pass: (by: 'webhook' | 'api' | 'start') => Promise<PassSummary>;
  readonly drift: () => Promise<readonly DriftRow[]>;
  readonly violations: () => Promise<readonly string[]>;
  /** How many writes Identity Center has seen so far. */
  readonly writes: () => Promise<number>;
  readonly emulator: (route: string, body: object) => Promise<void>;
};

export type PassSummary = {
  readonly outcome: string;
  readonly message: string | null;
  readonly seconds: number;
  readonly applied: number;
  readonly planned: number;
};
export type DriftRow = {
  readonly kind: string;
  readonly key: string;
  readonly actor: string | null;
  readonly monthlyUsd: number | null;
  readonly held: boolean;
};

function title(stage: Stage, number: number, text: string): void {
  stage.say(`\n${'─'.repeat(78)}\n${number}. ${text}\n${'─'.repeat(78)}\n`);
}

function expectOutcome(pass: PassSummary, outcome: string): void {
  if (pass.outcome !== outcome)
    throw new Error(`the demo expected the pass to end ${outcome}, and it ended ${pass.outcome}: ${pass.message ?? ''}`);
}

function tell(stage: Stage, pass: PassSummary): void {
  stage.say(`   pass ended: ${pass.outcome} in ${pass.seconds.toFixed(1)} s, ${pass.applied} of ${pass.planned} changes applied\n`);
}

async function firstApply(stage: Stage): Promise<void> {
  title(stage, 1, 'The plan: people, money, dates. Nothing is written by it.');
  stage.say(`$ kirosync plan --config ${stage.repository.workTree}\n\n`);
  await stage.kirosync('plan', '--config', stage.repository.workTree);
  title(stage, 2, 'The daemon follows the repository (enforce) and applies the plan.');
  await stage.startDaemon();
  const pass = await stage.pass('start');
  tell(stage, pass);
  expectOutcome(pass, 'applied');
}

async function consoleStep(stage: Stage): Promise<void> {
  title(stage, 3, 'What no API can do: an admin adds the new seat groups in the Kiro console, once.');
  for (const [group, tier] of [
    ['kiro-engineering-power', 'power'],
    ['kiro-engineering-pro-max', 'pro-max'],
  ] as const) {
    await stage.emulator('console/subscribe', { application: 'KiroProfile-us-east-1', group, tier });
    stage.say(`   Kiro console, Region us-east-1: Users & groups → Add group → ${group} → ${tier}\n`);
  }
}

async function handAdded(stage: Stage): Promise<void> {
  title(stage, 4, 'Somebody adds a person to a seat group by hand: drift, named with its actor, corrected.');
  await stage.emulator('outsider', { action: 'add-member', group: 'kiro-engineering-pro', user: 'bob@example.com' });
  const pass = await stage.pass('api');
  for (const row of await stage.drift())
    if (row.kind === 'unexpected' && !row.held)
      stage.say(
        `   drift: ${row.kind} ${row.key}${row.monthlyUsd === null ? '' : `, $${row.monthlyUsd.toFixed(2)} a month`}, by ${row.actor ?? 'unknown'}\n`,
      );
  tell(stage, pass);
  expectOutcome(pass, 'applied');
}

async function commitPickedUp(stage: Stage): Promise<void> {
  title(stage, 5, 'A merged pull request: dev40@example.com gets a seat. The webhook asks for a pass.');
  await stage.repository.merge('Seat for dev40', 'teams/platform/kiro.yaml', (text) =>
    text.replace('groups:\n  - platform-engineers\n', 'groups:\n  - platform-engineers\nusers:\n  - dev40@example.com\n'),
  );
  const pass = await stage.pass('webhook');
  tell(stage, pass);
  expectOutcome(pass, 'applied');
}

async function massRemoval(stage: Stage): Promise<void> {
  title(stage, 6, 'A pull request that would take the seat of a whole team is refused, with its numbers.');
  await stage.repository.merge('Tidy up', 'teams/platform/kiro.yaml', (text) =>
    text.replace(/kind: Assignment\nname: platform\n[\s\S]*?---\n/, ''),
  );
  const pass = await stage.pass('webhook');
  for (const message of await stage.violations()) stage.say(`   refused: ${message}\n`);
  tell(stage, pass);
  expectOutcome(pass, 'refused');
  await stage.repository.revert();
  stage.say('   The team reverts the commit.\n');
  const after = await stage.pass('webhook');
  tell(stage, after);
  expectOutcome(after, 'in-sync');
}

/** Lines of one section of the report that are shown; a section is what stands between blank lines. */
const SECTION_LINES = 14;

/** What the report says in all and what there is to do: a terminal is no place for its tables of sixty people. */
export function shortened(report: string): string {
  return report
    .trimEnd()
    .split(/\n{2,}/)
    .filter((section) => !/^(?:By|Profile) /.test(section))
    .map((section) => {
      const lines = section.split('\n');
      const more = lines.length - SECTION_LINES;
      return more <= 1 ? section : [...lines.slice(0, SECTION_LINES), `  … and ${more} more lines`].join('\n');
    })
    .join('\n\n');
}

async function usageReport(stage: Stage): Promise<void> {
  title(stage, 8, 'What the seats are used for: credits, forecast, advice, budgets, and what does not fit together.');
  const args = ['credits', '--config', stage.repository.workTree, '--usage', stage.usage];
  stage.say(`$ kirosync ${args.join(' ')}\n\n`);
  stage.say(`${shortened(await stage.output(...args))}\n`);
  if (stage.page === null) {
    stage.say('\n   With --format html: everybody, every table and the charts in a page. A demo without --once makes it.\n');
    return;
  }
  await stage.output(...args, '--format', 'html', '--out', stage.page);
  stage.say(`\n   Everybody, every table and the charts are in a page: ${stage.page}\n`);
}

/** The main job, told in eight steps. @throws when a step does not end as it should: the demo is a test, too. */
export async function story(stage: Stage): Promise<void> {
  await firstApply(stage);
  await consoleStep(stage);
  await handAdded(stage);
  await commitPickedUp(stage);
  await massRemoval(stage);
  title(stage, 7, 'Reports');
  await stage.kirosync('explain', 'ana@example.com', '--config', stage.repository.workTree);
  stage.say(`\n   ${await stage.writes()} writes in all, the one made by hand included.\n`);
  await usageReport(stage);
}
