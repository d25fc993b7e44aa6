import { RemoteError } from '../errors.ts';
import { field, githubComments, githubMerged, type Written } from '../forge/answer.ts';
import type { ForgeSettings } from '../model/settings.ts';
import type { Forge } from '../ports.ts';
import { type ForgeAnswer, type ForgeHttp, type ForgeRequest, forgeHttp } from './forge-http.ts';
import { GITHUB_HEADERS, tokenSource } from './forge-token.ts';

const STATUS = 'Commit statuses: write';
const PULLS = 'Pull requests: write';
/** Pages of 100 comments that are looked through for ours. */
const PAGES = 10;
const CONTEXT = 'kirosync';

export type ForgeOptions = { readonly branch: string; readonly now: () => Date; readonly timeoutMs?: number };

/** GitHub and GitHub Enterprise Server, over REST. */
export function githubForge(settings: ForgeSettings, { branch, now, timeoutMs }: ForgeOptions): Forge {
  const source = tokenSource(settings, now);
  const headers = async (signal: AbortSignal) => ({ ...GITHUB_HEADERS, authorization: `Bearer ${await source.token(signal)}` });
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  const http = forgeHttp({ apiUrl: settings.apiUrl, headers, refused: source.refused, now, ...limits });
  const repo = `/repos/${settings.project.split('/').map(encodeURIComponent).join('/')}`;
  const { find, edit } = comments(http, repo, settings.app?.id ?? null);
  return {
    merged: async (commit, signal) => {
      const path = `${repo}/commits/${commit}/pulls?per_page=100`;
      const request: ForgeRequest = { method: 'GET', path, operation: 'github: list pull requests of a commit', needs: PULLS };
      return githubMerged((await http.send(request, signal)).body, branch);
    },
    setStatus: async (commit, { state, description }, signal) => {
      const body = { state, description, context: CONTEXT };
      const request: ForgeRequest = {
        method: 'POST',
        path: `${repo}/statuses/${commit}`,
        body,
        operation: 'github: set a commit status',
        needs: STATUS,
      };
      await http.send(request, signal);
    },
    comment: async ({ pull, id, marker, body }, signal) => {
      if (id !== null && (await edit(id, body, signal))) return id;
      const found = await find(pull, marker, signal);
      if (found !== null && (await edit(found, body, signal))) return found;
      const path = `${repo}/issues/${pull}/comments`;
      const answer = await http.send({ method: 'POST', path, body: { body }, operation: 'github: write a comment', needs: PULLS }, signal);
      return madeId(answer.body, 'github: write a comment', answer.requestId);
    },
  };
}

/** Comments of pull requests; `app` is the id of the GitHub App that writes them, null where a user's token does. */
function comments(http: ForgeHttp, repo: string, app: string | null) {
  let self: string | null = null;
  /** Whether a comment is one that we wrote: anybody may write the marker, and we must not fill somebody else's comment. */
  const isOurs = async ({ app: apps, author }: Written, signal: AbortSignal): Promise<boolean> => {
    if (app !== null) return apps.includes(app);
    const who: ForgeRequest = { method: 'GET', path: '/user', operation: 'github: ask who the token is of', needs: 'to be of a user' };
    self ??= String(field((await http.send(who, signal)).body, 'id') ?? '');
    return author === self;
  };
  const find = async (pull: number, marker: string, signal: AbortSignal): Promise<string | null> => {
    for (let page = 1; page <= PAGES; page += 1) {
      const path = `${repo}/issues/${pull}/comments?per_page=100&page=${page}`;
      const { body } = await http.send({ method: 'GET', path, operation: 'github: list comments', needs: PULLS }, signal);
      const found = githubComments(body);
      for (const each of found) if (each.body.startsWith(marker) && (await isOurs(each, signal))) return each.id;
      if (found.length < 100) return null;
    }
    return null;
  };
  const edit = async (id: string, body: string, signal: AbortSignal): Promise<boolean> => {
    const path = `${repo}/issues/comments/${encodeURIComponent(id)}`;
    const request: ForgeRequest = { method: 'PATCH', path, body: { body }, operation: 'github: edit a comment', needs: PULLS };
    return (await http.send(request, signal, isGone)).status !== 404;
  };
  return { find, edit };
}

/** Somebody removed it. */
export const isGone = ({ status }: ForgeAnswer): boolean => status === 404;

/** The id of what was made. @throws RemoteError when the answer has none. */
export function madeId(body: unknown, operation: string, requestId: string | null): string {
  const id = field(body, 'id');
  if (typeof id === 'number' || typeof id === 'string') return String(id);
  const advice = 'Correct git.forge.apiUrl: this is no answer of the API.';
  throw new RemoteError([{ kind: 'wrong', operation, message: `${operation}: the answer has no id.`, advice, requestId }]);
}
