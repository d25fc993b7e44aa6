import { describe, expect, test } from 'vitest';
import { iamPolicy } from '../../src/commands/iam-policy.ts';
import { UserError } from '../../src/errors.ts';
import type { Source } from '../../src/ports.ts';
import { BASE, OPERATOR, sourceFile } from '../support/world.ts';

const sourceOf = (text: string): Source => ({ fetch: async () => ({ revision: null, files: [sourceFile('all.yaml', text)] }) });

function run(mode: string, text = BASE, to: readonly string[] = []) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    stdout: (t: string) => void out.push(t),
    stderr: (t: string) => void err.push(t),
    signal: new AbortController().signal,
    now: () => new Date('2026-11-10T12:00:00Z'),
  };
  return { out, err, code: iamPolicy({ mode }, io, { source: sourceOf(text), operator: { ...OPERATOR, reports: { to } } }) };
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

  test('reports written to S3 take s3:PutObject below their prefixes when applying, and a word when planning', async () => {
    const to = ['/var/lib/reports', 's3://finance-reports/kiro', 's3://archive'];
    const apply = run('apply', BASE, to);
    await apply.code;
    const { Statement } = JSON.parse(apply.out.join('')) as { Statement: readonly { Sid: string; Resource: readonly string[] }[] };
    expect(Statement.find((one) => one.Sid === 'WriteCreditsReports')).toMatchObject({
      Action: ['s3:PutObject'],
      Resource: ['arn:aws:s3:::archive/*', 'arn:aws:s3:::finance-reports/kiro/*'],
    });
    const plan = run('plan', BASE, to);
    await plan.code;
    expect(plan.out.join('')).not.toContain('s3:');
    expect(plan.err.join('')).toContain('s3://finance-reports/kiro');
  });

  test('another mode, or a configuration that does not load, is an error of the user', async () => {
    await expect(run('write').code).rejects.toThrow(/--mode is "write"/);
    const broken = run('plan', 'kind: Organization\n').code;
    await expect(broken).rejects.toBeInstanceOf(UserError);
    await expect(broken).rejects.toMatchObject({ diagnostics: expect.arrayContaining([expect.objectContaining({ file: 'all.yaml' })]) });
  });
});
