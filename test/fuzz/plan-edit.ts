import fc from 'fast-check';
import { changesOf, type Plan } from '../../src/model/plan.ts';
import { planDocument } from '../../src/report/plan-json.ts';
import { LIVE } from './site.ts';

// Plan files that read as plans and say something else than what was planned: only who, what and where is edited, so that
// nothing but the comparison with the fresh plan stands between such a file and a write.

/** A change as the file has it. What it changes is in `before` or `after`, and the other is null. */
type Entry = { action: string; key: string; reason: string; before: Resource | null; after: Resource | null };
type Resource = Record<string, string | null>;
type Stages = { readonly name: string; readonly changes: Entry[] }[];

const FIELDS = ['membershipId', 'userId', 'groupId', 'user', 'group', 'profile'] as const;
type Field = (typeof FIELDS)[number];

type Edit =
  /** Two changes trade one field; with `keys` their keys are made to fit again. */
  | { readonly do: 'trade'; readonly field: Field; readonly at: number; readonly with: number; readonly keys: boolean }
  /** One field becomes that of somebody or something else that is there. */
  | { readonly do: 'take'; readonly field: Field; readonly at: number; readonly from: number; readonly keys: boolean }
  /** A change becomes one of another person or group in every field, its key too. */
  | { readonly do: 'retarget'; readonly at: number; readonly from: number }
  /** Adding becomes removing and the other way round, in the stage where that belongs. */
  | { readonly do: 'turn'; readonly at: number; readonly from: number }
  | { readonly do: 'drop'; readonly at: number }
  | { readonly do: 'double'; readonly at: number; readonly stage: number }
  | { readonly do: 'move'; readonly at: number; readonly stage: number };

const userOf = new Map(LIVE.users.map(({ id, userName }) => [id, userName]));
const groupOf = new Map(LIVE.groups.map(({ id, name }) => [id, name]));
const OTHERS: Readonly<Record<Field, readonly string[]>> = {
  membershipId: LIVE.memberships.map(({ id }) => id),
  userId: [...userOf.keys()],
  groupId: [...groupOf.keys()],
  user: [...userOf.values()],
  group: [...groupOf.values()],
  profile: ['eng', 'lab'],
};

const at = fc.nat(0xff);
const field = fc.constantFrom<Field>('membershipId', 'membershipId', 'userId', 'userId', 'groupId', 'groupId', 'user', 'group', 'profile');
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('trade' as const), field, at, with: at, keys: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), field, at, from: at, keys: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('retarget' as const), at, from: at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('turn' as const), at, from: at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('double' as const), at, stage: at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), at, stage: at }) },
);

const pick = <T>(list: readonly T[], position: number): T | undefined => list[position % list.length];
const resourceOf = (entry: Entry): Resource => entry.after ?? entry.before ?? {};

function putKey(entry: Entry): void {
  const { group, user } = resourceOf(entry);
  entry.key = `membership/${group}/${user}`;
}

function trade(entries: readonly Entry[], one: Edit & { readonly do: 'trade' }): void {
  const having = entries.filter((entry) => one.field in resourceOf(entry));
  const [first, second] = [pick(having, one.at), pick(having, one.at + 1 + (one.with % Math.max(1, having.length - 1)))];
  if (first === undefined || second === undefined) return;
  const [a, b] = [resourceOf(first), resourceOf(second)];
  [a[one.field], b[one.field]] = [b[one.field] ?? null, a[one.field] ?? null];
  if (one.keys) [first, second].forEach(putKey);
}

function take(entries: readonly Entry[], one: Edit & { readonly do: 'take' }): void {
  const entry = pick(
    entries.filter((each) => one.field in resourceOf(each)),
    one.at,
  );
  const value = pick(OTHERS[one.field], one.from);
  if (entry === undefined || value === undefined) return;
  resourceOf(entry)[one.field] = value;
  if (one.keys) putKey(entry);
}

/** A membership that is there, in the words of a plan file. */
function liveResource(position: number): Resource {
  const membership = pick(LIVE.memberships, position);
  const [groupId, userId] = [membership?.groupId ?? '', membership?.userId ?? ''];
  const [group, user] = [groupOf.get(groupId) ?? '', userOf.get(userId) ?? ''];
  return { kind: 'membership', profile: 'eng', group, groupId, userId, user, membershipId: membership?.id ?? '' };
}

function put(entry: Entry, action: string, resource: Resource): void {
  const { membershipId, ...rest } = resource;
  entry.action = action;
  entry.before = action === 'delete' ? { ...rest, membershipId: membershipId ?? 'm-x' } : null;
  entry.after = action === 'delete' ? null : rest;
  putKey(entry);
}

function turn(stages: Stages, entry: Entry, position: number): void {
  const action = entry.action === 'delete' ? 'create' : 'delete';
  put(entry, action, { ...liveResource(position), ...resourceOf(entry) });
  for (const stage of stages) if (stage.changes.includes(entry)) stage.changes.splice(stage.changes.indexOf(entry), 1);
  stages.find(({ name }) => name === (action === 'delete' ? 'memberships-to-remove' : 'memberships-to-add'))?.changes.push(entry);
}

function apply(stages: Stages, one: Edit): void {
  const entries = stages.flatMap(({ changes }) => changes);
  const entry = pick(entries, one.at);
  const home = stages.find(({ changes }) => entry !== undefined && changes.includes(entry));
  if (entry === undefined || home === undefined) return;
  if (one.do === 'trade') trade(entries, one);
  else if (one.do === 'take') take(entries, one);
  else if (one.do === 'retarget') put(entry, entry.action, liveResource(one.from));
  else if (one.do === 'turn') turn(stages, entry, one.from);
  else {
    if (one.do !== 'double') home.changes.splice(home.changes.indexOf(entry), 1);
    if (one.do !== 'drop') pick(stages, one.stage)?.changes.push(structuredClone(entry));
  }
}

/** The file of a plan with one to three edits, mostly one: a second one often hides what the first would show. */
export function planEditedFrom(made: Plan): fc.Arbitrary<Buffer> {
  if (changesOf(made).some(({ kind }) => kind !== 'membership')) throw new Error('only memberships are edited here');
  const text = JSON.stringify(planDocument(made));
  const edits = fc.oneof(
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(edit, { minLength: 2, maxLength: 3 }) },
  );
  return edits.map((list) => {
    const document: { readonly stages: Stages } = JSON.parse(text);
    for (const one of list) apply(document.stages, one);
    return Buffer.from(JSON.stringify(document));
  });
}
