import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SignatureProblem } from '../model/signature.ts';
import type { GitEnv } from './git.ts';
import { run } from './git-run.ts';
import { missingProgram, type Trust } from './git-trust.ts';

type SshDeps = { readonly folder: string; readonly env: GitEnv; readonly trust: Trust };

type SshSignature = { readonly id: string; readonly signature: string; readonly payload: Buffer; readonly signers: string };

/**
 * A second opinion on an ssh signature, as of now. Git asks whether the key was valid at the time that the commit gives
 * itself, so whoever holds an expired key or certificate could date a commit back.
 */
export async function sshProblem({ folder, env, trust }: SshDeps, it: SshSignature, signal: AbortSignal): Promise<SignatureProblem | null> {
  const file = join(trust.folder, `${it.id}.sig`);
  await writeFile(file, it.signature, { mode: 0o600 });
  const keygen = (args: readonly string[], input: Buffer | '') =>
    run('ssh-keygen', ['-Y', ...args, '-s', file], { folder, env, signal, input }).catch((error: unknown) => {
      throw missingProgram(error, 'ssh-keygen') ?? error;
    });
  try {
    const known = await keygen(['find-principals', '-f', it.signers], '');
    if (known.code !== 0) return sshWords(known.stderr, 'unknown-signer');
    let problem: SignatureProblem = 'bad-signature';
    for (const principal of known.stdout.toString('utf8').split('\n')) {
      if (principal === '') continue;
      const revoked = trust.revoked === null ? [] : ['-r', trust.revoked];
      const args = ['verify', '-n', 'git', '-f', it.signers, '-I', principal];
      if ((await keygen([...args, ...revoked], it.payload)).code === 0) return null;
      const { code, stderr } = await keygen(args, it.payload);
      problem = code === 0 ? 'revoked-key' : sshWords(stderr, 'bad-signature');
    }
    return problem;
  } finally {
    await rm(file, { force: true });
  }
}

/** ssh-keygen has one exit code for all refusals; its words only choose between our words, never whether a commit is good. */
function sshWords(text: string, otherwise: SignatureProblem): SignatureProblem {
  if (/expired|not yet valid/i.test(text)) return 'expired-key';
  return /not permitted for use in signature namespace/i.test(text) ? 'unknown-signer' : otherwise;
}
