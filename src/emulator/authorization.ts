import type { Service } from './operation-name.ts';
import { ServiceError } from './service-error.ts';
import type { World } from './world.ts';

const CREDENTIAL = /^AWS4-HMAC-SHA256 .*Credential=([^/,\s]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/u;

/** Signatures are not verified: any key will do. @throws ServiceError when none is given or its scope names another service. */
export const checkScope = (authorization: string | undefined, service: Service): void => {
  if (authorization === undefined) throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const scope = CREDENTIAL.exec(authorization)?.[2];
  if (scope === undefined)
    throw new ServiceError('IncompleteSignatureException', 'The Authorization header is not a Signature Version 4 one.');
  if (scope !== service)
    throw new ServiceError('InvalidSignatureException', `Credential should be scoped to correct service: '${service}'.`);
};

/** Who CreatedBy names: an ARN with the access key in it. */
export const callerOf = (authorization: string | undefined, world: World): string =>
  `arn:aws:sts::${world.store.instance.OwnerAccountId}:assumed-role/emulated/${CREDENTIAL.exec(authorization ?? '')?.[1] ?? 'anonymous'}`;
