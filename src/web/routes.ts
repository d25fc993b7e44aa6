import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Daemon } from '../daemon/daemon.ts';
import type { Metrics } from '../daemon/metrics.ts';
import { HISTORY, historyDocument, statusDocument, unready } from '../daemon/status.ts';
import { lastPasses } from '../model/journal-state.ts';
import { driftJson } from '../report/drift-json.ts';
import { planJson } from '../report/plan-json.ts';
import { authorize, hostAllowed, type Need, signatureMatches } from './auth.ts';
import { CONTENT_SECURITY_POLICY, page } from './page.ts';
import { readSuspension } from './suspension.ts';

const MIB = 1024 * 1024;

type Problem = { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 500; readonly error: string; readonly advice: string };

function problem(c: Context, { status, error, advice }: Problem): Response {
  return c.json({ error, advice }, status);
}

type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly need: Need;
  readonly answer: (c: Context) => Promise<Response> | Response;
};

const json = (c: Context, text: string) => c.body(text, 200, { 'content-type': 'application/json; charset=utf-8' });
const NOT_YET = {
  status: 404,
  error: 'No pass has made a plan yet.',
  advice: 'Look at /api/status for what the last pass said, and ask again later.',
} as const;

function readRoutes(daemon: Daemon, metrics: Metrics): readonly Route[] {
  const { deps } = daemon;
  return [
    { method: 'GET', path: '/healthz', need: 'none', answer: (c) => c.json({ alive: true }) },
    {
      method: 'GET',
      path: '/readyz',
      need: 'none',
      answer: (c) => {
        const reasons = unready(daemon);
        return c.json({ ready: reasons.length === 0, reasons }, reasons.length === 0 ? 200 : 503);
      },
    },
    {
      method: 'GET',
      path: '/metrics',
      need: 'none',
      answer: async (c) => c.body(await metrics.text(daemon), 200, { 'content-type': metrics.contentType }),
    },
    {
      method: 'GET',
      path: '/',
      need: 'read',
      answer: (c) => {
        const plan = daemon.planned()?.result.plan ?? null;
        const history = lastPasses(deps.journal.entries(), HISTORY);
        return c.html(page({ status: statusDocument(daemon), plan, drift: daemon.drift(), history }));
      },
    },
    { method: 'GET', path: '/api/status', need: 'read', answer: (c) => c.json(statusDocument(daemon)) },
    {
      method: 'GET',
      path: '/api/plan',
      need: 'read',
      answer: (c) => {
        const plan = daemon.planned()?.result.plan ?? null;
        return plan === null ? problem(c, NOT_YET) : json(c, planJson(plan));
      },
    },
    {
      method: 'GET',
      path: '/api/drift',
      need: 'read',
      answer: (c) => {
        const drift = daemon.drift();
        return drift === null ? problem(c, NOT_YET) : json(c, driftJson(drift));
      },
    },
    { method: 'GET', path: '/api/credits', need: 'read', answer: (c) => credits(c, daemon) },
    { method: 'GET', path: '/api/history', need: 'read', answer: (c) => c.json(historyDocument(daemon)) },
  ];
}

/** The report of the `reports` schedule where it has run, else one made now. */
async function credits(c: Context, daemon: Daemon): Promise<Response> {
  const advice = 'Run `kirosync credits --format json`, or ask again after the first pass.';
  if (daemon.deps.credits === undefined) return problem(c, { status: 404, error: 'This daemon makes no credits report.', advice });
  const text = await daemon.report(c.req.raw.signal);
  return text === null ? problem(c, { status: 404, error: 'There is no credits report yet.', advice }) : json(c, text);
}

/** `startedAt` tells whoever waits for the ticket that a restart forgot it. */
const asked = (daemon: Daemon, ticket: number) => ({ asked: true, ticket, startedAt: daemon.startedAt.toISOString() });

