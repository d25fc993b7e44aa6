import { HttpResponse, http, type RequestHandler } from 'msw';
import { REGION } from './seed.ts';
import type { Json, WireAnswer } from './wire-directory.ts';

/** `hang-up`: a load balancer's page comes in place of the service's answer. */
export type Answer = (target: string, input: Json) => WireAnswer | 'hang-up';

/** Serves a directory at AWS's own host names, each service at its own. */
export function wireHandlers(answer: Answer): readonly RequestHandler[] {
  const service =
    (prefix: string) =>
    async ({ request }: { request: Request }) => {
      const target = request.headers.get('x-amz-target') ?? '';
      if (!target.startsWith(prefix)) return HttpResponse.json({ __type: 'UnknownOperationException' }, { status: 400 });
      const answered = answer(target, (await request.json()) as Json);
      if (answered === 'hang-up') return new HttpResponse('<html>Service Unavailable</html>', { status: 503 });
      const body = answered.body as Record<string, string>;
      return HttpResponse.json(body, { status: answered.status, headers: { 'x-amzn-requestid': 'request-1' } });
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
