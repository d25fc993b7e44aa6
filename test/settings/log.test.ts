import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';
import { redactUrls } from '../../src/model/git-url.ts';

function record(names: boolean, secrets: readonly string[]) {
  const lines: string[] = [];
  const log = createLog({ level: 'info', names }, secrets, { write: (line) => lines.push(line) });
  return { log, lines };
}

describe('createLog', () => {
  it('writes level, time and message as stable JSON fields', () => {
    const { log, lines } = record(false, []);
    log.child({ component: 'daemon' }).info({ revision: 'main@sha1:abc' }, 'a pass began');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      component: 'daemon',
      revision: 'main@sha1:abc',
      msg: 'a pass began',
    });
  });

  it('contains no secret, wherever it was put', () => {
    const secret = fc.string({ minLength: 6, unit: fc.constantFrom(...'ab"\\/{é\n9') });
    fc.assert(
      fc.property(secret, (each) => {
        const { log, lines } = record(true, [each]);
        log.child({ bound: `x ${each}` }).info({ deep: { list: [each] }, err: new Error(`got ${each}`) }, `say ${each}!`);
        const told = JSON.stringify(JSON.parse(lines[0] ?? ''), null, 0);
        expect(JSON.parse(told).msg).toBe('say ***!');
        expect(JSON.parse(told).bound).toBe('x ***');
        expect(JSON.parse(told).deep.list).toEqual(['***']);
        expect(JSON.parse(told).err.message).toBe('got ***');
      }),
    );
  });

  it('hides names of people unless it may show them', () => {
    const fields = { key: 'membership/kiro-pro/bob smith', user: 'bob', note: 'ana@example.com and <c.d+e@mail.example.com>' };
    const hidden = record(false, []);
    hidden.log.info(fields, 'removed ana@example.com');
    expect(JSON.parse(hidden.lines[0] ?? '')).toMatchObject({
      key: 'membership/kiro-pro/<name>',
      user: '<name>',
      note: '<name> and <<name>>',
      msg: 'removed <name>',
    });
    const shown = record(true, []);
    shown.log.info(fields, 'removed ana@example.com');
    expect(JSON.parse(shown.lines[0] ?? '')).toMatchObject({ ...fields, msg: 'removed ana@example.com' });
  });

  it('leaves out sentences of others, and of an error all but where it came from, unless it may show names', () => {
    const thrown = new Error('no seat for jgable', { cause: new TypeError('leddy is undefined') });
    const fields = { error: 'jgable is unknown', reason: 'asked by leddy', message: 'Olga Geheim', advice: 'ask jgable', err: thrown };
    const key = 'membership/kiro-pro/leddy/jgable';
    const hidden = record(false, []);
    hidden.log.error({ ...fields, key }, 'a change failed');
    expect(hidden.lines[0]).not.toMatch(/jgable|leddy|Olga/);
    expect(JSON.parse(hidden.lines[0] ?? '')).toMatchObject({
      error: 'names are off in the log: see the status',
      key: 'membership/kiro-pro/<name>',
      err: { type: 'Error', stack: expect.stringMatching(/log\.test\.ts[\s\S]*caused by: TypeError/) },
    });
    const shown = record(true, []);
    shown.log.error({ ...fields, key }, 'a change failed');
    expect(JSON.parse(shown.lines[0] ?? '')).toMatchObject({
      error: 'jgable is unknown',
      key,
      err: { message: expect.stringContaining('jgable') },
    });
  });

  it('is silent below its level', () => {
    const { log, lines } = record(false, []);
    log.debug('details');
    expect(lines).toEqual([]);
  });
});

describe('redactUrls', () => {
  it('leaves no password of any URL in a text', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9._~!$&()*+,;=%-]{6,20}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('https', 'http', 'ssh', 'git+ssh'), (user, password, scheme) => {
        const text = redactUrls(`fatal: unable to access '${scheme}://${user}:P${password}@git.example.com/a.git/': refused`);
        expect(text).toBe(`fatal: unable to access '${scheme}://***@git.example.com/a.git/': refused`);
      }),
    );
  });

  it.each([
    ['https://token@git.example.com/a', 'https://***@git.example.com/a'],
    ['https://a:b@c@git.example.com/a', 'https://***@git.example.com/a'],
    ['https://git.example.com/a?private_token=x#y', 'https://git.example.com/a?***'],
    ['ssh://git@git.example.com/a', 'ssh://git@git.example.com/a'],
    ['git@git.example.com:a/b.git', 'git@git.example.com:a/b.git'],
    ['https://git.example.com/a@b', 'https://git.example.com/a@b'],
  ])('%s', (text, expected) => {
    expect(redactUrls(text)).toBe(expected);
  });
});
