import { readdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { type Choice, readChoice } from '../import/choice.ts';
import type { ImportTiers } from '../import/decide.ts';
import { type Imported, importLive } from '../import/import.ts';
import { importProfiles } from '../import/profile.ts';
import { importTiers } from '../import/usage.ts';
import type { WrittenFile } from '../import/write.ts';
import { dayOf, monthOf } from '../model/day.ts';
import type { Live, ReadScope } from '../model/live.ts';
import { visible } from '../report/escape.ts';
import { importText } from '../report/import-text.ts';
import type { ReadDeps } from './deps.ts';
import { makeFolder } from './folder.ts';
import type { Io } from './io.ts';
import { asking, usageFacts } from './usage.ts';

export type ImportOptions = {
  readonly out: string;
  /** `PROFILE/TIER=GROUP`, as typed. */
  readonly seat?: readonly string[] | undefined;
  readonly usage?: readonly string[] | undefined;
};

/** The instance of a Region, and the accounts that have Kiro applications on it. */
export type Discovered = { readonly instanceArn: string; readonly identityStoreId: string; readonly accounts: readonly string[] };

export type ImportDeps = Pick<ReadDeps, 'settings' | 'observe' | 'buckets'> & {
  /** @throws RemoteError when the Region has not exactly one ACTIVE instance, or it may not be read. */
  readonly discover: (region: string) => Promise<Discovered>;
};

/**
 * Writes the YAML of what is live into a new or empty directory and prints what it decided. Exit 0.
 * @throws UserError for a directory with files in it, a `--seat` that does not fit, no Region; RemoteError as the directory does.
 */
export async function importCommand(options: ImportOptions, io: Io, deps: ImportDeps): Promise<number> {
  const out = resolve(io.cwd, options.out);
  await refuseNonEmpty(out);
  const choices = readChoices(options.seat ?? []);
  const region = io.env['AWS_REGION'] ?? io.env['AWS_DEFAULT_REGION'];
  if (region === undefined || region === '')
    throw new UserError('No Region is set. Set AWS_REGION to the Region of the Identity Center instance.');
  const scope = wholeScope(region, await deps.discover(region));
  const first = await deps.observe(scope);
  const tiers = await tiersOf(options, io, deps, first);
  const made = (live: Live) => importLive({ live, region, today: dayOf(io.now()), choices, tiers, seatGroups: deps.settings.seatGroups });
  const imported = await checked(made(first), scope, deps, made);
  if (!imported.ok) throw new UserError(`Nothing was written.\n${imported.problems.map(visible).join('\n')}`);
  for (const file of imported.files) await write(out, file);
  io.stdout(importText(imported, options.out, { color: io.color }));
  return EXIT['in-sync'];
}

/** Groups that are to become writable are looked at again: what else they open decides whether they may be. */
async function checked(first: Imported, scope: ReadScope, deps: ImportDeps, made: (live: Live) => Imported): Promise<Imported> {
  const managed = first.ok ? first.seats.filter((seat) => seat.external === null).map((seat) => seat.group) : [];
  return managed.length === 0 ? first : made(await deps.observe({ ...scope, managedGroups: [...new Set(managed)].sort() }));
}

async function refuseNonEmpty(out: string): Promise<void> {
  const found = await readdir(out).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new UserError(`${out} cannot be written to: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
  });
  if (found.length > 0) throw new UserError(`${out} is not empty, and import overwrites nothing. Give --out a new directory.`);
}

function readChoices(texts: readonly string[]): readonly Choice[] {
  const read = texts.map(readChoice);
  const problems = read.filter((one) => typeof one === 'string');
  if (problems.length > 0) throw new UserError(problems.map(visible).join('\n'));
  return read.filter((one) => typeof one !== 'string');
}

/** Every group on a Kiro application of the instance, with its members. */
function wholeScope(region: string, { instanceArn, identityStoreId, accounts }: Discovered): ReadScope {
  const nothing = { applications: [], managedGroups: [], memberGroups: [], users: [] };
  return { ...nothing, region, instanceArn, identityStoreId, accounts, releasedGlobs: ['**'] };
}

async function tiersOf(options: ImportOptions, io: Io, deps: ImportDeps, live: Live): Promise<ImportTiers> {
  const facts = await usageFacts({ ...asking(deps, io), month: monthOf(dayOf(io.now())), given: options.usage, configuration: null });
  return facts === null ? new Map() : importTiers(facts, importProfiles(live).profiles, live);
}

async function write(out: string, file: WrittenFile): Promise<void> {
  const path = join(out, ...file.path.split('/'));
  await makeFolder(dirname(path));
  await writeFile(path, file.content, { flag: 'wx' });
}
