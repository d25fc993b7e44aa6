import { type Applied, apply as execute } from '../apply/apply.ts';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { dayOf } from '../model/day.ts';
import { GUARDS, isGuard } from '../model/guard.ts';
import type { Live } from '../model/live.ts';
import { type Change, changesOf, type Plan, type Violation } from '../model/plan.ts';
import { needsSecondReading, unconfirmed } from '../plan/confirm.ts';
import type { Identity } from '../plan/hash.ts';
import { plan as makePlan, type PlanInput } from '../plan/plan.ts';
import { staleHash, stalePlan } from '../plan/stale.ts';
import { readPlan } from '../report/plan-read.ts';
import { planText } from '../report/plan-text.ts';
import { readScope } from '../resolve/scope.ts';
import type { WriteDeps } from './deps.ts';
import type { Io } from './io.ts';
import { progress } from './progress.ts';
import { readStanding, readText } from './read.ts';

export type ApplyOptions = {
  readonly yes?: boolean | undefined;
  readonly plan?: string | undefined;
  readonly planHash?: string | undefined;
  readonly force?: readonly string[] | undefined;
};

const FORCIBLE = Object.entries(GUARDS).flatMap(([rule, by]) => (by.force ? [rule] : []));

/** Every reason not to begin, before anything is read from AWS. */
function checkOptions(options: ApplyOptions, io: Io): void {
  const problems: string[] = [];
  if (!io.isTty && options.yes !== true) problems.push('There is no terminal to ask on: add --yes, or run `kirosync plan`.');
  if (options.plan !== undefined && options.planHash !== undefined) problems.push('--plan and --plan-hash exclude each other: give one.');
  if (options.planHash !== undefined && !/^[0-9a-f]{64}$/.test(options.planHash))
    problems.push(`--plan-hash takes the 64 hex digits that \`kirosync plan\` prints, not "${options.planHash}".`);
  for (const rule of options.force ?? []) {
    if (isGuard(rule) && GUARDS[rule].force) continue;
    problems.push(`--force cannot lift "${rule}"; it lifts ${FORCIBLE.join(', ')}.`);
  }
  if (problems.length > 0) throw new UserError(problems.join('\n'));
}

/** The changes of `--plan FILE`; null without the flag. @throws UserError for a file that is no plan. */
async function readReviewed(options: ApplyOptions, io: Io): Promise<readonly Identity[] | null> {
  if (options.plan === undefined) return null;
  const read = readPlan(await readText(io, options.plan, 'plan file'), options.plan);
  if (read.ok) return read.changes;
  throw new UserError(`The plan file ${options.plan} cannot be applied.`, { diagnostics: read.diagnostics });
}

/** The plan to apply: the fresh one, or exactly the reviewed changes of it; stale means a violation nobody lifts. */
function choose(input: PlanInput, reviewed: readonly Identity[] | null, hash: string | undefined): Plan {
  const plan = makePlan(reviewed === null ? input : { ...input, only: new Set(reviewed.map((change) => change.key)) });
  const stale: Violation | null = reviewed !== null ? stalePlan(reviewed, plan) : hash !== undefined ? staleHash(hash, plan) : null;
  return stale === null ? plan : { ...plan, violations: [...plan.violations, stale] };
}

function verdict(io: Io, done: Applied): number {
  const counts = `${done.applied} applied, ${done.failed} failed, ${done.skipped} skipped of ${done.planned} planned`;
  if (done.applied === done.planned) {
    io.stdout(`Applied: ${counts}; ${done.effects} effects.\n`);
    return EXIT.applied;
  }
  io.stdout(`Incomplete: ${counts}; ${done.effects} effects. The next run takes up what is left.\n`);
  return EXIT.incomplete;
}

type Skip = (change: Change) => string | null;

type Prepared = { readonly plan: Plan; readonly live: Live; readonly write: (skip: Skip) => Promise<number> };

/** Reads and plans; `write` applies exactly that plan, less what is left alone. */
async function prepare(options: ApplyOptions, reviewed: readonly Identity[] | null, io: Io, deps: WriteDeps): Promise<Prepared> {
  const { configuration, revision, live, now, usageTiers } = await readStanding(deps, io, {});
  const input = { configuration, revision, live, now, usageTiers, operator: deps.settings, force: options.force ?? [] };
  const plan = choose(input, reviewed, options.planHash);
  const write = async (skip: Skip): Promise<number> => {
    const writer = deps.writer(readScope(configuration, dayOf(now), deps.settings), live);
    return verdict(io, await execute(plan, { writer, emit: progress(io, plan), skip, signal: io.signal }));
  };
  return { plan, live, write };
}

/**
 * What a person said yes to, read and planned once more: minutes or hours have passed since it was shown. A plan that
 * is not the same any more is stale.
 */
async function confirmed(shown: Plan, again: () => Promise<Prepared>): Promise<Prepared> {
  const { plan, live, write } = await again();
  const stale = plan.violations.some((violation) => violation.rule === 'stale-plan') ? null : staleHash(shown.hash, plan);
  return { plan: stale === null ? plan : { ...plan, violations: [...plan.violations, stale] }, live, write };
}

/** Writes what was planned; where it removes anybody, only what a second reading asks for as well. */
async function writeConfirmed(first: Prepared, again: () => Promise<Prepared>, io: Io): Promise<number> {
  if (!needsSecondReading(first.plan)) return await first.write(() => null);
  io.stderr('Reading once more, because seats are removed only when two readings agree.\n');
  const second = await again();
  if (second.plan.violations.length > 0) {
    io.stdout(planText(second.plan, { color: io.color }));
    return EXIT.refused;
  }
  const doubtful = unconfirmed(first.plan, second);
  return await first.write((change) => doubtful.get(change.key) ?? null);
}

/** `kirosync apply`: plans, prints, asks, applies. It neither reads nor writes the daemon's journal. */
export async function apply(options: ApplyOptions, io: Io, deps: WriteDeps): Promise<number> {
  checkOptions(options, io);
  const reviewed = await readReviewed(options, io);
  const again = (): Promise<Prepared> => prepare(options, reviewed, io, deps);
  const shown = await again();
  const changes = changesOf(shown.plan).length;
  io.stdout(planText(shown.plan, { color: io.color }));
  if (shown.plan.violations.length > 0) return EXIT.refused;
  if (changes === 0) return EXIT['in-sync'];
  if (options.yes === true) return await writeConfirmed(shown, again, io);
  if (!(await io.ask(`Apply these ${changes} changes?`))) {
    io.stderr('Declined; nothing was written.\n');
    return EXIT.pending;
  }
  io.stderr('Reading once more, to see that nothing has moved since.\n');
  const { plan, write } = await confirmed(shown.plan, again);
  if (plan.violations.length === 0) return await write(() => null);
  io.stdout(planText(plan, { color: io.color }));
  return EXIT.refused;
}
