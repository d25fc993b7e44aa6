import { describe, expect, test } from 'vitest';
import { iamPolicy } from '../../src/commands/iam-policy.ts';
import { UserError } from '../../src/errors.ts';
import type { Source } from '../../src/ports.ts';
import { BASE, OPERATOR, sourceFile } from '../support/world.ts';

const sourceOf = (text: string): Source => ({ fetch: async () => ({ revision: null, files: [sourceFile('all.yaml', text)] }) });

function run(mode: string, text = BASE) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    stdout: (t: string) => void out.push(t),
    stderr: (t: string) => void err.push(t),
    signal: new AbortController().signal,
    now: () => new Date('2026-11-10T12:00:00Z'),
  };
  return { out, err, code: iamPolicy({ mode }, io, { source: sourceOf(text), operator: OPERATOR }) };
}

describe('iam-policy', () => {
  test('prints a policy on stdout and the notes on stderr', async () => {
    const { code, out, err } = run('apply');
    expect(await code).toBe(0);
    const policy = JSON.parse(out.join('')) as { Version: string; Statement: readonly { Sid: string; Effect: string }[] };
    expect(policy.Version).toBe('2012-10-17');
    expect(new Set(policy.Statement.map((s) => s.Effect))).toEqual(new Set(['Allow']));
    // IAM takes letters and digits only.
    expect(policy.Statement.filter((s) => !/^[A-Za-z0-9]+$/.test(s.Sid))).toEqual([]);
    expect(err.join('')).toContain('kms:Decrypt');
  });

  test('another mode, or a configuration that does not load, is an error of the user', async () => {
    await expect(run('write').code).rejects.toThrow(/--mode is "write"/);
    const broken = run('plan', 'kind: Organization\n').code;
    await expect(broken).rejects.toBeInstanceOf(UserError);
    await expect(broken).rejects.toMatchObject({ diagnostics: expect.arrayContaining([expect.objectContaining({ file: 'all.yaml' })]) });
  });
});
