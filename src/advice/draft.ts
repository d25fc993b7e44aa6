import type { Assignment, Configuration } from '../model/configuration.ts';
import type { AdvisedMove } from './move.ts';
import { grants, type Reach } from './reach.ts';

/** Somebody who gets a name in a list; `from` is the assignment and the name that it is moved from, null for a new name. */
export type Newcomer = { readonly name: string; readonly from: { readonly assignment: string; readonly name: string } | null };

/** What changes in one assignment. */
export type AssignmentDraft = {
  readonly assignment: Assignment;
  /** The new tier where everybody in it moves to the same one. */
  tier: string | null;
  readonly remove: Set<string>;
  readonly add: Newcomer[];
  readonly exclude: Set<string>;
};

/** An assignment to be appended to the file of the one it is made from. */
export type NewAssignment = { readonly source: Assignment; readonly tier: string; readonly name: string; readonly users: Newcomer[] };

export type Draft = { readonly changed: readonly AssignmentDraft[]; readonly made: readonly NewAssignment[] };

type Desk = {
  readonly configuration: Configuration;
  readonly reaches: readonly Reach[];
  readonly changed: Map<string, AssignmentDraft>;
  readonly made: Map<string, NewAssignment>;
};

function draftOf(desk: Desk, assignment: Assignment): AssignmentDraft {
  const found = desk.changed.get(assignment.name) ?? { assignment, tier: null, remove: new Set(), add: [], exclude: new Set() };
  desk.changed.set(assignment.name, found);
  return found;
}

function rankOf({ configuration }: Desk, tier: string): number {
  return configuration.tiers.get(tier)?.rank ?? 0;
}

/** The assignments that stand in the way of a move: of a downgrade all above the advised tier, of an upgrade those that name the person. */
function left(desk: Desk, { userId, profile, advice }: AdvisedMove): readonly Reach[] {
  const falls = rankOf(desk, advice.tier) < rankOf(desk, advice.from);
  return desk.reaches.filter((reach) => {
    const { assignment } = reach;
    if (assignment.profile !== profile || !grants(reach, userId)) return false;
    if (falls) return rankOf(desk, assignment.tier) > rankOf(desk, advice.tier);
    return assignment.tier === advice.from && reach.named.has(userId);
  });
}

/**
 * Assignments without groups in which every name moves to one tier: they change their tier instead of ending up empty.
 * Where the names part, the commonest tier (then the smallest name) keeps the document.
 */
function retiered(desk: Desk, moves: readonly AdvisedMove[]): ReadonlyMap<string, string> {
  const going = new Map<string, Map<string, string>>();
  for (const move of moves) {
    for (const reach of left(desk, move)) {
      const names = going.get(reach.assignment.name) ?? new Map<string, string>();
      for (const name of reach.named.get(move.userId) ?? []) names.set(name, move.advice.tier);
      going.set(reach.assignment.name, names);
    }
  }
  const found = new Map<string, string>();
  for (const { assignment } of desk.reaches) {
    const names = going.get(assignment.name);
    if (
      names === undefined ||
      assignment.groups.length > 0 ||
      assignment.allowEmpty ||
      assignment.users.some(({ name }) => !names.has(name))
    )
      continue;
    const counts = new Map<string, number>();
    for (const tier of names.values()) counts.set(tier, (counts.get(tier) ?? 0) + 1);
    const [best] = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    if (best !== undefined) found.set(assignment.name, best[0]);
  }
  return found;
}

/** True when whoever is moved there pays from the same cost center, answers to the same owner and ends on the same day. */
function isAlike(target: Assignment, source: Assignment): boolean {
  const without = new Set(target.exclude.groups.map(({ name }) => name));
  return (
    target.profile === source.profile &&
    target.owner === source.owner &&
    target.costCenter === source.costCenter &&
    target.until === source.until &&
    source.exclude.groups.every(({ name }) => without.has(name))
  );
}

function targetOf(desk: Desk, { userId, advice, source }: AdvisedMove, retired: ReadonlyMap<string, string>): Assignment | null {
  const fitting = desk.reaches.filter(
    ({ assignment, excluded }) =>
      assignment.tier === advice.tier && !retired.has(assignment.name) && isAlike(assignment, source) && !excluded.has(userId),
  );
  const here = fitting.find(({ assignment }) => assignment.place.file === source.place.file);
  return (here ?? fitting[0])?.assignment ?? null;
}

/** `platform-power`; with a number where the name is taken, whatever its case. */
function freeName(desk: Desk, wanted: string): string {
  const taken = new Set(
    [...desk.configuration.assignments.map(({ name }) => name), ...[...desk.made.values()].map(({ name }) => name)].map((name) =>
      name.toLowerCase(),
    ),
  );
  let name = wanted;
  for (let i = 2; taken.has(name.toLowerCase()); i += 1) name = `${wanted}-${i}`;
  return name;
}

function place(desk: Desk, move: AdvisedMove, newcomer: Newcomer, retired: ReadonlyMap<string, string>): void {
  const target = targetOf(desk, move, retired);
  if (target !== null) {
    draftOf(desk, target).add.push(newcomer);
    return;
  }
  const { source, advice } = move;
  const key = JSON.stringify([source.name, advice.tier]);
  const found = desk.made.get(key) ?? {
    source,
    tier: advice.tier,
    name: freeName(desk, `${source.name.slice(0, 200)}-${advice.tier}`),
    users: [],
  };
  found.users.push(newcomer);
  desk.made.set(key, found);
}

function draftMove(desk: Desk, move: AdvisedMove, retired: ReadonlyMap<string, string>): void {
  const { userId, user, advice } = move;
  const behind = left(desk, move);
  let from: Newcomer['from'] = null;
  let stays = false;
  for (const reach of behind) {
    const { assignment } = reach;
    const [name] = reach.named.get(userId) ?? [];
    if (retired.get(assignment.name) === advice.tier) {
      draftOf(desk, assignment).tier = advice.tier;
      stays = true;
      continue;
    }
    const draft = draftOf(desk, assignment);
    for (const written of reach.named.get(userId) ?? []) draft.remove.add(written);
    if (name !== undefined && from === null) from = { assignment: assignment.name, name };
    const falls = rankOf(desk, assignment.tier) > rankOf(desk, advice.tier);
    if (falls && reach.byGroup.has(userId)) draft.exclude.add(user);
  }
  const granted = desk.reaches.some(
    (reach) => reach.assignment.profile === move.profile && reach.assignment.tier === advice.tier && grants(reach, userId),
  );
  if (!stays && !granted) place(desk, move, { name: from?.name ?? user, from }, retired);
}

/** What has to change in the configuration so that exactly these people move. Who keeps a grant of the advised tier needs no other. */
export function draftOfMoves(configuration: Configuration, reaches: readonly Reach[], moves: readonly AdvisedMove[]): Draft {
  const desk: Desk = { configuration, reaches, changed: new Map(), made: new Map() };
  const retired = retiered(desk, moves);
  for (const move of moves) draftMove(desk, move, retired);
  return { changed: [...desk.changed.values()], made: [...desk.made.values()] };
}
