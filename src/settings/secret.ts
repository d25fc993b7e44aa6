import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { isRaw, type Layer, type Path, type Raw, settingProblem, valueAt, withValue } from './layer.ts';
import { readNotifySecrets } from './notify.ts';

/** Settings that may be given inline or as a file that holds them. `list`: one value a line. */
const SECRETS: readonly { readonly path: Path; readonly file: Path; readonly list: boolean }[] = [
  { path: ['git', 'auth', 'token'], file: ['git', 'auth', 'tokenFile'], list: false },
  { path: ['git', 'forge', 'token'], file: ['git', 'forge', 'tokenFile'], list: false },
  { path: ['http', 'tokens', 'read'], file: ['http', 'tokens', 'readFile'], list: true },
  { path: ['http', 'tokens', 'write'], file: ['http', 'tokens', 'writeFile'], list: true },
  { path: ['http', 'webhookSecret'], file: ['http', 'webhookSecretFile'], list: false },
];

/** Does not repeat the name: a secret that was given in its place would be shown. */
const NO_FILE = 'There is no such file, or it cannot be read; give the path of a file that holds the secret, and check its permissions.';

/** The layer with each `…File` replaced by what its file says. A secret given both ways in one layer is a problem. */
export function readSecrets(layer: Layer): { readonly layer: Layer; readonly problems: readonly Diagnostic[] } {
  const problems: Diagnostic[] = [];
  let raw = layer.raw;
  for (const secret of SECRETS) {
    const file = valueAt(raw, secret.file);
    if (typeof file !== 'string') continue;
    const origin = layer.origin(secret.file);
    const text = readText(resolve(layer.base, file));
    if (valueAt(raw, secret.path) !== undefined) {
      problems.push(settingProblem('wrong-setting', origin, `Give the secret or its file, not both; ${secret.path.join('.')} is set too.`));
    } else if (text === null) {
      problems.push(settingProblem('secret-file', origin, NO_FILE));
    } else if (text.trim() === '') {
      problems.push(settingProblem('secret-file', origin, 'The file is empty; write the secret into it.'));
    } else {
      raw = withValue(raw, secret.path, secret.list ? lines(text) : text.trim());
    }
    raw = withoutValue(raw, secret.file);
  }
  const notify = readNotifySecrets({ ...layer, raw });
  return { layer: notify.layer, problems: [...problems, ...notify.problems] };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function withoutValue(raw: Raw, path: Path): Raw {
  const parent = valueAt(raw, path.slice(0, -1));
  if (!isRaw(parent)) return raw;
  const { [path.at(-1) ?? '']: _dropped, ...rest } = parent;
  return withValue(raw, path.slice(0, -1), rest);
}