function writeRoutes(daemon: Daemon): readonly Route[] {
  const { deps } = daemon;
  return [
    {
      method: 'POST',
      path: '/api/reconcile',
      need: 'write',
      answer: (c) => c.json(asked(daemon, daemon.ask({ kind: 'reconcile', reason: 'asked for', by: 'api' })), 202),
    },
    {
      method: 'POST',
      path: '/api/suspend',
      need: 'write',
      answer: async (c) => {
        const read = readSuspension(await c.req.text(), deps.now());
        if (!read.ok)
          return problem(c, {
            status: 400,
            error: read.problems.join(' '),
            advice: 'Send {"owner", "reason", "until"}, until in RFC 3339.',
          });
        const { owner, reason, until } = read;
        await daemon.suspend({ owner, reason, until });
        return c.json({ suspended: { owner, reason, until: until.toISOString() } });
      },
    },
    {
      method: 'POST',
      path: '/api/resume',
      need: 'write',
      answer: async (c) => {
        await daemon.resume('api');
        const ticket = daemon.ask({ kind: 'reconcile', reason: 'resumed', by: 'api' });
        return c.json({ resumed: true, ticket });
      },
    },
    { method: 'POST', path: '/hooks/git', need: 'none', answer: (c) => webhook(c, daemon) },
  ];
}

/** A replayed delivery only asks again, and asks merge: it costs at most one extra pass. */
async function webhook(c: Context, daemon: Daemon): Promise<Response> {
  const secret = daemon.deps.settings.http.webhookSecret;
  if (secret === null)
    return problem(c, {
      status: 404,
      error: 'This daemon takes no webhooks.',
      advice: 'Set http.webhookSecret in the settings and restart it.',
    });
  const body = new Uint8Array(await c.req.arrayBuffer());
  if (!signatureMatches(secret, body, c.req.header('x-hub-signature-256'))) {
    const advice = 'Sign the body with the shared secret: X-Hub-Signature-256: sha256=<HMAC-SHA256 in hex>.';
    return problem(c, { status: 401, error: 'The signature does not match.', advice });
  }
  return c.json({ asked: true, ticket: daemon.ask({ kind: 'reconcile', reason: 'push', by: 'webhook' }) }, 202);
}

/** Every route of the daemon, behind its token. Anything else is a 404 or a 405, as JSON. */
export function routes(daemon: Daemon, metrics: Metrics): Hono {
  const { http } = daemon.deps.settings;
  const app = new Hono();
  const all = [...readRoutes(daemon, metrics), ...writeRoutes(daemon)];
  app.use(async (c, next) => {
    if (!hostAllowed(http.host, c.req.header('host'))) {
      c.res = problem(c, {
        status: 403,
        error: 'The Host header names another machine.',
        advice: `Use the address that the daemon is bound to: ${http.host}.`,
      });
    } else await next();
    c.header('content-security-policy', CONTENT_SECURITY_POLICY);
    c.header('x-content-type-options', 'nosniff');
    c.header('referrer-policy', 'no-referrer');
    c.header('cache-control', 'no-store');
  });
  app.use(
    bodyLimit({ maxSize: MIB, onError: (c) => problem(c, { status: 413, error: 'The body is larger than 1 MiB.', advice: 'Send less.' }) }),
  );
  for (const { method, path, need, answer } of all) {
    app.on(method, path, (c) => {
      const verdict = authorize(http, need, c.req.header('authorization'));
      if (verdict.ok) return answer(c);
      if (verdict.status === 401 && need === 'read') c.header('www-authenticate', 'Basic realm="kirosync", charset="UTF-8"');
      return problem(c, verdict);
    });
  }
  for (const path of new Set(all.map((route) => route.path))) {
    const allow = all
      .filter((route) => route.path === path)
      .map((route) => route.method)
      .join(', ');
    app.all(path, (c) => {
      c.header('allow', allow);
      return problem(c, { status: 405, error: `${path} takes ${allow}, not ${c.req.method}.`, advice: `Use ${allow}.` });
    });
  }
  app.notFound((c) => problem(c, { status: 404, error: 'There is no such page.', advice: 'The routes are listed in docs/daemon.md.' }));
  app.onError((error, c) => {
    daemon.deps.log.error({ err: error, path: c.req.path }, 'a bug in kirosync ended a request');
    return problem(c, {
      status: 500,
      error: 'A bug in kirosync ended this request.',
      advice: 'The daemon log has its stack; please report it.',
    });
  });
  return app;
}
