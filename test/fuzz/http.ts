import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { metrics } from '../../src/daemon/metrics.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, testDaemon } from '../support/daemon.ts';
import { NOW } from '../support/world.ts';
import { jsonFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, POLICY, WORLD } from './site.ts';

const [READ, WRITE, SECRET] = ['read-0123456789abcdef', 'write-0123456789abcdef', 'hook-0123456789abcdef'];
const SUSPENSION = { owner: 'ana', reason: 'audit', until: '2026-12-01T00:00:00Z' };
const PUSH = { ref: 'refs/heads/main', before: '0'.repeat(40), after: '1'.repeat(40), repository: { name: 'policy' }, commits: [] };

/** Ends at the edges of what is accepted: a moment from now, a leap day, offsets, the last instants that RFC 3339 can write. */
const LATER = [
  '2026-11-10T12:00:00.001Z', '2026-11-10T23:59:59+11:59', '2026-11-10T12:00-00:01', '2026-11-11', '2028-02-29', '2028-02-29t00:00z', '2026-12-01T12:00Z',
  '2026-12-01T12:00:00.123456789Z', '2026-12-31T23:59:59.999+00:00', '2027-01-01T00:00:00-12:00', '2027-06-01T24:00:00Z', '9999-12-31', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59+14:00',
]; // biome-ignore format: a vocabulary reads best as a block
/** And just beyond. */
const REFUSED = [
  '2026-11-10T12:00:00.000Z', '2026-11-10', '2026-11-11T00:00:00+14:00', '2027-02-29', '2027-02-30T00:00:00Z', '9999-12-31T23:59:59-00:01', '+010000-01-01T00:00:00Z', '2026-12-01T12:00:60Z', '2026-12-01 12:00:00Z', '2026-12-01T12:00:00', '0000-01-01',
]; // biome-ignore format: a vocabulary reads best as a block

/** One line that somebody may write, however odd. */
const oddText = (most: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(
      'ana',
      ' ana ',
      '__proto__',
      '"',
      '\\u001b',
      '<script>alert(1)</script>',
      '=1+1',
      '$HOME',
      '%00',
      '[x](javascript:x)',
      'x'.repeat(most),
      'é'.repeat(most),
    ),
    fc.constantFrom(
      'ana\u202egnp',
      'a\u200bb',
      'a\ufeffb',
      '🦀',
      '👩\u200d👩\u200d👧',
      'e\u0301\u0302\u0303',
      '漢字',
      'مرحبا',
      '\u00a0x\u3000',
      '\u{e0041}x',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => /[\p{L}\p{N}]/u.test(text)),
  );

/** Whole suspensions: most are taken. */
const whole = fc
  .record({
    owner: oddText(200),
    reason: oddText(1000),
    until: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...LATER) }, { weight: 1, arbitrary: fc.constantFrom(...REFUSED) }),
  })
  .map((body) => Buffer.from(JSON.stringify(body)));

/** Bodies of arbitrary bytes at every route that takes one: nothing but a signed push and a whole suspension does anything. */
export const http: Target = {
  name: 'http',
  inputs: fc.oneof(
    { weight: 3, arbitrary: jsonFrom([SUSPENSION, SUSPENSION, PUSH], ['"until"', '2026-12-01', 'T25:00:00Z', '+14:00']) },
    { weight: 1, arbitrary: whole },
  ),
  short: 60,
  long: 20_000,
  open: async () => {
    const errors: unknown[] = [];
    const log = { info: () => {}, warn: () => {}, error: (fields: object) => void errors.push(fields) };
    const http = { ...SETTINGS.http, tokens: { read: [READ], write: [WRITE] }, webhookSecret: SECRET };
    const { daemon, journal, events, stop } = testDaemon(POLICY, WORLD, { mode: 'observe', http }, { log });
    await stop(); // nobody works off what is asked: only the asking is looked at
    const app = routes(daemon, metrics());
    const send = (path: string, headers: Record<string, string>, body: Buffer | null) =>
      app.request(`http://127.0.0.1${path}`, {
        method: body === null ? 'GET' : 'POST',
        headers: { host: '127.0.0.1', ...headers },
        body: body === null ? null : new Uint8Array(body),
      });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const run = async (input: Buffer): Promise<'taken' | 'refused'> => {
      journal.list.length = 0;
      events.length = 0;
      const signature = createHmac('sha256', SECRET).update(input).digest('hex');
      expectThat(
        (await send('/hooks/git', { 'x-hub-signature-256': `sha256=${signature}` }, Buffer.concat([input, Buffer.from(' ')]))).status ===
          401,
        'a forged push was taken',
      );
      expectThat((await send('/api/suspend', bearer(READ), input)).status === 403, 'a read token suspended');
      expectThat(journal.list.length === 0 && events.length === 0, 'something was done for nobody');
      expectThat(
        (await send('/hooks/git', { 'x-hub-signature-256': `sha256=${signature}` }, input)).status === 202,
        'a signed push was refused',
      );
      const { status } = await send('/api/suspend', bearer(WRITE), input);
      expectThat(status === 200 || status === 400, `suspend answered ${status}`);
      const [entry, ...more] = journal.list;
      expectThat((entry?.type === 'suspended') === (status === 200) && more.length === 0, `${journal.list.length} entries after ${status}`);
      if (entry?.type === 'suspended') {
        expectThat(Date.parse(entry.until) > NOW.getTime() && /^\d{4}-\d\d-\d\dT/.test(entry.until), `until ${entry.until}`);
        expectThat(/^[^\p{Cc}]+$/u.test(entry.owner + entry.reason), 'a control character in the journal');
        const given = JSON.parse(input.toString('utf8'));
        const meant = { ...entry, owner: given.owner.trim(), reason: given.reason.trim(), until: new Date(given.until).toISOString() };
        expectThat(JSON.stringify(meant) === JSON.stringify(entry), `${JSON.stringify(entry)} for ${JSON.stringify(given)}`);
      }
      for (const path of ['/api/status', '/', '/api/history'])
        expectThat((await send(path, bearer(READ), null)).status === 200, `${path} is not answered`);
      expectThat(errors.length === 0, `an error was logged: ${JSON.stringify(errors)}`);
      return status === 200 ? 'taken' : 'refused';
    };
    return { run, close: async () => {} };
  },
};
