import { S3Client } from '@aws-sdk/client-s3';
import { discreet, role } from './aws-credentials.ts';

export type S3Options = {
  /** Where the bucket is believed to be; null takes `AWS_REGION`, else us-east-1. S3 corrects a wrong one. */
  readonly region: string | null;
  /** The role to take; null stays with the SDK's default chain. */
  readonly assumeRoleArn: string | null;
  /** Sockets kept open at once, 32 unless told. */
  readonly maxSockets?: number;
  /** Tries of one request, 6 unless told: throttling (503 SlowDown), server errors and cut connections are tried again, with growing waits. */
  readonly maxAttempts?: number;
};

export type S3 = {
  /**
   * Runs `work` with a client for the bucket's Region. When S3 answers that the bucket is in another Region (301
   * PermanentRedirect, 400 AuthorizationHeaderMalformed), later work goes there at once and this `work` is run again,
   * so it must be able to run twice: no body that can be read only once.
   */
  readonly call: <T>(work: (client: S3Client) => Promise<T>) => Promise<T>;
  /** The Region that requests are signed for now. */
  readonly region: () => string;
  /** Requests sent so far, each try counted. */
  readonly requests: () => number;
  /** Closes the sockets; nothing may be asked afterwards. */
  readonly close: () => void;
};

/**
 * S3 with the SDK's default chain and environment (`AWS_PROFILE`, ...), for one bucket. With `AWS_ENDPOINT_URL_S3` or
 * `AWS_ENDPOINT_URL` buckets are named in the path, as servers that are not AWS want it. Opens no socket before the
 * first request. Errors are the SDK's; `s3Failure` turns one into what a person reads.
 */
export function openS3(options: S3Options): S3 {
  let region = options.region ?? (fromEnvironment('AWS_REGION') || fromEnvironment('AWS_DEFAULT_REGION') || 'us-east-1');
  const open = new Map<string, S3Client>();
  let requests = 0;
  const sent = (): void => {
    requests += 1;
  };
  const client = (): S3Client => {
    const found = open.get(region) ?? made(region, options, sent);
    open.set(region, found);
    return found;
  };
  return {
    async call(work) {
      const asked = region;
      try {
        return await work(client());
      } catch (error) {
        const other = regionOf(error);
        if (other === null || other === asked) throw error;
        region = other;
        return await work(client());
      }
    },
    region: () => region,
    requests: () => requests,
    close() {
      for (const each of open.values()) each.destroy();
    },
  };
}

/** The endpoint that the environment sets for S3; null for AWS's own. */
export function s3Endpoint(): string | null {
  return fromEnvironment('AWS_ENDPOINT_URL_S3') || fromEnvironment('AWS_ENDPOINT_URL') || null;
}

function fromEnvironment(name: string): string {
  return process.env[name] ?? '';
}

function made(region: string, { assumeRoleArn, maxSockets = 32, maxAttempts = 6 }: S3Options, sent: () => void): S3Client {
  const agent = { keepAlive: true, maxSockets };
  const config = {
    region,
    maxAttempts,
    retryMode: 'standard' as const,
    forcePathStyle: s3Endpoint() !== null,
    requestHandler: {
      // Until the answer begins, and between two pieces of a body: a body as a whole may take its time.
      requestTimeout: 20_000,
      throwOnRequestTimeout: true,
      socketTimeout: 30_000,
      connectionTimeout: 3_000,
      httpAgent: agent,
      httpsAgent: agent,
    },
    // The SDK's default chain hands these to the clients with which it assumes a role that a profile or a web identity names.
    clientPlugins: [discreet],
    ...(assumeRoleArn === null ? {} : { credentials: role(assumeRoleArn, region) }),
  };
  const client = new S3Client(config);
  client.middlewareStack.use(discreet);
  const counted: Parameters<typeof client.middlewareStack.add>[0] = (next) => (args) => {
    sent();
    return next(args);
  };
  // The last step, which each try goes through.
  client.middlewareStack.add(counted, { step: 'deserialize', name: 'kirosyncCount' });
  return client;
}

/** The Region where S3 says the bucket is, null when the error says nothing of it. */
function regionOf(error: unknown): string | null {
  // The SDK's errors are open-ended: each field is looked at before it is believed.
  const response = field(error, '$response');
  const status = field(response, 'statusCode');
  const name = field(field(response, 'headers'), 'x-amz-bucket-region');
  const isRedirect = status === 301 || status === 307 || status === 400;
  return isRedirect && typeof name === 'string' && /^[a-z]{2}[a-z0-9-]{3,30}$/.test(name) ? name : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
