import { RemoteError, type RemoteFailure } from '../errors.ts';
import { field, waitOf } from '../forge/answer.ts';

export type ForgeRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** After the address of the API: `/repos/…`. Its parts are encoded. */
  readonly path: string;
  readonly body?: object;
  /** What is asked, for people: "github: set a commit status". */
  readonly operation: string;
  /** What the token needs for it, for people. */
  readonly needs: string;
};

export type ForgeAnswer = { readonly status: number; readonly body: unknown; readonly requestId: string | null };

export type ForgeHttp = {
  /**
   * The answer of 2xx, or one that is `allowed`; its body parsed.
   * @throws RemoteError for any other, a redirect, no answer in time, and while the forge has asked to wait; the signal's
   * reason after an abort.
   */
  readonly send: (request: ForgeRequest, signal: AbortSignal, allowed?: (answer: ForgeAnswer) => boolean) => Promise<ForgeAnswer>;
};

export type ForgeHttpOptions = {
  readonly apiUrl: string;
  /** Headers of one request, with the token in them. */
  readonly headers: (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;
  /** Told that the token was refused, so that the next request gets another one. */
  readonly refused: () => void;
  readonly now: () => Date;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
/** A page of 100 comments of 65,536 characters is less. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Requests to a forge's API, one address, no redirects. It obeys the forge's wish to wait across requests. */
export function forgeHttp({ apiUrl, headers, refused, now, timeoutMs = TIMEOUT_MS }: ForgeHttpOptions): ForgeHttp {
  let notBefore = 0;
  return {
    send: async (request, signal, allowed = () => false) => {
      if (now().getTime() < notBefore) throw failure(request, waiting(request, new Date(notBefore)));
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const own = await headers(signal);
      let response: Response;
      let text: string;
      try {
        response = await fetch(`${apiUrl}${request.path}`, {
          method: request.method,
          headers: { ...own, ...(request.body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
          redirect: 'manual',
          signal: limit,
        });
        text = await textOf(response);
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        throw failure(request, unanswered(request, apiUrl, cause, limit.aborted, timeoutMs), cause);
      }
      const requestId = response.headers.get('x-github-request-id') ?? response.headers.get('x-request-id');
      const { status } = response;
      const answer = { status, body: parsed(text), requestId };
      if (response.ok || allowed(answer)) return answer;
      if (status === 401) refused();
      const wait = waitOf({ status, header: (name) => response.headers.get(name), words: wordsOf(answer.body) }, now());
      if (wait !== null) notBefore = wait.getTime();
      throw failure(request, refusalOf(request, answer, { wait, accepted: response.headers.get('x-accepted-github-permissions') }));
    },
  };
}

type Verdict = Omit<RemoteFailure, 'operation'>;

function failure({ operation }: ForgeRequest, verdict: Verdict, cause?: unknown): RemoteError {
  return new RemoteError([{ operation, ...verdict }], { cause });
}

async function textOf(response: Response): Promise<string> {
  if (Number(response.headers.get('content-length') ?? 0) > MOST_BYTES) throw new Error('the answer is too large');
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return text + decoder.decode();
    bytes += piece.value.length;
    if (bytes > MOST_BYTES) {
      await reader?.cancel();
      throw new Error('the answer is too large');
    }
    text += decoder.decode(piece.value, { stream: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function waiting({ operation }: ForgeRequest, until: Date): Verdict {
  const message = `${operation} was not asked: the forge wants no requests before ${until.toISOString()}.`;
  return { kind: 'unreachable', message, advice: 'Wait; it is posted by a pass after that.', requestId: null };
}

function unanswered({ operation }: ForgeRequest, apiUrl: string, cause: unknown, late: boolean, timeoutMs: number): Verdict {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : null;
  const why = late ? `no answer within ${timeoutMs / 1000} s` : (inner ?? (cause instanceof Error ? cause.message : String(cause)));
  const advice = `Check that ${apiUrl} can be reached from here, and git.forge.apiUrl in the settings.`;
  return { kind: 'unreachable', message: `${operation} failed: ${why}.`, advice, requestId: null };
}

/** What the forge says of a refusal; '' where it says nothing. */
function wordsOf(body: unknown): string {
  const said = field(body, 'message') ?? field(body, 'error');
  return said === undefined ? '' : (typeof said === 'string' ? said : JSON.stringify(said)).slice(0, 500);
}

/** `accepted`: what GitHub says that a request needs. */
type Hint = { readonly wait: Date | null; readonly accepted: string | null };

function refusalOf(request: ForgeRequest, { status, body, requestId }: ForgeAnswer, hint: Hint): Verdict {
  const of = requestId === null ? '' : ` (request ${requestId})`;
  const message = `${request.operation} failed with ${status}: ${wordsOf(body) || 'no reason given'}${of}`;
  return { ...verdictOf(request, status, hint), message, requestId };
}

function verdictOf({ needs }: ForgeRequest, status: number, { wait, accepted }: Hint): Pick<Verdict, 'kind' | 'advice'> {
  if (wait !== null)
    return { kind: 'unreachable', advice: `The forge limits its requests; nothing is asked before ${wait.toISOString()}.` };
  if (status >= 300 && status < 400)
    return {
      kind: 'wrong',
      advice: 'The API answered with a redirect, which is not followed: correct git.forge.apiUrl and git.forge.project.',
    };
  if (status === 401)
    return { kind: 'denied', advice: 'The token is not known, has expired or was revoked: give another one in git.forge.' };
  if (status === 403)
    return {
      kind: 'denied',
      advice: `Allow it to the token: it needs ${needs}${accepted === null ? '' : ` (GitHub names ${accepted.slice(0, 200)})`}.`,
    };
  if (status === 404) return { kind: 'wrong', advice: `Correct git.forge.project, or let the token see it: it needs ${needs}.` };
  // 0 is a response that is none: some layers of `fetch` give it where the connection ended.
  if (status >= 500 || status === 0)
    return { kind: 'unreachable', advice: 'The forge has trouble of its own; the next pass posts it again.' };
  return { kind: 'wrong', advice: 'Look up the message in the API documentation of the forge; the next pass posts it again.' };
}
