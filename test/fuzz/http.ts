import { createHmac } from 'node:crypto';
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

/** Bodies of arbitrary bytes at every route that takes one: nothing but a signed push and a whole suspension does anything. */
export const http: Target = {
  name: 'http',
  inputs: jsonFrom([SUSPENSION, SUSPENSION, PUSH], ['"until"', '2026-12-01', 'T25:00:00Z', '+14:00']),
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
      }
      for (const path of ['/api/status', '/', '/api/history'])
        expectThat((await send(path, bearer(READ), null)).status === 200, `${path} is not answered`);
      expectThat(errors.length === 0, `an error was logged: ${JSON.stringify(errors)}`);
      return status === 200 ? 'taken' : 'refused';
    };
    return { run, close: async () => {} };
  },
};
