import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DemoRepository } from './repository.ts';

/** Where the demo's daemon lives, and its secrets. */
export type Site = {
  readonly folder: string;
  readonly url: string;
  readonly token: string;
  readonly secret: string;
  readonly settings: string;
  /** The folder of the user reports. */
  readonly usage: string;
};

/** The port if nobody listens on it (a free one for 0); null when somebody does. The settings file needs a number before the daemon listens. */
export async function freePort(wanted: number): Promise<number | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}

/** Writes the operator's settings for a daemon in enforce mode that follows the demo's repository and reads its user reports. */
export function writeSettings(folder: string, port: number, repository: DemoRepository, usage: string): Site {
  const token = randomBytes(16).toString('hex');
  const secret = randomBytes(16).toString('hex');
  const settings = join(folder, 'settings.yaml');
  const value = {
    git: { url: repository.url, branch: 'main' },
    mode: 'enforce',
    stateDir: join(folder, 'state'),
    usage: [usage],
    http: { host: '127.0.0.1', port, tokens: { read: [token], write: [token] }, webhookSecret: secret },
  };
  writeFileSync(settings, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  return { folder, url: `http://127.0.0.1:${port}`, token, secret, settings, usage };
}
