import { field, gitlabMerged, gitlabNotes } from '../forge/answer.ts';
import type { ForgeSettings } from '../model/settings.ts';
import type { Forge } from '../ports.ts';
import { type ForgeOptions, isGone, madeId } from './forge-github.ts';
import { type ForgeRequest, forgeHttp } from './forge-http.ts';
import { tokenSource } from './forge-token.ts';

const NEEDS = 'the scope api and the role Developer (Maintainer where the branch is protected)';
const PAGES = 10;
const CONTEXT = 'kirosync';
const STATE = { success: 'success', pending: 'pending', failure: 'failed', error: 'failed' } as const;
/** Older GitLab refuses a status that it has already ("Cannot transition status via :enqueue from :pending"). */
const SAME = /cannot transition status/i;

/** GitLab.com and self-managed GitLab, over REST v4. */
export function gitlabForge(settings: ForgeSettings, { branch, now, timeoutMs }: ForgeOptions): Forge {
  const source = tokenSource(settings, now);
  const headers = async (signal: AbortSignal) => ({ 'user-agent': 'kirosync', 'private-token': await source.token(signal) });
  const limits = timeoutMs === undefined ? {} : { timeoutMs };
  const http = forgeHttp({ apiUrl: settings.apiUrl, headers, refused: source.refused, now, ...limits });
  const project = `/projects/${encodeURIComponent(settings.project)}`;
  const notes = (pull: number) => `${project}/merge_requests/${pull}/notes`;
  let self: string | null = null;

  const whoAmI = async (signal: AbortSignal): Promise<string> => {
    const who: ForgeRequest = { method: 'GET', path: '/user', operation: 'gitlab: ask who the token is of', needs: NEEDS };
    self ??= String(field((await http.send(who, signal)).body, 'id') ?? '');
    return self;
  };
  const find = async (pull: number, marker: string, signal: AbortSignal): Promise<string | null> => {
    for (let page = 1; page <= PAGES; page += 1) {
      const path = `${notes(pull)}?per_page=100&page=${page}`;
      const { body } = await http.send({ method: 'GET', path, operation: 'gitlab: list notes', needs: NEEDS }, signal);
      for (const each of gitlabNotes(body)) if (each.body.startsWith(marker) && each.author === (await whoAmI(signal))) return each.id;
      if (!Array.isArray(body) || body.length < 100) return null;
    }
    return null;
  };
  const edit = async (pull: number, id: string, body: string, signal: AbortSignal): Promise<boolean> => {
    const path = `${notes(pull)}/${encodeURIComponent(id)}`;
    const request: ForgeRequest = { method: 'PUT', path, body: { body }, operation: 'gitlab: edit a note', needs: NEEDS };
    return (await http.send(request, signal, isGone)).status !== 404;
  };
  return {
    merged: async (commit, signal) => {
      const path = `${project}/repository/commits/${commit}/merge_requests?per_page=100`;
      const request: ForgeRequest = { method: 'GET', path, operation: 'gitlab: list merge requests of a commit', needs: NEEDS };
      return gitlabMerged((await http.send(request, signal)).body, branch);
    },
    setStatus: async (commit, { state, description }, signal) => {
      const body = { state: STATE[state], ref: branch, name: CONTEXT, description };
      const path = `${project}/statuses/${commit}`;
      const request: ForgeRequest = { method: 'POST', path, body, operation: 'gitlab: set a commit status', needs: NEEDS };
      await http.send(request, signal, (answer) => answer.status === 400 && SAME.test(JSON.stringify(answer.body)));
    },
    comment: async ({ pull, id, marker, body }, signal) => {
      if (id !== null && (await edit(pull, id, body, signal))) return id;
      const found = await find(pull, marker, signal);
      if (found !== null && (await edit(pull, found, body, signal))) return found;
      const operation = 'gitlab: write a note';
      const answer = await http.send({ method: 'POST', path: notes(pull), body: { body }, operation, needs: NEEDS }, signal);
      return madeId(answer.body, operation, answer.requestId);
    },
  };
}
