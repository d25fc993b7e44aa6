import { HttpResponse, http, type JsonBodyType } from 'msw';
import type { Wire } from './github-wire.ts';

export const GITLAB = 'https://gitlab.com/api/v4';
const BOT = 77;
const HEADERS = { 'x-request-id': '01JDC0000000000000000000', 'ratelimit-remaining': '1999' };

const refusal = (status: number, message: JsonBodyType) => HttpResponse.json({ message }, { status, headers: HEADERS });

/** GitLab's REST API as far as it is used: statuses, merge requests of a commit, notes. */
export function gitlabWire(pulls: Readonly<Record<string, readonly number[]>>, token = 'glpat-0123456789abcdefghij'): Wire {
  const project = '/projects/platform%2Fkiro-seats';
  let ids = 300;
  const json = (body: JsonBodyType, status = 200) => HttpResponse.json(body, { status, headers: HEADERS });
  const note = ({ id, body, user }: Wire['comments'][number]) => ({
    id,
    type: null,
    body,
    author: { id: user, username: 'project_15_bot', name: 'kirosync', state: 'active' },
    system: false,
    noteable_type: 'MergeRequest',
    created_at: '2026-11-23T10:00:00.000Z',
  });
  const wire: Wire = { handlers: [], calls: [], statuses: [], comments: [], fault: () => null };
  const answer = async (request: Request, path: string): Promise<Response> => {
    const body: unknown = request.method === 'GET' ? {} : await request.json();
    const text = (name: string) => String(Reflect.get(Object(body), name));
    const [, area, first = '', second = '', third = ''] = path.split('/');
    if (area === 'repository')
      return json((pulls[second] ?? []).map((iid) => ({ id: 9000 + iid, iid, state: 'merged', target_branch: 'main', title: 'Seats' })));
    if (area === 'statuses') {
      const last = wire.statuses.at(-1);
      const state = text('state');
      if (last?.sha === first && last.state === state && state === 'pending')
        return refusal(400, 'Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via "enqueue")');
      wire.statuses.push({ sha: first, state, description: text('description'), context: text('name') });
      return json({ id: 93, sha: first, status: state, name: text('name'), ref: text('ref') }, 201);
    }
    if (area !== 'merge_requests' || second !== 'notes') return refusal(404, '404 Not found');
    const old = wire.comments.find(({ id, pull }) => String(id) === third && pull === Number(first));
    if (third !== '' && old === undefined) return refusal(404, '404 Note Not Found');
    if (old !== undefined) {
      old.body = text('body');
      return json(note(old));
    }
    if (request.method === 'GET') return json(wire.comments.filter(({ pull }) => pull === Number(first)).map(note));
    ids += 1;
    const own = { id: ids, pull: Number(first), body: text('body'), user: BOT, app: null };
    wire.comments.push(own);
    return json(note(own), 201);
  };
  const route = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.slice('/api/v4'.length);
    const call = `${request.method} ${path}`;
    wire.calls.push(call);
    const fault = await wire.fault(call);
    if (fault !== null) return fault;
    if (request.headers.get('private-token') !== token) return refusal(401, '401 Unauthorized');
    if (path === '/user') return json({ id: BOT, username: 'project_15_bot', bot: true });
    return path.startsWith(`${project}/`) ? answer(request, path.slice(project.length)) : refusal(404, '404 Project Not Found');
  };
  return Object.assign(wire, { handlers: [http.all(`${GITLAB}/*`, ({ request }) => route(request))] });
}
