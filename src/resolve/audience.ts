import type { Assignment } from '../model/configuration.ts';
import { type Diagnostic, warning } from '../model/diagnostic.ts';
import type { LiveUser } from '../model/live.ts';
import type { Named } from '../model/place.ts';
import type { Unresolved } from '../model/plan.ts';
import type { RemovalHold } from '../model/seat.ts';
import type { Names } from './names.ts';

/** The directory as resolving sees it. */
export type Directory = {
  readonly names: Names;
  readonly people: ReadonlyMap<string, LiveUser>;
  /** Group id → ids of its members. */
  readonly members: ReadonlyMap<string, readonly string[]>;
};

/** What was found while resolving; filled by one resolve call and never shared between two. */
export type Findings = {
  readonly unresolved: Unresolved[];
  readonly warnings: Diagnostic[];
  readonly removalHolds: RemovalHold[];
};

/** Whom an assignment reaches: user id → by what ("group x", "by name"); and whom its excludes took out. */
export type Audience = {
  readonly included: ReadonlyMap<string, string>;
  readonly excluded: ReadonlyMap<string, string>;
  /** Why its creates wait: an exclude group that nobody can look into. Null: they do not. */
  readonly createHold: string | null;
};

function missing(kind: 'user' | 'group', named: Named, findings: Findings): null {
  findings.unresolved.push({ kind, name: named.name, ...named.place });
  return null;
}

function caseWarning(kind: string, named: Named, found: string): Diagnostic {
  return warning(
    'name-differs-in-case',
    named.place,
    `The ${kind} "${named.name}" is written "${found}" in the directory; write it that way.`,
  );
}

/** The person of a name; an unknown one is noted as unresolved. */
export function findUser(named: Named, directory: Directory, findings: Findings): LiveUser | null {
  const match = directory.names.user(named.name);
  if (match === null) return missing('user', named, findings);
  if (match.differs) findings.warnings.push(caseWarning('user', named, match.found.userName));
  return match.found;
}

/** Ids of a group's members; null, and noted as unresolved, when no such group exists. */
function findMembers(named: Named, directory: Directory, findings: Findings): readonly string[] | null {
  const match = directory.names.group(named.name);
  if (match === null) return missing('group', named, findings);
  if (match.differs) findings.warnings.push(caseWarning('group', named, match.found.name));
  return directory.members.get(match.found.id) ?? [];
}

function addGroups(assignment: Assignment, directory: Directory, findings: Findings, included: Map<string, string>): void {
  for (const group of assignment.groups) {
    const members = findMembers(group, directory, findings);
    const hold = (what: string) =>
      findings.removalHolds.push({
        profile: assignment.profile,
        looksLike: null,
        reason: `source group ${group.name} of assignment ${assignment.name} ${what}`,
      });
    if (members === null) hold('does not exist in the directory');
    else if (members.length === 0 && !assignment.allowEmpty) hold('has no members (allowEmpty: true would accept that)');
    const via = `group ${group.name}`;
    for (const id of members ?? []) if (!included.has(id)) included.set(id, via);
  }
}

function addUsers(assignment: Assignment, directory: Directory, findings: Findings, included: Map<string, string>): void {
  for (const named of assignment.users) {
    const user = findUser(named, directory, findings);
    if (user !== null) included.set(user.id, 'by name');
    else
      findings.removalHolds.push({
        profile: assignment.profile,
        looksLike: named.name,
        reason: `${named.name} of assignment ${assignment.name} is not in the directory and may be this person under another name`,
      });
  }
}

function exclusions(
  assignment: Assignment,
  directory: Directory,
  findings: Findings,
): { excluded: Map<string, string>; createHold: string | null } {
  const excluded = new Map<string, string>();
  let createHold: string | null = null;
  for (const group of assignment.exclude.groups) {
    const members = findMembers(group, directory, findings);
    if (members === null) {
      createHold = `exclude group ${group.name} of assignment ${assignment.name} does not exist in the directory`;
      findings.removalHolds.push({ profile: assignment.profile, looksLike: null, reason: createHold });
    }
    for (const id of members ?? []) excluded.set(id, `excluded from assignment ${assignment.name} by group ${group.name}`);
  }
  for (const named of assignment.exclude.users) {
    const user = findUser(named, directory, findings);
    if (user !== null) excluded.set(user.id, `excluded from assignment ${assignment.name} by name`);
  }
  return { excluded, createHold };
}

/** People of one active assignment = members of its groups + its users − its excludes. Groups do not nest. */
export function audience(assignment: Assignment, directory: Directory, findings: Findings): Audience {
  const included = new Map<string, string>();
  addGroups(assignment, directory, findings, included);
  addUsers(assignment, directory, findings, included);
  const { excluded, createHold } = exclusions(assignment, directory, findings);
  const taken = new Map([...excluded].filter(([id]) => included.delete(id)));
  return { included, excluded: taken, createHold };
}
