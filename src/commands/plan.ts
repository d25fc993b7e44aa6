import { writeFile } from 'node:fs/promises';
import { dirname, resolve as path } from 'node:path';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { GUARDS, isGuard } from '../model/guard.ts';
import { changesOf, type Plan } from '../model/plan.ts';
import type { Settings } from '../model/settings.ts';
import { plan as makePlan } from '../plan/plan.ts';
import { billingNotes } from '../plan/revert.ts';
import { exceptionYaml } from '../report/exception.ts';
import { planHtml } from '../report/plan-html.ts';
import { planJson } from '../report/plan-json.ts';
import { planMarkdown } from '../report/plan-markdown.ts';
import { planText } from '../report/plan-text.ts';
import type { ReadDeps } from './deps.ts';
import { makeFolder } from './folder.ts';
import type { Io } from './io.ts';
import { readStanding } from './read.ts';

export type PlanOptions = {
  readonly format?: 'text' | 'json' | 'markdown' | 'html' | undefined;
  readonly out?: string | undefined;
  readonly record?: string | undefined;
  readonly live?: string | undefined;
  readonly today?: string | undefined;
  readonly writeException?: string | undefined;
};

/** Writes a file the user asked for. @throws UserError when it cannot be written. */
export async function writeText(io: Io, file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(path(io.cwd, file)));
    await writeFile(path(io.cwd, file), text);
  } catch (cause) {
    throw new UserError(
      `${file} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}. Give a path in a folder that exists and that you may write to.`,
      { cause },
    );
  }
}

/** The plan in the wanted form, as stdout gets it. */
export function render(plan: Plan, format: PlanOptions['format'], color: boolean): string {
  if (format === 'json') return planJson(plan);
  if (format === 'markdown') return planMarkdown(plan);
  if (format === 'html') return planHtml(plan);
  return planText(plan, { color });
}

/** 4 if a guard would refuse, else 2 if there are changes, else 0. */
export function planExit(plan: Plan): number {
  if (plan.violations.length > 0) return EXIT.refused;
  return changesOf(plan).length > 0 ? EXIT.pending : EXIT['in-sync'];
}

/** Why the operator's settings keep the Exceptions for this plan from lifting anything: full sentences. */
function withoutEffect(plan: Plan, { rules, maxKeys }: Settings['exceptions']): readonly string[] {
  const refusing = [...new Set(plan.violations.map((violation) => violation.rule))].filter(
    (rule) => isGuard(rule) && GUARDS[rule].exception,
  );
  return refusing.flatMap((rule) => {
    if (!rules.includes(rule)) return [`The operator's settings let no Exception lift ${rule} (\`exceptions.rules\`).`];
    const keys = new Set(plan.violations.flatMap((violation) => (violation.rule === rule ? violation.keys : []))).size;
    return keys <= maxKeys
      ? []
      : [`It lists ${keys} keys for ${rule}; the operator's settings allow ${maxKeys} (\`exceptions.maxKeys\`), so it lifts nothing.`];
  });
}

async function writeException(io: Io, file: string, plan: Plan, bounds: Settings['exceptions']): Promise<void> {
  const yaml = exceptionYaml(plan);
  if (yaml === null) return io.stderr(`No guard that an Exception can lift refuses this plan; ${file} was not written.\n`);
  await writeText(io, file, yaml);
  io.stderr(`Wrote ${file}: say why in \`reason\`, put it into the policy repository, and have it reviewed.\n`);
  for (const sentence of withoutEffect(plan, bounds)) io.stderr(`${sentence}\n`);
}

/** `kirosync plan`: reads, plans, prints; holds nothing that could write to AWS. */
export async function plan(options: PlanOptions, io: Io, deps: ReadDeps): Promise<number> {
  const { configuration, live, now, revision, past, usageTiers } = await readStanding(deps, io, options);
  const fresh = makePlan({ configuration, live, now, revision, operator: deps.settings, usageTiers });
  const notes = past ? billingNotes(fresh, configuration.tiers) : [];
  const made = { ...fresh, warnings: [...fresh.warnings, ...notes] };
  io.stdout(render(made, options.format, io.color));
  if (options.record !== undefined) await writeText(io, options.record, `${JSON.stringify(live, null, 2)}\n`);
  if (options.out !== undefined) await writeText(io, options.out, planJson(made));
  if (options.writeException !== undefined) await writeException(io, options.writeException, made, deps.settings.exceptions);
  return planExit(made);
}
