import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import type { Metrics } from '../daemon/metrics.ts';
import { statusDocument, unready } from '../daemon/status.ts';
import { driftJson } from '../report/drift-json.ts';
import { driftMarkdown } from '../report/drift-markdown.ts';
import { planJson } from '../report/plan-json.ts';
import { planMarkdown } from '../report/plan-markdown.ts';
import { accessReview } from './access-review.ts';
import { assetRoutes } from './asset.ts';
import { authorize } from './auth.ts';
import { readBody } from './body.ts';
import { creditsData } from './credits.ts';
import { type Events, events } from './events.ts';
import { stopped } from './gate.ts';
import { SECURITY_HEADERS } from './header.ts';
import { historyData } from './history.ts';
import { pageRoutes } from './page-route.ts';
import { json, NOT_YET, problem, unread } from './problem.ts';
import { askForPass } from './reconcile.ts';
import { refusals } from './refusal.ts';
import type { Route } from './route.ts';
import { forgotten, readSuspension } from './suspension.ts';
import { webhook } from './webhook.ts';

const markdown = (c: Context, text: string) => c.body(text, 200, { 'content-type': 'text/markdown; charset=utf-8' });
const object = (c: Context, value: object) => json(c, JSON.stringify(value));

function readRoutes(daemon: Daemon, metrics: Metrics): readonly Route[] {
  const listeners = events(daemon);
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
    { method: 'GET', path: '/api/status', need: 'read', answer: (c) => object(c, statusDocument(daemon)) },
    {
      method: 'GET',
      path: '/api/plan',
      need: 'read',
      answer: (c) => {
        const plan = daemon.planned()?.result.plan ?? null;
        if (plan === null) return problem(c, NOT_YET);
        return c.req.query('format') === 'markdown' ? markdown(c, planMarkdown(plan)) : json(c, planJson(plan));
      },
    },
    {
      method: 'GET',
      path: '/api/drift',
      need: 'read',
      answer: (c) => {
        const drift = daemon.drift();
        if (drift === null) return problem(c, NOT_YET);
        return c.req.query('format') === 'markdown' ? markdown(c, driftMarkdown(drift)) : json(c, driftJson(drift));
      },
    },
    { method: 'GET', path: '/api/credits', need: 'read', answer: (c) => creditsData(c, daemon) },
    { method: 'GET', path: '/api/events', need: 'read', answer: (c) => eventAnswer(c, listeners) },
    { method: 'GET', path: '/api/access-review', need: 'read', answer: (c) => accessReview(c, daemon) },
    { method: 'GET', path: '/api/history', need: 'read', answer: (c) => historyData(c, daemon) },
  ];
}

function eventAnswer(c: Context, listeners: Events): Response {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
  // The body of an answer to HEAD is thrown away, and a stream that nobody reads would never end.
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  const stream = listeners.open();
  if (stream !== null) return c.body(stream, 200, headers);
  return problem(c, { status: 503, error: 'Too many pages are listening.', advice: 'Reload the page now and then instead.' });
}

async function suspend(c: Context, daemon: Daemon): Promise<Response> {
  const pieces: Uint8Array[] = [];
  const end = await readBody(c.req.raw, (piece) => void pieces.push(piece));
  if (end !== 'whole') return problem(c, unread(end));
  const read = readSuspension(Buffer.concat(pieces).toString('utf8'), daemon.deps.now());
  const advice = 'Send {"owner", "reason", "until"}, until in RFC 3339.';
  if (!read.ok) return problem(c, { status: 400, error: read.problems.join(' '), advice });
  const { owner, reason, until } = read;
  const unwritten = await daemon.suspend({ owner, reason, until });
  if (unwritten !== null) return problem(c, forgotten('The suspension', unwritten));
  return object(c, { suspended: { owner, reason, until: until.toISOString() } });
}

function writeRoutes(daemon: Daemon, refused: (path: string) => void): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/reconcile',
      need: 'write',
      answer: (c) => askForPass(c, daemon),
    },
    {
      method: 'POST',
      path: '/api/suspend',
      need: 'write',
      answer: (c) => suspend(c, daemon),
    },
    {
      method: 'POST',
      path: '/api/resume',
      need: 'write',
      answer: async (c) => {
        const unwritten = await daemon.resume('api');
        if (unwritten !== null) return problem(c, forgotten('The resumption', unwritten));
        const ticket = daemon.ask({ kind: 'reconcile', reason: 'resumed', by: 'api' });
        return c.json({ resumed: true, ticket });
      },
    },
    { method: 'POST', path: '/hooks/git', need: 'none', answer: (c) => webhook(c, daemon, () => refused('/hooks/git')) },
  ];
}

/** Every route of the daemon, behind its token. Anything else is a 404 or a 405, as JSON. */
export function routes(daemon: Daemon, metrics: Metrics): Hono {
  // Asked anew for each request: tokens may be loaded again.
  const http = () => daemon.deps.settings.http;
  const app = new Hono();
  const refused = refusals(daemon.deps.log, daemon.deps.now);
  const all = [...assetRoutes(), ...pageRoutes(daemon), ...readRoutes(daemon, metrics), ...writeRoutes(daemon, refused)];
  app.use(async (c, next) => {
    const stop = stopped(http(), { method: c.req.method, header: (name) => c.req.header(name) });
    if (stop !== null) c.res = problem(c, stop);
    else await next();
    for (const [name, value] of SECURITY_HEADERS) if (!c.res.headers.has(name)) c.header(name, value);
  });
  for (const { method, path, need, answer } of all) {
    app.on(method, path, (c) => {
      const verdict = authorize(http(), need, c.req.header('authorization'));
      if (verdict.ok) return answer(c);
      if (verdict.wrong) refused(path);
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
    // Whoever asked has hung up: nobody waits for an answer, and nothing is wrong here.
    if (c.req.raw.signal.aborted) return problem(c, { status: 400, error: 'The client hung up.', advice: 'Ask again.' });
    daemon.deps.log.error({ err: error, path: c.req.path }, 'a bug in kirosync ended a request');
    return problem(c, {
      status: 500,
      error: 'A bug in kirosync ended this request.',
      advice: 'The daemon log has its stack; please report it.',
    });
  });
  return app;
}
