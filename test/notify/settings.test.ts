import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { sentence } from '../../src/model/diagnostic.ts';
import type { Settings } from '../../src/model/settings.ts';
import { readSettings, secretsOf } from '../../src/settings.ts';

const SECRET = 'f81d4fae7dec11d0a76500a0c91e6bf6';
const URL_TEXT = 'https://hooks.example.com/services/T000/B000/xxxxxxxxxxxxxxxxxxxxxxxx';

let made: string[] = [];
afterEach(() => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
  made = [];
});

function read(text: string): Settings {
  const dir = mkdtempSync(join(tmpdir(), 'kirosync-notify-'));
  made.push(dir);
  writeFileSync(join(dir, 'settings.yaml'), text);
  writeFileSync(join(dir, 'url'), `${URL_TEXT}\n`);
  writeFileSync(join(dir, 'secret'), `${SECRET}\n`);
  writeFileSync(join(dir, 'empty'), '\n');
  return readSettings({ file: join(dir, 'settings.yaml'), env: {}, flags: {}, cwd: dir });
}

function problems(text: string): string {
  try {
    read(text);
    return '';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.diagnostics.map((each) => sentence(each).replace(/^.*(settings\.yaml)/, '$1')).join('\n');
  }
}

describe('the receivers of the settings', () => {
  it('get their addresses and secrets from files, and every field a value', () => {
    const settings = read(
      'notify:\n  - { name: a, type: slack, urlFile: url }\n  - { name: b, type: webhook, url: https://b.example.com/x, secretFile: secret, events: [drift] }\n',
    );
    const rest = { severity: 'info', digest: '0 7 * * *', heartbeat: null, names: false };
    expect(settings.notify).toEqual([
      { name: 'a', type: 'slack', url: URL_TEXT, secret: null, events: null, ...rest },
      { name: 'b', type: 'webhook', url: 'https://b.example.com/x', secret: SECRET, events: ['drift'], ...rest },
    ]);
    expect(secretsOf(settings)).toEqual(expect.arrayContaining([SECRET, URL_TEXT, new URL(URL_TEXT).pathname]));
  });

  it.each([
    [
      '{ name: a, type: slack, url: "http://hooks.example.com/x" }',
      'settings.yaml:2:29 wrong-setting: notify.0.url: The address must begin with https://',
    ],
    [`{ name: a, type: slack, url: "https://u:${SECRET}@hooks.example.com/x" }`, 'with a user or password in it is not taken'],
    ['{ name: a, type: slack, url: hooks }', 'This is no address'],
    ['{ name: a, type: slack }', 'notify.0.url: The address is missing'],
    [`{ name: a, type: slack, urlFile: url, secret: ${SECRET} }`, 'Slack looks at no signature'],
    ['{ name: a, type: webhook, urlFile: url }', 'A webhook needs a secret'],
    ['{ name: a, type: webhook, urlFile: url, secret: short }', 'fewer than 16 characters'],
    ['{ name: a, type: webhook, urlFile: url, secret: x, secretFile: secret }', 'Give secret or its file, not both'],
    ['{ name: a, type: slack, urlFile: nowhere }', 'There is no such file'],
    ['{ name: a, type: slack, urlFile: empty }', 'The file is empty'],
    ['{ name: a, type: slack, urlFile: url, digest: daily }', '"daily" is no cron expression'],
    ['{ name: a, type: slack, urlFile: url, heartbeat: "*/5 * * * * *" }', 'write five fields'],
    ['{ name: a, type: slack, urlFile: url, events: [drifts] }', 'The value must be one of applied'],
    ['{ name: a, type: mail, urlFile: url }', 'The value must be one of slack, webhook'],
    ['{ name: a, type: slack, urlFile: url, severty: info }', 'did you mean "severity"'],
    [
      '{ name: a, type: slack, urlFile: url }\n  - { name: a, type: slack, urlFile: url }',
      'settings.yaml:3:7 wrong-setting: notify.1.name: Two receivers are called "a"',
    ],
  ])('are refused as %s', (text, words) => {
    const found = problems(`notify:\n  - ${text}\n`);
    expect(found).toContain(words);
    for (const secret of [SECRET, URL_TEXT]) expect(found).not.toContain(secret);
  });

  it.each(['http://127.0.0.1:9000/x', 'http://[::1]:9000/x', 'http://localhost/x'])('may be at %s', (url) => {
    expect(problems(`notify:\n  - { name: a, type: slack, url: "${url}" }\n`)).toBe('');
  });
});
