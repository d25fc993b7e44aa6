import type { ServiceError } from './service-error.ts';

/** Header names are lower case. `remoteAddress` is absent when no socket stands behind the request. */
export type EmulatorRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly remoteAddress?: string;
};

export type EmulatorResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The server waits so long before it answers. */
  readonly delayMs: number;
  /** The server cuts the connection instead of answering. */
  readonly drop: boolean;
};

const of = (status: number, type: string, body: string, requestId: string): EmulatorResponse => ({
  status,
  headers: { 'content-type': type, 'x-amzn-requestid': requestId },
  body,
  delayMs: 0,
  drop: false,
});

export const json = (status: number, body: unknown, requestId: string): EmulatorResponse =>
  of(status, 'application/x-amz-json-1.1', JSON.stringify(body), requestId);

/** identitystore repeats the request id in the body of an error, sso-admin does not. */
export const failed = (error: ServiceError, requestId: string, service: 'identitystore' | 'sso' | null): EmulatorResponse => {
  const modelled = !error.type.includes('#');
  const { RetryAfterSeconds, ...fields } = error.fields;
  const retry = typeof RetryAfterSeconds === 'number' ? RetryAfterSeconds : null;
  const extra = service === 'identitystore' && modelled ? { ...error.fields, RequestId: requestId } : fields;
  const body = { __type: error.type, Message: error.message, ...extra };
  const response = json(error.status, body, requestId);
  return retry === null ? response : { ...response, headers: { ...response.headers, 'retry-after': String(retry) } };
};

/** What a load balancer says when nothing stands behind it. */
export const unavailable = (requestId: string): EmulatorResponse =>
  of(503, 'text/html', '<html><body><h1>503 Service Unavailable</h1></body></html>', requestId);
