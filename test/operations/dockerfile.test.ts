import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { instructions, violations } from './dockerfile.ts';

const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');

/** Each a way to make it worse, and what the lint has to say then. */
const WORSE: readonly (readonly [what: string, from: string | RegExp, to: string, said: RegExp])[] = [
  ['root', 'USER 10001', 'USER root', /numeric USER/],
  ['no user', 'USER 10001', '', /numeric USER/],
  ['ADD', 'COPY schemas schemas', 'ADD schemas schemas', /ADD also fetches/],
  ['latest', 'node:24-bookworm-slim', 'node:latest', /names no version/],
  ['no tag', 'BASE_IMAGE=debian:bookworm-slim', 'BASE_IMAGE=debian', /names no version/],
  ['no default', 'BASE_IMAGE=debian:bookworm-slim', 'BASE_IMAGE', /no default/],
  ['shell form', 'ENTRYPOINT ["kirosync"]', 'ENTRYPOINT kirosync', /exec form/],
  ['no health check', /HEALTHCHECK[\s\S]*?\n {2}CMD.*\n/, '', /HEALTHCHECK/],
  ['a secret', 'ENV NODE_ENV=production', 'ENV NPM_TOKEN=npm_0123456789', /secret would be in the image/],
  ['recommended packages', '--no-install-recommends ', '', /no-install-recommends/],
  ['lists of apt', /rm -rf \/var\/lib\/apt\/lists\/\* /, 'rm -rf ', /lists stay/],
  ['npm install', 'npm ci', 'npm install', /npm ci/],
  ['modules of the machine that builds', 'COPY --from=build /build/node_modules', 'COPY node_modules', /machine that builds/],
  ['no volume', 'VOLUME /var/lib/kirosync', '', /VOLUME/],
];

describe('the Dockerfile', () => {
  it('breaks no rule', () => {
    expect(violations(dockerfile)).toEqual([]);
  });

  it.each(WORSE)('is told when it has %s', (_, from, to, said) => {
    const worse = dockerfile.replace(from, to);
    expect(worse).not.toBe(dockerfile);
    expect(violations(worse).join('\n')).toMatch(said);
  });

  it('brings into its last stage only what the daemon needs', () => {
    const all = instructions(dockerfile);
    const last = all.at(-1)?.stage ?? 0;
    const copied = all.filter(({ name, stage }) => name === 'COPY' && stage === last).map(({ text }) => text);
    expect(copied).toEqual([
      '--from=build /usr/local/bin/node /usr/local/bin/node',
      'LICENSE README.md package.json ./',
      'schemas schemas',
      'config-example config-example',
      'docs docs',
      '--from=build /build/node_modules node_modules',
      '--from=build /build/dist dist',
    ]);
    expect(all.find(({ name, text }) => name === 'RUN' && text.includes('npm prune --omit=dev'))).toBeDefined();
  });
});
