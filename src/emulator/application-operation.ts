import { type Call, type Operation, optionalText, page, part, principalType, text } from './call.ts';
import { newId } from './id.ts';
import { mergeTags } from './instance-operation.ts';
import { invalid, notFound, ServiceError } from './service-error.ts';
import { checkInstance, checkPrincipal, principalAndGroups, theApplication } from './sso-admin-check.ts';
import { SSO_ADMIN_INPUT as INPUT } from './sso-admin-shape.ts';
import type { Assignment } from './state.ts';
import { assignmentKey, GROUPS_PER_APPLICATION, hasRoomFor } from './store.ts';
import { putApplication, putAssignment, stampOf } from './store-edit.ts';
import { identityStoreArn, wireApplication } from './wire.ts';

const listApplications = (call: Call) => {
  checkInstance(call);
  const filter = part(call.input, 'Filter');
  const account = optionalText(filter, 'ApplicationAccount');
  const provider = optionalText(filter, 'ApplicationProvider');
  const rows = [...call.store.applications.values()].filter(
    ({ data }) =>
      (account ?? data.ApplicationAccount) === data.ApplicationAccount &&
      (provider ?? data.ApplicationProviderArn) === data.ApplicationProviderArn,
  );
  const { items, ...token } = page(call, rows, (row) => wireApplication(row, call), 50);
  return { Applications: items, ...token };
};

/** Customer-managed OAuth applications only, as in AWS: a Kiro application is made by the Kiro console. */
const createApplication = (call: Call) => {
  checkInstance(call);
  const provider = text(call.input, 'ApplicationProviderArn');
  if (!provider.endsWith('applicationProvider/custom'))
    throw invalid(`The application provider ${provider} is not supported for this action.`);
  const { OwnerAccountId, InstanceArn } = call.store.instance;
  const arn = `arn:aws:sso::${OwnerAccountId}:application/${InstanceArn.split('/')[1] ?? ''}/apl-${newId().replaceAll('-', '').slice(0, 16)}`;
  const description = optionalText(call.input, 'Description');
  call.effect({ ApplicationArn: arn });
  const application = {
    ApplicationArn: arn,
    ApplicationProviderArn: provider,
    ApplicationAccount: OwnerAccountId,
    Name: text(call.input, 'Name'),
    Status: optionalText(call.input, 'Status') === 'DISABLED' ? ('DISABLED' as const) : ('ENABLED' as const),
    ...(description === undefined ? {} : { Description: description }),
  };
  putApplication(call.store, application, stampOf(call.now, call.caller));
  const tags = call.input['Tags'];
  if (Array.isArray(tags)) call.store.tags.set(arn, mergeTags([], tags));
  return { ApplicationArn: arn, InstanceArn, IdentityStoreArn: identityStoreArn(call) };
};

const assignmentOf = (call: Call): Assignment => ({
  ApplicationArn: theApplication(call).data.ApplicationArn,
  PrincipalId: text(call.input, 'PrincipalId'),
  PrincipalType: principalType(call.input),
});

const createAssignment = (call: Call) => {
  const assignment = assignmentOf(call);
  checkPrincipal(call);
  if (call.store.assignments.has(assignmentKey(assignment))) return {};
  if (!hasRoomFor(call.store, assignment)) {
    throw new ServiceError('ServiceQuotaExceededException', `An application can have at most ${GROUPS_PER_APPLICATION} groups assigned.`);
  }
  call.effect({ ...assignment, group: call.store.groups.get(assignment.PrincipalId)?.data.DisplayName });
  putAssignment(call.store, assignment, stampOf(call.now, call.caller));
  return {};
};

const deleteAssignment = (call: Call) => {
  const assignment = assignmentOf(call);
  const key = assignmentKey(assignment);
  if (!call.store.assignments.has(key)) return {};
  call.effect({ ...assignment, group: call.store.groups.get(assignment.PrincipalId)?.data.DisplayName });
  call.store.assignments.delete(key);
  return {};
};

/** Direct assignments only. */
const describeAssignment = (call: Call) => {
  const assignment = assignmentOf(call);
  if (!call.store.assignments.has(assignmentKey(assignment))) throw notFound('Application assignment not found.');
  return assignment;
};

const listAssignments = (call: Call) => {
  const arn = theApplication(call).data.ApplicationArn;
  const rows = [...call.store.assignments.values()].filter((a) => a.data.ApplicationArn === arn);
  const { items, ...token } = page(call, rows, (row) => row.data);
  return { ApplicationAssignments: items, ...token };
};

/** For a user this includes what comes through groups. */
const listAssignmentsForPrincipal = (call: Call) => {
  checkInstance(call);
  checkPrincipal(call);
  const arn = optionalText(part(call.input, 'Filter'), 'ApplicationArn');
  const ids = principalAndGroups(call);
  const rows = [...call.store.assignments.values()].filter(
    (a) => ids.has(a.data.PrincipalId) && (arn ?? a.data.ApplicationArn) === a.data.ApplicationArn,
  );
  const { items, ...token } = page(call, rows, (row) => row.data);
  return { ApplicationAssignments: items, ...token };
};

const putConfiguration = (call: Call) => {
  const row = theApplication(call);
  const required = call.input['AssignmentRequired'] === true;
  if ((row.data.AssignmentRequired ?? true) === required) return {};
  call.effect({ ApplicationArn: row.data.ApplicationArn, AssignmentRequired: required });
  putApplication(call.store, { ...row.data, AssignmentRequired: required }, row.stamp);
  return {};
};

export const APPLICATION_OPERATIONS: Readonly<Record<string, Operation>> = {
  ListApplications: { shape: INPUT.ListApplications, run: listApplications },
  DescribeApplication: { shape: INPUT.DescribeApplication, run: (call) => wireApplication(theApplication(call), call) },
  CreateApplication: { shape: INPUT.CreateApplication, run: createApplication },
  CreateApplicationAssignment: { shape: INPUT.CreateApplicationAssignment, run: createAssignment },
  DeleteApplicationAssignment: { shape: INPUT.DeleteApplicationAssignment, run: deleteAssignment },
  DescribeApplicationAssignment: { shape: INPUT.DescribeApplicationAssignment, run: describeAssignment },
  ListApplicationAssignments: { shape: INPUT.ListApplicationAssignments, run: listAssignments },
  ListApplicationAssignmentsForPrincipal: { shape: INPUT.ListApplicationAssignmentsForPrincipal, run: listAssignmentsForPrincipal },
  GetApplicationAssignmentConfiguration: {
    shape: INPUT.GetApplicationAssignmentConfiguration,
    run: (call) => ({ AssignmentRequired: theApplication(call).data.AssignmentRequired ?? true }),
  },
  PutApplicationAssignmentConfiguration: { shape: INPUT.PutApplicationAssignmentConfiguration, run: putConfiguration },
};
