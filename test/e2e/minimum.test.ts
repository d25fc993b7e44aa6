import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { plan } from '../../src/commands/plan.ts';
import type { State } from '../../src/emulator/emulator.ts';
import { against } from '../support/cli.ts';
import { startTestEmulator } from '../support/emulator.ts';
import { inProcess } from './product.ts';

const EXAMPLE = fileURLToPath(new URL('../../config-example', import.meta.url));

/** What this test needs of a policy document, by its own reading. */
type Document = {
  readonly kind: string;
  readonly application?: string;
  readonly seats?: Readonly<Record<string, { readonly group: string; readonly members?: string }>>;
  readonly groups?: readonly string[];
  readonly exclude?: { readonly groups?: readonly string[] };
  readonly expect?: readonly { readonly group?: string }[];
};

const pages = (items: number): number => Math.ceil(items / 100);

/** The fewest calls that read the state this policy depends on, when a list is 100 a page and everybody must be known. */
function fewest(documents: readonly Document[], { users, groups, memberships, applications, assignments }: State) {
  const profiles = documents.filter(({ kind }) => kind === 'Profile');
  const seats = profiles.flatMap((profile) => Object.values(profile.seats ?? {}));
  const isThere = (name: string): boolean => groups.some(({ DisplayName }) => DisplayName === name);
  const mine = applications.filter(({ Name }) => profiles.some(({ application }) => application === Name));
  const attached = assignments.filter(({ ApplicationArn }) => mine.some((each) => each.ApplicationArn === ApplicationArn));
  const released = attached.flatMap(({ PrincipalId }) => groups.find(({ GroupId }) => GroupId === PrincipalId)?.DisplayName ?? []);
  const named = [
    ...seats.map(({ group }) => group),
    ...documents.flatMap((each) => [
      ...(each.groups ?? []),
      ...(each.exclude?.groups ?? []),
      ...(each.expect ?? []).flatMap(({ group }) => group ?? []),
    ]),
    ...released.filter((name) => name.startsWith('kiro-')),
  ];
  const read = groups.filter(({ DisplayName = '' }) => named.includes(DisplayName));
  const members = read.map(({ GroupId }) => Math.max(1, pages(memberships.filter((row) => row.GroupId === GroupId).length)));
  const managed = new Set(seats.filter((seat) => seat.members !== 'external' && isThere(seat.group)).map(({ group }) => group));
  return {
    ListUsers: pages(users.length),
    ListGroups: pages(groups.length),
    ListGroupMemberships: members.reduce((sum, each) => sum + each, 0),
    ListInstances: 1,
    ListApplications: 1,
    ListApplicationAssignments: mine.length,
    ListApplicationAssignmentsForPrincipal: managed.size,
    ListAccountAssignmentsForPrincipal: managed.size,
  };
}

test('a full refresh of the demo directory takes the fewest calls that the API allows', { timeout: 60_000 }, async () => {
  const emulator = await startTestEmulator({ seed: 'demo' });
  onTestFinished(emulator.close);
  for (const [name, value] of Object.entries(against(emulator.url))) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const files = readdirSync(EXAMPLE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  const text = files.map((name) => readFileSync(join(EXAMPLE, name), 'utf8')).join('---\n');
  const documents = parseAllDocuments(text).map((each) => each.toJS() as Document); // parse boundary: our own example

  const { code } = await inProcess(text, (io, deps) => plan({ format: 'json' }, io, deps));
  expect(code).toBe(2);
  const calls = (await emulator.control('calls')) as Readonly<Record<string, number>>;
  const least = fewest(documents, emulator.state());
  const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, each) => total + each, 0);
  const { users, groups } = emulator.state();
  console.info(
    `Full refresh of ${users.length} users and ${groups.length} groups: ${sum(calls)} calls; the formula's minimum is ${sum(least)}.`,
  );
  expect(calls).toEqual(least);
});
