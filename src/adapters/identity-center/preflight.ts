import type { RemoteFailure } from '../../errors.ts';
import type { ReadScope } from '../../model/live.ts';
import type { LiveInstance } from './admin-read.ts';

type Preflight = { readonly identityStoreId: string | null; readonly failures: readonly RemoteFailure[] };

function wrong(message: string, advice: string): RemoteFailure {
  return { kind: 'wrong', operation: 'sso:ListInstances', message, advice, requestId: null };
}

/**
 * Judges the instances that AWS listed against the configured one: exactly one with this ARN, ACTIVE, and with the
 * configured identity store where one is configured. Every disagreement is a failure.
 */
export function preflight(instances: readonly LiveInstance[], scope: ReadScope): Preflight {
  const [instance, ...others] = instances.filter((i) => i.arn === scope.instanceArn);
  if (instance === undefined || others.length > 0) {
    const seen = instances.length === 0 ? 'none at all' : instances.map((i) => i.arn).join(', ');
    const message = `Region ${scope.region} has ${instance === undefined ? 'no' : 'more than one'} Identity Center instance ${scope.instanceArn}; it lists ${seen}.`;
    const advice =
      'Set identityCenter.region to the primary Region of the instance and identityCenter.instanceArn to its ARN, and use credentials of the account that owns it or administers it.';
    return { identityStoreId: null, failures: [wrong(message, advice)] };
  }
  const failures: RemoteFailure[] = [];
  if (instance.status !== 'ACTIVE') {
    const message = `The Identity Center instance ${instance.arn} is ${instance.status}, not ACTIVE.`;
    failures.push(wrong(message, 'Wait until the instance is ACTIVE, or look at its status in the Identity Center console.'));
  }
  if (scope.identityStoreId !== null && scope.identityStoreId !== instance.identityStoreId) {
    const message = `The instance ${instance.arn} has the identity store ${instance.identityStoreId}, the configuration says ${scope.identityStoreId}.`;
    failures.push(wrong(message, 'Correct identityCenter.identityStoreId, or leave it out.'));
  }
  return { identityStoreId: failures.length === 0 ? instance.identityStoreId : null, failures };
}
