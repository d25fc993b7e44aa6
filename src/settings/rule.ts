import { existsSync } from 'node:fs';
import { validate as isCron } from 'node-cron';
import type { Diagnostic } from '../model/diagnostic.ts';
import { branchRefusal, transportOf } from '../model/git-url.ts';
import { faultOf, s3Place } from '../model/s3-place.ts';
import { forgeProblems } from './forge.ts';
import { isRaw, type Origin, type Path, type Raw, settingProblem, valueAt } from './layer.ts';
import { isLoopback } from './loopback.ts';
import { notifyProblems } from './notify.ts';
import { windowProblems } from './window.ts';

type Found = { readonly rule: string; readonly path: Path; readonly text: string };

/** What a schema cannot say about the united settings. `origin` tells which layer gave the setting at a path. */
export function ruleProblems(raw: Raw, origin: (path: Path) => Origin): readonly Diagnostic[] {
  const found = [
    ...cron(raw),
    ...git(raw),
    ...http(raw),
    ...usage(raw),
    ...reports(raw),
    ...notifyProblems(raw),
    ...windowProblems(raw),
    ...files(raw),
  ];
  return found.map((each) => settingProblem(each.rule, origin(each.path), each.text));
}

function usage(raw: Raw): readonly Found[] {
  const list = valueAt(raw, ['usage']);
  const wrong = Array.isArray(list) ? list.find((each) => String(each).includes('://') && s3Place(String(each)) === null) : undefined;
  if (wrong === undefined) return [];
  return [
    {
      rule: 'wrong-setting',
      path: ['usage'],
      text: `"${wrong}" is neither a directory nor s3://bucket/prefix: ${faultOf(String(wrong))}.`,
    },
  ];
}

function cron(raw: Raw): readonly Found[] {
  return [
    ['schedule', 'reconcile'],
    ['schedule', 'reports'],
  ].flatMap((path) => {
    const value = valueAt(raw, path);
    if (typeof value !== 'string' || isCron(value)) return [];
    return [{ rule: 'wrong-setting', path, text: `"${value}" is no cron expression; write five fields, as in "*/15 * * * *" (UTC).` }];
  });
}

function git(raw: Raw): readonly Found[] {
  if (valueAt(raw, ['git']) === undefined) return [];
  const url = valueAt(raw, ['git', 'url']);
  if (typeof url !== 'string') {
    return [
      { rule: 'wrong-setting', path: ['git'], text: 'git.url is missing; say where the policy repository is, or remove all git settings.' },
    ];
  }
  const found: Found[] = [];
  const transport = transportOf(url, valueAt(raw, ['git', 'auth', 'allowHttp']) === true);
  if ('refusal' in transport) found.push({ rule: 'git-url', path: ['git', 'url'], text: transport.refusal });
  const refusal = branchRefusal(String(valueAt(raw, ['git', 'branch']) ?? 'main'));
  if (refusal !== null) found.push({ rule: 'git-branch', path: ['git', 'branch'], text: refusal });
  const path = String(valueAt(raw, ['git', 'path']) ?? '');
  if (path.startsWith('/') || path.split('/').includes('..')) {
    found.push({ rule: 'wrong-setting', path: ['git', 'path'], text: 'The value must be a folder inside the repository, without "..".' });
  }
  return [...found, ...verify(raw), ...forgeProblems(raw)];
}

/** Signatures that nobody may make would stop every pass; a revocation list alone would revoke nothing. */
function verify(raw: Raw): readonly Found[] {
  const value = valueAt(raw, ['git', 'verify']);
  // Null is what is left of a mapping whose lines are comments: whoever wrote it wants signatures to be looked at.
  const given = value === null ? {} : value;
  if (!isRaw(given)) return [];
  const [signers, revoked, keys] = [given['sshAllowedSignersFile'], given['sshRevocationFile'], given['gpgKeysFile']];
  if (signers === undefined && keys === undefined) {
    const text = 'Say whose signatures count: sshAllowedSignersFile, gpgKeysFile, or both; or remove the setting.';
    return [{ rule: 'wrong-setting', path: ['git', 'verify'], text }];
  }
  if (revoked === undefined || signers !== undefined) return [];
  const text = 'Revoked ssh keys need sshAllowedSignersFile beside them; GPG keys are revoked inside gpgKeysFile.';
  return [{ rule: 'wrong-setting', path: ['git', 'verify', 'sshRevocationFile'], text }];
}

function http(raw: Raw): readonly Found[] {
  const host = valueAt(raw, ['http', 'host']);
  const tokens = ['read', 'write'].map((each) => valueAt(raw, ['http', 'tokens', each]));
  if (typeof host !== 'string' || isLoopback(host) || tokens.some((list) => Array.isArray(list) && list.length > 0)) return [];
  const text = `"${host}" can be reached from other machines, so http.tokens.read and http.tokens.write are needed; set them, or use 127.0.0.1.`;
  return [{ rule: 'open-http', path: ['http', 'host'], text }];
}

/** Reports are written on the schedule alone: places without one would stay empty without a word. */
function reports(raw: Raw): readonly Found[] {
  const to = valueAt(raw, ['reports', 'to']);
  if (!Array.isArray(to) || to.length === 0) return [];
  const path = ['reports', 'to'];
  const wrong = to.find((each) => String(each).includes('://') && s3Place(String(each)) === null);
  if (wrong !== undefined) {
    return [{ rule: 'wrong-setting', path, text: `"${wrong}" is neither a folder nor s3://bucket/prefix: ${faultOf(String(wrong))}.` }];
  }
  if (typeof valueAt(raw, ['schedule', 'reports']) === 'string') return [];
  const text = 'Reports are written on schedule.reports, which is not set; set it, as in "0 6 * * *" (UTC), or remove reports.to.';
  return [{ rule: 'wrong-setting', path, text }];
}

function files(raw: Raw): readonly Found[] {
  return [
    ['git', 'auth', 'sshKeyFile'],
    ['git', 'auth', 'knownHostsFile'],
    ['git', 'verify', 'sshAllowedSignersFile'],
    ['git', 'verify', 'sshRevocationFile'],
    ['git', 'verify', 'gpgKeysFile'],
    ['git', 'forge', 'app', 'privateKeyFile'],
  ].flatMap((path) => {
    const value = valueAt(raw, path);
    if (typeof value !== 'string' || existsSync(value)) return [];
    // Does not repeat the value: a key that was given in place of its file would be shown.
    return [{ rule: 'missing-file', path, text: 'There is no such file; give the path of a file.' }];
  });
}
