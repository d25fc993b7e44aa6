import { type Call, optionalText, principalType, text } from './call.ts';
import { invalid, notFound } from './service-error.ts';
import { type ApplicationRow, membershipsOf } from './store.ts';

export const theApplication = (call: Call): ApplicationRow => {
  const arn = text(call.input, 'ApplicationArn');
  const row = call.store.applications.get(arn);
  if (row === undefined) throw notFound(`Application with ARN ${arn} not found.`);
  return row;
};

/** These declare no ResourceNotFoundException in the service model. */
const WITHOUT_NOT_FOUND = ['DescribeInstance', 'ListApplications', 'ListRegions'];

/** @throws ServiceError when the request names an instance that is not here. */
export const checkInstance = (call: Call): void => {
  const arn = optionalText(call.input, 'InstanceArn');
  if (arn === undefined || arn === call.store.instance.InstanceArn) return;
  const message = `Instance with ARN ${arn} not found.`;
  throw WITHOUT_NOT_FOUND.includes(call.operation) ? invalid(message) : notFound(message);
};

/** @throws ServiceError when the principal is unknown, unless the directory lives in another service. */
export const checkPrincipal = (call: Call): void => {
  const id = text(call.input, 'PrincipalId');
  const type = principalType(call.input);
  const known = type === 'USER' ? call.store.users.has(id) : call.store.groups.has(id);
  if (!known && !call.anyPrincipal) throw notFound(`${type} with id ${id} not found.`);
};

/** The principal itself and, for a user, the groups that the user is in. */
export const principalAndGroups = (call: Call): ReadonlySet<string> => {
  const id = text(call.input, 'PrincipalId');
  const groups = principalType(call.input) === 'USER' ? Array.from(membershipsOf(call.store, id), (m) => m.data.GroupId) : [];
  return new Set([id, ...groups]);
};
