import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readSettings, secretsOf } from '../../src/settings.ts';

const dir = mkdtempSync(join(tmpdir(), 'kirosync-forge-settings-'));
writeFileSync(join(dir, 'token'), 'glpat-secret\n');
writeFileSync(join(dir, 'key.pem'), 'key');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const forge = (value: string) => {
  writeFileSync(join(dir, 'settings.yaml'), `git:\n  url: /srv/policy\n  forge: ${value}\n`);
  return readSettings({ file: join(dir, 'settings.yaml'), env: {}, flags: {}, cwd: '/' });
};
const problems = (value: string): string => {
  try {
    forge(value);
    return '';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map(({ message }) => message).join(' ');
  }
};

describe('git.forge', () => {
  it('is filled in, with its secret read and its paths absolute', () => {
    const settings = forge('{ kind: gitlab, project: 15, tokenFile: token }');
    expect(settings.git?.forge).toEqual({
      kind: 'gitlab',
      apiUrl: 'https://gitlab.com/api/v4',
      project: '15',
      token: 'glpat-secret',
      app: null,
      names: false,
    });
    expect(secretsOf(settings)).toContain('glpat-secret');
    const app = forge(
      '{ kind: github, project: a/b, app: { id: 1, installationId: 2, privateKeyFile: key.pem }, apiUrl: "http://127.0.0.1:1/" }',
    );
    expect(app.git?.forge).toMatchObject({
      apiUrl: 'http://127.0.0.1:1',
      app: { id: '1', installationId: '2', privateKeyFile: join(dir, 'key.pem') },
    });
  });

  it.each([
    ['{ project: a/b, token: t }', 'git.forge: kind is missing'],
    ['{ kind: github, token: t }', 'git.forge: project is missing'],
    ['', 'git.forge: kind is missing'],
    ['{ kind: gitea, project: a/b, token: t }', 'must be one of github, gitlab'],
    ['{ kind: github, project: a/b }', 'Nothing says who posts; set token, tokenFile or app'],
    ['{ kind: gitlab, project: a/b }', 'Nothing says who posts; set token or tokenFile,'],
    ['{ kind: github, project: a/b, token: t, app: { id: 1 } }', 'not both'],
    ['{ kind: gitlab, project: a/b, app: { id: 1 } }', 'Apps are of GitHub'],
    [
      '{ kind: github, project: a/b, app: { id: 1 } }',
      'git.forge.app: installationId is missing. git.forge.app: privateKeyFile is missing.',
    ],
    ['{ kind: github, project: a/b, app: { id: 1, installationId: 2, privateKeyFile: none.pem } }', 'There is no such file'],
    ['{ kind: github, project: a/b, app: { id: "1/..", installationId: 2, privateKeyFile: key.pem } }', 'only letters, digits'],
    ['{ kind: github, project: a/b/c, token: t }', 'must look like owner/name.'],
    ['{ kind: github, project: a/.., token: t }', 'must look like owner/name.'],
    ['{ kind: github, project: "a/b?x=", token: t }', 'must look like owner/name.'],
    ['{ kind: gitlab, project: name, token: t }', 'must look like group/name'],
    ['{ kind: github, project: a/b, token: "t\\nx: y" }', 'signs of ASCII'],
    ['{ kind: github, project: a/b, token: t, apiUrl: "http://git.example.com" }', 'must be https://'],
    ['{ kind: github, project: a/b, token: t, apiUrl: "http://127.0.0.1.example.com" }', 'must be https://'],
    ['{ kind: github, project: a/b, token: t, apiUrl: "https://u:hunter2@git.example.com" }', 'must have no user, password'],
    ['{ kind: github, project: a/b, token: t, apiUrl: nowhere }', 'is no URL'],
    ['{ kind: github, project: a/b, token: t, branch: x }', 'There is no such setting'],
  ])('%s is refused', (value, words) => {
    const said = problems(value);
    expect(said).toContain(words);
    expect(said).not.toContain('hunter2');
  });

  it.each([
    '{ kind: gitlab, project: a/b.c/d_e, token: t }',
    '{ kind: github, project: a/b, token: t, apiUrl: "https://git.example.com/api/v3" }',
  ])('%s is taken', (value) => expect(problems(value)).toBe(''));
});
