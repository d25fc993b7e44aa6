import { type Diagnostic, error } from '../model/diagnostic.ts';
import { applicationAssignmentKey, groupKey, type Key, membershipKey } from '../model/key.ts';
import { clip, visible } from './escape.ts';
import { planFault } from './plan-schema.ts';

/** What identifies one change: the fields that the hash covers, and the application. Ids are null where the plan itself makes the group. */
export type PlannedChange = {
  readonly action: 'create' | 'delete';
  readonly key: Key;
  readonly groupId: string | null;
  readonly userId: string | null;
  readonly membershipId: string | null;
  readonly applicationArn: string | null;
};

export type ReadPlan =
  | { readonly ok: true; readonly hash: string; readonly revision: string | null; readonly changes: readonly PlannedChange[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

type Resource = {
  readonly kind: 'group' | 'application-assignment' | 'membership';
  readonly profile: string;
  readonly group: string;
  readonly groupId?: string | null;
  readonly userId?: string;
  readonly user?: string;
  readonly membershipId?: string;
  readonly applicationArn?: string;
};
type RawChange = {
  readonly action: 'create' | 'delete';
  readonly key: string;
  readonly before: Resource | null;
  readonly after: Resource | null;
};
type RawPlan = {
  readonly revision: string | null;
  readonly hash: string;
  readonly summary: { readonly create: number; readonly delete: number };
  readonly stages: readonly { readonly name: string; readonly changes: readonly RawChange[] }[];
};

const RULE = 'plan-file';
const STAGES = ['groups', 'application-assignments', 'memberships-to-add', 'memberships-to-remove'];

/**
 * The changes of a file that `plan --out` wrote. Whatever the text holds, the answer is changes or diagnostics: text
 * that is no JSON, another format, a key that does not belong to its ids, a stage with the wrong kind of change, a
 * change named twice. `file` is only used to say where.
 */
export function readPlan(text: string, file = 'plan'): ReadPlan {
  const parsed = parse(text);
  if (!parsed.ok) return refuse(file, `This is not JSON: ${parsed.message}. Give the file that \`kirosync plan --out FILE\` wrote.`);
  const fault = planFault(parsed.value);
  if (fault !== null) {
    const where = fault.instancePath === '' ? 'the document' : fault.instancePath;
    return refuse(
      file,
      `This is not a kirosync.plan/v1 file: ${where} ${fault.message ?? 'does not fit'}. Write it again with \`kirosync plan --out FILE\`.`,
    );
  }
  // The parse boundary: the schema has just checked every field of RawPlan.
  const plan = parsed.value as RawPlan;
  const faults = [...stageFaults(plan), ...keyFaults(plan), ...groupFaults(plan)];
  if (faults.length > 0) return { ok: false, diagnostics: faults.slice(0, 20).map((fault) => diagnostic(file, fault)) };
  return { ok: true, hash: plan.hash, revision: plan.revision, changes: rawChanges(plan).map(plannedChange) };
}

function parse(text: string): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    const value: unknown = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
    return { ok: true, value };
  } catch (cause) {
    return { ok: false, message: cause instanceof Error ? cause.message : 'it cannot be parsed' };
  }
}

/** Names and fragments of the file end up in the message, so it is made visible and bounded. */
function diagnostic(file: string, message: string): Diagnostic {
  return error(RULE, { file, line: 1, column: 1 }, clip(visible(message), 500));
}

function refuse(file: string, message: string): ReadPlan {
  return { ok: false, diagnostics: [diagnostic(file, message)] };
}

function rawChanges(plan: RawPlan): readonly RawChange[] {
  return plan.stages.flatMap((stage) => stage.changes);
}

function resourceOf(change: RawChange): Resource {
  return change.after ?? change.before ?? { kind: 'group', profile: '', group: '' };
}

function plannedChange(change: RawChange): PlannedChange {
  const { groupId = null, userId = null, membershipId = null, applicationArn = null } = resourceOf(change);
  return { action: change.action, key: change.key, groupId, userId, membershipId, applicationArn };
}

function stageOf(change: RawChange): string {
  if (change.action === 'delete') return 'memberships-to-remove';
  const { kind } = resourceOf(change);
  if (kind === 'membership') return 'memberships-to-add';
  return kind === 'group' ? 'groups' : 'application-assignments';
}

function stageFaults(plan: RawPlan): readonly string[] {
  const order = plan.stages.map((stage) => STAGES.indexOf(stage.name));
  const sorted = order.every((at, i) => i === 0 || at > (order[i - 1] ?? -1));
  const strays = plan.stages.flatMap((stage) =>
    stage.changes
      .filter((change) => stageOf(change) !== stage.name)
      .map((change) => `The change ${change.key} does not belong in the stage ${stage.name}.`),
  );
  return [...(sorted ? [] : ['The stages are not in their order, or one comes twice.']), ...strays];
}

function keyOf(resource: Resource): Key {
  if (resource.kind === 'group') return groupKey(resource.group);
  if (resource.kind === 'application-assignment') return applicationAssignmentKey(resource.profile, resource.group);
  return membershipKey(resource.group, resource.user ?? '');
}

function keyFaults(plan: RawPlan): readonly string[] {
  const changes = rawChanges(plan);
  const wrong = changes.filter((change) => keyOf(resourceOf(change)) !== change.key);
  const seen = new Set<string>();
  const twice = changes.filter((change) => seen.size === seen.add(change.key).size);
  return [
    ...wrong.map((change) => `The key ${change.key} is not the key of what it changes, ${keyOf(resourceOf(change))}.`),
    ...twice.map((change) => `The key ${change.key} comes twice.`),
  ];
}

/** A change without the id of its group rests on the create of that group, which must be among the reviewed changes. */
function groupFaults(plan: RawPlan): readonly string[] {
  const changes = rawChanges(plan).map(resourceOf);
  const made = new Set(changes.filter((resource) => resource.kind === 'group').map((resource) => resource.group));
  return changes
    .filter((resource) => resource.kind !== 'group' && (resource.groupId ?? null) === null && !made.has(resource.group))
    .map((resource) => `A change of ${resource.group} has no group id, and nothing in this file creates that group.`);
}
