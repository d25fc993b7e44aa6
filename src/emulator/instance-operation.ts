import { type Call, type Operation, optionalText, page, part, text } from './call.ts';
import { invalid, notFound } from './service-error.ts';
import { checkInstance, checkPrincipal, principalAndGroups } from './sso-admin-check.ts';
import { SSO_ADMIN_INPUT as INPUT } from './sso-admin-shape.ts';
import type { Tag } from './state.ts';
import { wireInstance } from './wire.ts';

const listInstances = (call: Call) => {
  const { items, ...token } = page(call, [{ seq: 1 }], () => wireInstance(call), 10);
  return { Instances: items, ...token };
};

const describeInstance = (call: Call) => {
  checkInstance(call);
  return { ...wireInstance(call), EncryptionConfigurationDetails: { KeyType: 'AWS_OWNED_KMS_KEY', EncryptionStatus: 'ENABLED' } };
};

const regions = (call: Call): readonly string[] => call.store.instance.Regions ?? ['us-east-1'];

const wireRegion = (name: string, call: Call) => ({ RegionName: name, Status: 'ACTIVE', IsPrimaryRegion: name === regions(call)[0] });

const listRegions = (call: Call) => {
  checkInstance(call);
  const rows = regions(call).map((name, i) => ({ seq: i + 1, name }));
  const { items, ...token } = page(call, rows, (row) => wireRegion(row.name, call));
  return { Regions: items, ...token };
};

const describeRegion = (call: Call) => {
  checkInstance(call);
  const name = text(call.input, 'RegionName');
  if (!regions(call).includes(name)) throw notFound(`Region ${name} is not enabled for this instance.`);
  return wireRegion(name, call);
};

const listAccountAssignments = (call: Call) => {
  checkInstance(call);
  const account = text(call.input, 'AccountId');
  const set = text(call.input, 'PermissionSetArn');
  const rows = [...call.store.accountAssignments.values()].filter((a) => a.data.AccountId === account && a.data.PermissionSetArn === set);
  const { items, ...token } = page(call, rows, (row) => row.data);
  return { AccountAssignments: items, ...token };
};

/** For a user this includes what the user's groups open. */
const listAccountAssignmentsForPrincipal = (call: Call) => {
  checkInstance(call);
  checkPrincipal(call);
  const account = optionalText(part(call.input, 'Filter'), 'AccountId');
  const ids = principalAndGroups(call);
  const rows = [...call.store.accountAssignments.values()].filter(
    (a) => ids.has(a.data.PrincipalId) && (account === undefined || a.data.AccountId === account),
  );
  const { items, ...token } = page(call, rows, (row) => row.data);
  return { AccountAssignments: items, ...token };
};

const tagged = (call: Call): { readonly arn: string; readonly tags: readonly Tag[] } => {
  checkInstance(call);
  const arn = text(call.input, 'ResourceArn');
  const known = arn === call.store.instance.InstanceArn || call.store.applications.has(arn);
  if (!known) throw notFound(`Resource with ARN ${arn} not found.`);
  return { arn, tags: call.store.tags.get(arn) ?? [] };
};

const listTags = (call: Call) => {
  const { items, ...token } = page(
    call,
    tagged(call).tags.map((tag, i) => ({ seq: i + 1, tag })),
    (row) => row.tag,
    75,
  );
  return { Tags: items, ...token };
};

/** A key that is given again gets the later value. `given` has passed the shape check. */
export const mergeTags = (tags: readonly Tag[], given: readonly Tag[]): readonly Tag[] =>
  Array.from(new Map([...tags, ...given].map((t) => [t.Key, t.Value])), ([Key, Value]) => ({ Key, Value }));

const tagResource = (call: Call) => {
  const { arn, tags } = tagged(call);
  const given = call.input['Tags'];
  const next = mergeTags(tags, Array.isArray(given) ? given : []);
  if (next.length > 75) throw invalid('A resource can have at most 75 tags.');
  call.effect({ ResourceArn: arn });
  call.store.tags.set(arn, next);
  return {};
};

const untagResource = (call: Call) => {
  const { arn, tags } = tagged(call);
  const keys = call.input['TagKeys'];
  const left = tags.filter((t) => !(Array.isArray(keys) && keys.includes(t.Key)));
  if (left.length === tags.length) return {};
  call.effect({ ResourceArn: arn });
  call.store.tags.set(arn, left);
  return {};
};

export const INSTANCE_OPERATIONS: Readonly<Record<string, Operation>> = {
  ListInstances: { shape: INPUT.ListInstances, run: listInstances },
  DescribeInstance: { shape: INPUT.DescribeInstance, run: describeInstance },
  ListRegions: { shape: INPUT.ListRegions, run: listRegions },
  DescribeRegion: { shape: INPUT.DescribeRegion, run: describeRegion },
  ListAccountAssignments: { shape: INPUT.ListAccountAssignments, run: listAccountAssignments },
  ListAccountAssignmentsForPrincipal: { shape: INPUT.ListAccountAssignmentsForPrincipal, run: listAccountAssignmentsForPrincipal },
  ListTagsForResource: { shape: INPUT.ListTagsForResource, run: listTags },
  TagResource: { shape: INPUT.TagResource, run: tagResource },
  UntagResource: { shape: INPUT.UntagResource, run: untagResource },
};
