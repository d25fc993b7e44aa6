import { createPublicKey, verify } from 'node:crypto';
import { HttpResponse, http, type JsonBodyType, type RequestHandler } from 'msw';

/** What a stand-in of a forge was asked and holds. Answers have the fields and forms of the public API documentation. */
export type Wire = {
  readonly handlers: readonly RequestHandler[];
  readonly calls: string[];
  readonly statuses: { readonly sha: string; readonly state: string; readonly description: string; readonly context: string }[];
  readonly comments: { id: number; pull: number; body: string; user: number; app: object | null }[];
  /** Answered in place of the next calls whose `METHOD path` matches, while it returns something. */
  fault: (call: string) => Response | Promise<Response> | null;
};

export const GITHUB = 'https://api.github.com';
const BOT = 41_898_282;
const HEADERS = { 'x-github-request-id': 'E1B2:3C4D:5E6F', 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' };

type Options = {
  readonly api?: string;
  readonly repo?: string;
  readonly token?: string;
  /** Pull requests by the commit that merged them. */
  readonly pulls: Readonly<Record<string, readonly number[]>>;
  readonly app?: { readonly id: number; readonly installation: string; readonly publicKey: string; readonly now: () => Date };
};

const refusal = (status: number, message: string, more: Record<string, string> = {}) =>
  HttpResponse.json(
    { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
    { status, headers: { ...HEADERS, ...more } },
  );

/** GitHub's REST API as far as it is used: statuses, pull requests of a commit, issue comments, installation tokens. */
export function githubWire({ api = GITHUB, repo = 'platform/kiro-seats', token = 'ghp_0123456789abcdefghij', pulls, app }: Options): Wire {
  const tokens = new Set(app === undefined ? [token] : []);
  let made = 0;
  let ids = 1000;
  const json = (body: JsonBodyType, status = 200) => HttpResponse.json(body, { status, headers: HEADERS });
  const comment = (each: Wire['comments'][number]) => ({
    id: each.id,
    node_id: `IC_${each.id}`,
    url: `${api}/repos/${repo}/issues/comments/${each.id}`,
    body: each.body,
    user: { login: 'kirosync-bot', id: each.user, type: 'Bot' },
    created_at: '2026-11-23T10:00:00Z',
    updated_at: '2026-11-23T10:00:00Z',
    author_association: 'MEMBER',
    performed_via_github_app: each.app,
  });
  const wire: Wire = { handlers: [], calls: [], statuses: [], comments: [], fault: () => null };
  const route = async (request: Request): Promise<Response> => {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice(new URL(api).pathname.replace(/\/$/, '').length);
    const call = `${request.method} ${path}`;
    wire.calls.push(call);
    const fault = await wire.fault(call);
    if (fault !== null) return fault;
    const proof = (request.headers.get('authorization') ?? '').replace(/^Bearer /, '');
    if (app !== undefined && call === `POST /app/installations/${app.installation}/access_tokens`) return grant(proof);
    if (request.headers.get('accept') !== 'application/vnd.github+json' || request.headers.get('user-agent') === null)
      return refusal(400, 'Bad Request');
    if (!tokens.has(proof)) return refusal(401, 'Bad credentials');
    if (call === 'GET /user')
      return app === undefined ? json({ login: 'kirosync-bot', id: BOT }) : refusal(403, 'Resource not accessible by integration');
    const inside = path.startsWith(`/repos/${repo}/`) ? path.slice(`/repos/${repo}`.length) : null;
    if (inside === null) return refusal(404, 'Not Found');
    return answer(request, inside, searchParams);
  };
  const answer = async (request: Request, path: string, query: URLSearchParams): Promise<Response> => {
    const [, area, first = '', second = ''] = path.split('/');
    const body: unknown = request.method === 'GET' ? {} : await request.json();
    const text = (name: string) => String(Reflect.get(Object(body), name));
    if (area === 'commits' && second === 'pulls')
      return json(
        (pulls[first] ?? []).map((number) => ({ number, state: 'closed', merged_at: '2026-11-23T09:59:00Z', base: { ref: 'main' } })),
      );
    if (area === 'statuses' && request.method === 'POST') {
      if (!/^[0-9a-f]{40}$/.test(first)) return refusal(422, `No commit found for SHA: ${first}`);
      if (text('description').length > 140) return refusal(422, 'Validation Failed');
      wire.statuses.push({ sha: first, state: text('state'), description: text('description'), context: text('context') });
      return json({ id: 1, state: text('state'), context: text('context') }, 201);
    }
    const old = wire.comments.find(({ id }) => path === `/issues/comments/${id}`);
    if (first === 'comments' && old === undefined) return refusal(404, 'Not Found');
    if (old !== undefined && request.method === 'PATCH') {
      old.body = text('body');
      return json(comment(old));
    }
    if (area !== 'issues' || second !== 'comments') return refusal(404, 'Not Found');
    const all = wire.comments.filter(({ pull }) => pull === Number(first));
    const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
    if (request.method === 'GET') return json(all.slice((page - 1) * size, page * size).map(comment));
    ids += 1;
    const own = {
      id: ids,
      pull: Number(first),
      body: text('body'),
      user: BOT,
      app: app === undefined ? null : { id: app.id, client_id: 'Iv1.0123456789abcdef' },
    };
    wire.comments.push(own);
    return json(comment(own), 201);
  };
  const grant = (jwt: string): Response => {
    const [head = '', claims = '', signature = ''] = jwt.split('.');
    const part = (each: string) => JSON.parse(Buffer.from(each, 'base64url').toString('utf8')) as Record<string, unknown>; // what the test itself signed
    const now = (app?.now() ?? new Date()).getTime() / 1000;
    const { iat, exp, iss } = part(claims);
    const isSigned = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${claims}`),
      createPublicKey(app?.publicKey ?? ''),
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned || part(head)['alg'] !== 'RS256') return refusal(401, 'A JSON web token could not be decoded');
    if (String(iss) !== String(app?.id)) return refusal(401, "'Issuer' claim ('iss') must be an Integer");
    if (Number(iat) > now)
      return refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
    if (Number(exp) > now + 600) return refusal(401, "'Expiration time' claim ('exp') is too far in the future");
    made += 1;
    tokens.clear(); // an older one is not taken here, so that its use would show
    tokens.add(`ghs_${made}`.padEnd(40, 'x'));
    const [fresh = ''] = tokens;
    return json(
      {
        token: fresh,
        expires_at: new Date((now + 3600) * 1000).toISOString().replace(/\.\d+Z/, 'Z'),
        permissions: { statuses: 'write', pull_requests: 'write' },
      },
      201,
    );
  };
  const handlers = [http.all(`${api}/*`, ({ request }) => route(request))];
  return Object.assign(wire, { handlers });
}
