import { createHash } from 'node:crypto';
import { STYLE } from './style.ts';

function policy(style: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Nothing is loaded from anywhere and nothing runs: the one style sheet is allowed by its hash. */
export const CONTENT_SECURITY_POLICY = policy(STYLE);

/**
 * For pages of the dashboard: besides, the script and the icons of their own origin are loaded, events come from it, and a search
 * form asks it. Nothing inline runs, and no answer but the script has a type that a browser would run.
 */
export const PAGE_POLICY = [
  CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'"),
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
].join('; ');

/**
 * The same for another page of ours, which may have been made by an earlier version: its first style sheet is allowed, which
 * stands before anything that came from outside, and the empty icon that it names.
 */
export function pagePolicy(page: string): string {
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page) ?? [];
  return `${policy(style)}; img-src data:`;
}

/** On every answer, errors included: no script, no frame, no other site, no cache and no guess at the type. */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', CONTENT_SECURITY_POLICY],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
  ['referrer-policy', 'no-referrer'],
  ['cache-control', 'no-store'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
];
