import { HttpResponse, http, type RequestHandler } from 'msw';
import { afterEach, expect } from 'vitest';
import { responseCheck } from '../support/service-model.ts';
import { REGION } from './seed.ts';
import type { Json, WireAnswer } from './wire-directory.ts';

/** `hang-up`: a load balancer's page comes in place of the service's answer. */
export type Answer = (target: string, input: Json) => WireAnswer | 'hang-up';

/** What the answers of the running test break of AWS's service model. */
const wrong: string[] = [];
afterEach(() => {
  expect(wrong.splice(0).slice(0, 5)).toEqual([]);
});

/** The request id that the identity store repeats in the body of an error; sso-admin does not. */
const REQUEST_ID = '77777777-0000-4000-8000-000000000001';

/** Serves a directory at AWS's own host names, each service at its own. */
export function wireHandlers(answer: Answer): readonly RequestHandler[] {
  const check = responseCheck();
  const service =
    (prefix: string) =>
    async ({ request }: { request: Request }) => {
      const target = request.headers.get('x-amz-target') ?? '';
      if (!target.startsWith(prefix)) return HttpResponse.json({ __type: 'UnknownOperationException' }, { status: 400 });
      const answered = answer(target, (await request.json()) as Json);
      if (answered === 'hang-up') return new HttpResponse('<html>Service Unavailable</html>', { status: 503 });
      const headers = { 'x-amzn-requestid': REQUEST_ID };
      const extra = answered.status !== 200 && prefix === 'AWSIdentityStore.' ? { RequestId: REQUEST_ID } : {};
      const sent = { status: answered.status, headers, body: JSON.stringify({ ...answered.body, ...extra }), delayMs: 0, drop: false };
      wrong.push(...check({ method: 'POST', path: '/', headers: { 'x-amz-target': target }, body: '' }, sent));
      return new HttpResponse(sent.body, { status: sent.status, headers: { ...headers, 'content-type': 'application/x-amz-json-1.1' } });
    };
  return [
    http.post(`https://identitystore.${REGION}.amazonaws.com/`, service('AWSIdentityStore.')),
    http.post(`https://sso.${REGION}.amazonaws.com/`, service('SWBExternalService.')),
  ];
}

/** Credentials as they come from the environment; AWS_REGION must lose against the Organization's Region. */
export function awsEnvironment(): void {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
  process.env['AWS_REGION'] = 'us-west-2';
}
