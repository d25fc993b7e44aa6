import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { cleanError, cleaner, learnSecret, withoutProofs } from '../secret.ts';
import { ASSUME_ROLE_ERROR, natureOf, troubleOf } from './identity-center/trouble.ts';

// The SDK would write its own notice about Node versions between our lines on stderr.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

type Plugin = NonNullable<Parameters<typeof fromTemporaryCredentials>[0]['clientPlugins']>[number];

/**
 * What is known to sign a request is learnt as a secret before it is sent, wherever it came from (a file, a sign-in, a role, an
 * instance) and whenever it was renewed; an error loses it and whatever else an endpoint repeats of the request.
 */
export const discreet: Plugin = {
  applyToStack(stack) {
    const clean = cleaner([], true);
    // With `override`, because the SDK adds plugins of a role's client each time that it assumes the role.
    stack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          throw cleanError((text) => withoutProofs(clean(text)), error);
        }
      },
      { step: 'initialize', priority: 'high', name: 'kirosyncCleanError', override: true },
    );
    stack.add(
      (next, context) => (args) => {
        const identity = context.__smithy_context?.selectedHttpAuthScheme?.identity ?? {};
        for (const name of ['secretAccessKey', 'sessionToken']) {
          const secret: unknown = Reflect.get(identity, name);
          if (typeof secret === 'string') learnSecret(secret);
        }
        return next(args);
      },
      { step: 'build', name: 'kirosyncLearnSecret', override: true },
    );
  },
};

/** Credentials of a role; a refusal gets a name of its own, because the operation in hand is not to blame. */
export function role(arn: string, region: string): ReturnType<typeof fromTemporaryCredentials> {
  const params = { RoleArn: arn, RoleSessionName: 'kirosync' };
  const provider = fromTemporaryCredentials({ params, clientConfig: { region }, clientPlugins: [discreet] });
  return async (identity) => {
    try {
      return await provider(identity);
    } catch (cause) {
      if (natureOf(troubleOf(cause)) !== 'final') throw cause;
      const error = new Error(`the role ${arn} cannot be assumed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      error.name = ASSUME_ROLE_ERROR;
      throw error;
    }
  };
}
