import { Script } from 'node:vm';
import { expect, it } from 'vitest';
import { metrics } from '../../src/daemon/metrics.ts';
import { LIVE_SCRIPT } from '../../src/web/live-script.ts';
import { routes } from '../../src/web/routes.ts';
import { SETTINGS, testDaemon } from '../support/daemon.ts';

it('is a script that parses, asks its own origin only, and makes no markup or code of text', () => {
  expect(() => new Script(LIVE_SCRIPT)).not.toThrow();
  expect(LIVE_SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|https?:|localStorage|cookie/);
  expect(LIVE_SCRIPT.length).toBeLessThan(10_000);
});

it('is served with the icons to everybody, as what it is; nothing else is below /assets', async () => {
  const run = testDaemon('', {}, { http: { ...SETTINGS.http, tokens: { read: ['read-token-0123456789abcdef'], write: [] } } });
  const app = routes(run.daemon, metrics());
  const get = (path: string) => app.request(`http://127.0.0.1${path}`, { headers: { host: '127.0.0.1' } });
  try {
    const script = await get('/assets/live.js');
    expect(await script.text()).toBe(LIVE_SCRIPT);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('x-content-type-options')).toBe('nosniff');
    for (const tone of ['good', 'warn', 'bad'])
      expect((await get(`/assets/icon-${tone}.svg`)).headers.get('content-type')).toBe('image/svg+xml');
    for (const path of ['/assets/', '/assets/../api/status', '/assets/icon-x.svg']) expect((await get(path)).status, path).not.toBe(200);
  } finally {
    await run.stop();
  }
});
