import type { State } from '../../src/emulator/emulator.ts';

type Resource = Readonly<Record<string, string | null>>;
type PlannedChange = {
  readonly action: string;
  readonly key: string;
  readonly reason: string;
  readonly before: Resource | null;
  readonly after: Resource | null;
};
/** A plan file as far as its changes go; whatever else is in it stays. */
export type PlanFile = {
  readonly hash: string;
  readonly stages: readonly { readonly name: string; readonly changes: readonly PlannedChange[] }[];
};

/** A plan file that somebody changed by hand, and how `apply` must end: as wrong input, refused, or with just what it says. */
export type Tampering = { readonly what: string; readonly plan: PlanFile; readonly expects: 0 | 1 | 4 };

type Edit = (plan: PlanFile, pick: <T>(list: readonly T[]) => T, state: State) => Omit<Tampering, 'plan'> & { readonly plan: PlanFile };

const edited = (plan: PlanFile, stage: string, edit: (changes: readonly PlannedChange[]) => readonly PlannedChange[]): PlanFile => ({
  ...plan,
  stages: plan.stages.map((each) => (each.name === stage ? { ...each, changes: edit(each.changes) } : each)),
});
const stageOf = (plan: PlanFile, stage: string): readonly PlannedChange[] => plan.stages.find(({ name }) => name === stage)?.changes ?? [];
const replaced = (plan: PlanFile, stage: string, one: PlannedChange, by: PlannedChange): PlanFile =>
  edited(plan, stage, (changes) => changes.map((each) => (each === one ? by : each)));

const ADD = 'memberships-to-add';
const REMOVE = 'memberships-to-remove';
const ATTACH = 'application-assignments';

const EDITS: readonly Edit[] = [
  (plan, pick, state) => {
    const one = pick(stageOf(plan, ADD));
    const other = pick(state.users.filter(({ UserId }) => UserId !== one.after?.['userId'])).UserId;
    return {
      what: `${one.key} for another person`,
      plan: replaced(plan, ADD, one, { ...one, after: { ...one.after, userId: other } }),
      expects: 4,
    };
  },
  (plan, pick, state) => {
    const one = pick(stageOf(plan, REMOVE));
    const other = pick(state.memberships.filter(({ MembershipId }) => MembershipId !== one.before?.['membershipId']));
    const before = { ...one.before, membershipId: other.MembershipId ?? '' };
    return { what: `${one.key} with the id of another membership`, plan: replaced(plan, REMOVE, one, { ...one, before }), expects: 4 };
  },
  (plan, pick, state) => {
    const one = pick(stageOf(plan, ADD).filter(({ after }) => after?.['groupId'] !== null));
    const other = pick(state.groups.filter(({ GroupId }) => GroupId !== one.after?.['groupId'])).GroupId;
    return {
      what: `${one.key} with the id of another group`,
      plan: replaced(plan, ADD, one, { ...one, after: { ...one.after, groupId: other } }),
      expects: 4,
    };
  },
  (plan, pick, state) => {
    const one = pick(stageOf(plan, ATTACH));
    const other = pick(state.applications.filter(({ ApplicationArn }) => ApplicationArn !== one.after?.['applicationArn'])).ApplicationArn;
    const after = { ...one.after, applicationArn: other };
    return { what: `${one.key} on another application`, plan: replaced(plan, ATTACH, one, { ...one, after }), expects: 4 };
  },
  (plan, pick, state) => {
    const planned = new Set(stageOf(plan, REMOVE).map(({ before }) => before?.['membershipId']));
    const group = state.groups.find(({ DisplayName }) => DisplayName === 'kiro-eng-pro');
    const kept = pick(state.memberships.filter((each) => each.GroupId === group?.GroupId && !planned.has(each.MembershipId ?? '')));
    const user = state.users.find(({ UserId }) => UserId === kept.MemberId.UserId)?.UserName ?? '';
    const ids = { groupId: kept.GroupId, userId: kept.MemberId.UserId, membershipId: kept.MembershipId ?? '' };
    const before = { kind: 'membership', profile: 'engineering', group: 'kiro-eng-pro', user, ...ids };
    const added: PlannedChange = { action: 'delete', key: `membership/kiro-eng-pro/${user}`, reason: 'added by hand', before, after: null };
    return { what: `a removal of ${user} added`, plan: edited(plan, REMOVE, (changes) => [...changes, added]), expects: 4 };
  },
  (plan, pick) => {
    const stage = pick([ADD, REMOVE, ATTACH]);
    const one = pick(stageOf(plan, stage));
    return { what: `${one.key} dropped`, plan: edited(plan, stage, (changes) => changes.filter((each) => each !== one)), expects: 0 };
  },
  (plan, pick) => {
    const one = pick(stageOf(plan, 'groups'));
    return {
      what: `${one.key} dropped, not its members`,
      plan: edited(plan, 'groups', (c) => c.filter((each) => each !== one)),
      expects: 1,
    };
  },
  (plan, pick) => {
    const one = pick(stageOf(plan, REMOVE));
    const flipped = { ...one, action: 'create', before: null, after: one.before };
    return { what: `${one.key} made a create among the removals`, plan: replaced(plan, REMOVE, one, flipped), expects: 1 };
  },
  (plan, pick) => {
    const one = pick(stageOf(plan, ADD));
    return { what: `${one.key} under another key`, plan: replaced(plan, ADD, one, { ...one, key: `${one.key}x` }), expects: 1 };
  },
  (plan, pick) => {
    const one = pick(stageOf(plan, REMOVE));
    return { what: `${one.key} twice`, plan: edited(plan, REMOVE, (changes) => [...changes, one]), expects: 1 };
  },
  // What is applied is what the file lists and the directory asks for; the hash is for `--plan-hash`.
  (plan) => ({ what: 'another hash', plan: { ...plan, hash: plan.hash.split('').reverse().join('') }, expects: 0 }),
];

/** One edit of a plan file by somebody's hand. */
export function tamper(plan: PlanFile, random: () => number, state: State): Tampering {
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(random() * list.length)];
    if (found === undefined) throw new Error('there is nothing to pick from');
    return found;
  };
  return pick(EDITS)(plan, pick, state);
}
