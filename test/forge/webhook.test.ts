import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkOf, type Header, passedOver, proofOf } from '../../src/forge/webhook.ts';

const NOW = new Date('2026-11-23T10:00:00Z');
const SECRET = 'webhook-secret-0123456789';
const KEY = Buffer.alloc(32, 7);
const SIGNING = `whsec_${KEY.toString('base64')}`;
const BODY = JSON.stringify({ ref: 'refs/heads/main', after: '0'.repeat(40) });

const headers =
  (all: Record<string, string>): Header =>
  (name) =>
    all[name];
function holds(all: Record<string, string>, { secret = SECRET, body = BODY, now = NOW } = {}): boolean {
  const proof = proofOf(headers(all), secret, now);
  if (proof === null) return false;
  const check = checkOf(proof, secret, (a, b) => a === b);
  for (const byte of Buffer.from(body)) check.take(Buffer.of(byte));
  return check.holds();
}
const hex = (body = BODY, key: string | Uint8Array = SECRET) => createHmac('sha256', key).update(body).digest('hex');
const standard = (seconds: number, key: Uint8Array = KEY, body = BODY) => ({
  'webhook-id': 'f5e5f430',
  'webhook-timestamp': String(seconds),
  'webhook-signature': `v1,${createHmac('sha256', key).update(`f5e5f430.${seconds}.${body}`).digest('base64')}`,
});
const AT = NOW.getTime() / 1000;

describe('a delivery proves that it knows the secret', () => {
  it.each([
    ['GitHub', { 'x-hub-signature-256': `sha256=${hex()}` }, SECRET],
    ['Gitea', { 'x-gitea-signature': hex() }, SECRET],
    [
      'Gitea, with all that it sends',
      { 'x-gitea-signature': hex(), 'x-gogs-signature': hex(), 'x-hub-signature-256': `sha256=${hex()}` },
      SECRET,
    ],
    ['Forgejo', { 'x-forgejo-signature': hex() }, SECRET],
    ['GitLab with a secret token', { 'x-gitlab-token': SECRET }, SECRET],
    ['GitLab with a signing token', standard(AT), SIGNING],
    ['GitLab with both, when the signing token is ours', { ...standard(AT), 'x-gitlab-token': 'another' }, SIGNING],
    [
      'GitLab while its key is changed',
      { ...standard(AT), 'webhook-signature': `v1,${'A'.repeat(43)}= ${standard(AT)['webhook-signature']}` },
      SIGNING,
    ],
    ['GitLab with both, when the secret token is ours', { ...standard(AT), 'x-gitlab-token': SECRET }, SECRET],
  ])('%s', (_name, all, secret) => expect(holds(all, { secret })).toBe(true));

  it.each([
    ['nothing', {}, SECRET],
    ['GitHub’s form in the header of Gitea', { 'x-gitea-signature': `sha256=${hex()}` }, SECRET],
    ['Gitea’s form in the header of GitHub', { 'x-hub-signature-256': hex() }, SECRET],
    ['another body', { 'x-gitea-signature': hex('other') }, SECRET],
    ['another secret', { 'x-gitlab-token': `${SECRET}x` }, SECRET],
    ['an empty token', { 'x-gitlab-token': '' }, SECRET],
    ['a right token beside a wrong signature', { 'x-gitlab-token': SECRET, 'x-gitea-signature': hex('other') }, SECRET],
    ['a timestamp of six minutes ago', standard(AT - 360), SIGNING],
    ['a timestamp of six minutes ahead', standard(AT + 360), SIGNING],
    ['a timestamp that is none', { ...standard(AT), 'webhook-timestamp': 'NaN' }, SIGNING],
    ['another timestamp than the signed one', { ...standard(AT), 'webhook-timestamp': String(AT + 1) }, SIGNING],
    ['another id than the signed one', { ...standard(AT), 'webhook-id': 'other' }, SIGNING],
    ['a signature over the text of the signing token', standard(AT, Buffer.from(SIGNING)), SIGNING],
    [
      'a signature of an unknown version',
      { ...standard(AT), 'webhook-signature': standard(AT)['webhook-signature'].replace('v1', 'v2') },
      SIGNING,
    ],
    ['a signing scheme without a signing token', standard(AT, Buffer.from(SECRET)), SECRET],
  ])('not with %s', (_name, all, secret) => expect(holds(all, { secret })).toBe(false));

  it('no header of any content passes without the secret', () => {
    const names = [
      'x-hub-signature-256',
      'x-gitea-signature',
      'x-forgejo-signature',
      'x-gitlab-token',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ];
    const some = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(fc.string(), fc.constantFrom('', 'sha256=', 'v1,', hex('', ''), String(AT))),
    );
    fc.assert(
      fc.property(some, fc.constantFrom(SECRET, SIGNING), (all, secret) => !holds(all, { secret })),
      { numRuns: 100, seed: 5 },
    );
  });
});

describe('what asks for a pass', () => {
  const push = (ref: string, more: object = {}) => JSON.stringify({ ref, ...more });
  const over = (all: Record<string, string>, body: string | null) => passedOver(headers(all), body, 'main');

  it.each([
    ['a push of GitHub', { 'x-github-event': 'push' }, push('refs/heads/main')],
    ['the same as a form', { 'x-github-event': 'push' }, `payload=${encodeURIComponent(push('refs/heads/main'))}`],
    ['a push of Gitea', { 'x-gitea-event': 'push', 'x-gogs-event': 'push', 'x-github-event': 'push' }, push('refs/heads/main')],
    ['a push of GitLab', { 'x-gitlab-event': 'Push Hook' }, push('refs/heads/main', { object_kind: 'push' })],
    ['a system hook of GitLab about a push', { 'x-gitlab-event': 'System Hook' }, push('refs/heads/main', { event_name: 'push' })],
    ['a sender without an event', {}, 'anything'],
    ['a push too large to be kept', { 'x-github-event': 'push' }, null],
    ['a push that says no branch', { 'x-github-event': 'push' }, '{'],
  ])('%s', (_name, all, body) => expect(over(all, body)).toBeNull());

  it.each([
    ['a ping', { 'x-github-event': 'ping' }, '{"zen":"…"}', 'a ping'],
    ['a pull request', { 'x-github-event': 'pull_request' }, push('refs/heads/main'), 'not a push'],
    ['a note of GitLab', { 'x-gitlab-event': 'Note Hook' }, '{}', 'not a push'],
    ['a new tag of GitLab', { 'x-gitlab-event': 'Tag Push Hook' }, push('refs/tags/v1'), 'not a push'],
    ['a system hook about something else', { 'x-gitlab-event': 'System Hook' }, '{"event_name":"user_create"}', 'not a push'],
    ['another branch', { 'x-github-event': 'push' }, push('refs/heads/main2'), 'a push to another branch'],
    ['a tag called like the branch', { 'x-github-event': 'push' }, push('refs/tags/main'), 'a push to another branch'],
    [
      'a form about another branch',
      { 'x-github-event': 'push' },
      `payload=${encodeURIComponent(push('refs/heads/dev'))}`,
      'a push to another branch',
    ],
  ])('not %s', (_name, all, body, why) => expect(over(all, body)).toBe(why));
});
