import type { Action } from './action.ts';
import { ControlError, findApplication, findPrincipal, refuseOneTooMany } from './named.ts';
import { TIERS } from './state.ts';
import { assignmentKey } from './store.ts';
import { putAssignment, putSubscription, stampOf } from './store-edit.ts';
import { beforeWrite, clockOf } from './world.ts';

/** The Kiro console lists no other applications. */
const KIRO_PROVIDER = 'applicationProvider/codewhisperer';
const ADMIN = 'arn:aws:sts::111122223333:assumed-role/kiro-admin/console';

/** What the Kiro console does when an admin adds a group or user to a tier; again with another tier it changes the plan. */
export const subscribe: Action = (world, body) => {
  const { store } = world;
  const now = clockOf(world);
  const tier = TIERS.find((t) => t === body['tier']) ?? 'pro';
  const { ApplicationArn, ApplicationProviderArn, Name } = findApplication(store, String(body['application'])).data;
  if (!ApplicationProviderArn.endsWith(KIRO_PROVIDER))
    throw new ControlError(
      `The application '${Name}' is not one of Kiro's: its provider is ${ApplicationProviderArn}, not ${KIRO_PROVIDER}.`,
    );
  const assignment = { ApplicationArn, ...findPrincipal(store, body) };
  const former = store.subscriptions.get(assignmentKey(assignment));
  if (former?.data.Tier === tier) throw new ControlError('Already subscribed to this tier.');
  refuseOneTooMany(store, assignment);
  beforeWrite(world, 'console', 'Subscribe', now, { ...assignment, tier });
  if (!store.assignments.has(assignmentKey(assignment))) putAssignment(store, assignment, stampOf(now, ADMIN));
  putSubscription(store, { ...assignment, Tier: tier }, former?.stamp ?? stampOf(now, ADMIN));
  return { result: { ...assignment, Tier: tier } };
};

/** The reverse, which also detaches the group or user from the application. */
export const unsubscribe: Action = (world, body) => {
  const { store } = world;
  const application = findApplication(store, String(body['application'])).data.ApplicationArn;
  const assignment = { ApplicationArn: application, ...findPrincipal(store, body) };
  const key = assignmentKey(assignment);
  if (!store.subscriptions.has(key)) throw new ControlError('There is no such subscription.');
  beforeWrite(world, 'console', 'Unsubscribe', clockOf(world), assignment);
  store.subscriptions.delete(key);
  store.assignments.delete(key);
  return { result: assignment };
};
