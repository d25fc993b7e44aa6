import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { validate as isCron } from 'node-cron';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { NotifySettings } from '../model/notification.ts';
import { isRaw, type Layer, type Path, type Raw, settingProblem, valueAt } from './layer.ts';
import { isLoopback } from './loopback.ts';

/** A receiver as a file may write it, once checked against the schema and with secrets read. */
export type RawNotify = Pick<NotifySettings, 'name' | 'type'> & Partial<NotifySettings>;

/** Every field filled in. */
export function buildNotify(raw: readonly RawNotify[] = []): readonly NotifySettings[] {
  return raw.map(({ name, type, url = '', secret, events, severity, digest, heartbeat, names }) => ({
    ...{ name, type, url, secret: secret ?? null, events: events ?? null, severity: severity ?? 'info' },
    ...{ digest: digest ?? '0 7 * * *', heartbeat: heartbeat ?? null, names: names ?? false },
  }));
}

/** What a schema cannot say about the receivers. No text repeats an address or a secret. */
export function notifyProblems(raw: Raw): readonly { readonly rule: string; readonly path: Path; readonly text: string }[] {
  const list = valueAt(raw, ['notify']);
  if (!Array.isArray(list)) return [];
  const names = list.map((each: unknown) => (isRaw(each) ? each['name'] : undefined));
  return list.flatMap((each: unknown, i) => {
    if (!isRaw(each)) return [];
    const wrong = (field: string, text: string | null) =>
      text === null ? [] : [{ rule: 'wrong-setting', path: ['notify', String(i), field], text }];
    return [
      ...wrong(
        'name',
        names.indexOf(each['name']) < i ? `Two receivers are called "${String(each['name'])}"; give each a name of its own.` : null,
      ),
      ...wrong('url', urlProblem(each['url'])),
      ...wrong('secret', secretProblem(each['type'], each['secret'])),
      ...wrong('digest', cronProblem(each['digest'])),
      ...wrong('heartbeat', cronProblem(each['heartbeat'])),
    ];
  });
}

function urlProblem(url: unknown): string | null {
  if (typeof url !== 'string') return 'The address is missing; set url or urlFile.';
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return 'This is no address; write https://HOST/PATH.';
  if (parsed.username !== '' || parsed.password !== '') return 'An address with a user or password in it is not taken; remove them.';
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname))) return null;
  return 'The address must begin with https://; http:// is taken on loopback only, since everybody on the way can read it.';
}

/** As for the secrets of the daemon's own webhook: shorter ones can be guessed. */
const LEAST_CHARACTERS = 16;

function secretProblem(type: unknown, secret: unknown): string | null {
  if (type === 'slack') return secret === undefined ? null : 'Slack looks at no signature; remove the secret, or set type: webhook.';
  if (typeof secret !== 'string')
    return 'A webhook needs a secret that signs it; set secret or secretFile (`openssl rand -hex 32` makes one).';
  if ([...secret].length >= LEAST_CHARACTERS) return null;
  return `The secret has fewer than ${LEAST_CHARACTERS} characters and can be guessed; \`openssl rand -hex 32\` makes one.`;
}

function cronProblem(value: unknown): string | null {
  if (typeof value !== 'string' || (isCron(value) && value.trim().split(/\s+/).length === 5)) return null;
  return `"${value}" is no cron expression; write five fields, as in "0 7 * * *" (UTC).`;
}

/** The layer with `urlFile` and `secretFile` of each receiver replaced by what the files say. */
export function readNotifySecrets(layer: Layer): { readonly layer: Layer; readonly problems: readonly Diagnostic[] } {
  const list = layer.raw['notify'];
  if (!Array.isArray(list)) return { layer, problems: [] };
  const problems: Diagnostic[] = [];
  const read = (each: Raw, i: number): Raw => {
    const { urlFile, secretFile, ...rest } = each;
    const given = { url: urlFile, secret: secretFile };
    const found = Object.entries(given).flatMap(([name, file]): [string, unknown][] => {
      if (typeof file !== 'string') return [];
      const origin = layer.origin(['notify', String(i), `${name}File`]);
      const told = (rule: string, text: string) => void problems.push(settingProblem(rule, origin, text));
      if (rest[name] !== undefined) told('wrong-setting', `Give ${name} or its file, not both.`);
      const text = readText(resolve(layer.base, file));
      if (text === null)
        told('secret-file', 'There is no such file, or it cannot be read; give the path of a file, and check its permissions.');
      else if (text.trim() === '') told('secret-file', 'The file is empty; write the value into it.');
      return [[name, text?.trim() ?? '']];
    });
    return { ...rest, ...Object.fromEntries(found) };
  };
  const notify = list.map((each: unknown, i) => (isRaw(each) ? read(each, i) : each));
  return { layer: { ...layer, raw: { ...layer.raw, notify } }, problems };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
