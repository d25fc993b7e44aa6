import type { Context } from 'hono';
import type { Daemon } from '../daemon/daemon.ts';
import { statusDocument } from '../daemon/status.ts';
import { PAGE_POLICY } from './header.ts';
import { layout, type Sheet } from './layout.ts';

/** Answers with a page in the common frame. `status` is that of a 404 or 400 whose explanation is a page. */
export function show(c: Context, daemon: Daemon, sheet: Sheet, status: 200 | 400 | 404 | 503 = 200): Response {
  const text = layout({ status: statusDocument(daemon), version: daemon.news.version() }, sheet);
  return c.body(text, status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': PAGE_POLICY,
  });
}
