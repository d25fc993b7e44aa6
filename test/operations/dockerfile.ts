/** One instruction of a Dockerfile; `line` is where it begins, `stage` counts from 0 (-1 before the first FROM). */
export type Instruction = { readonly line: number; readonly stage: number; readonly name: string; readonly text: string };

/** The instructions of a Dockerfile, with continued lines joined and comments left out. */
export function instructions(file: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { readonly line: number; text: string } | null = null;
  let stage = -1;
  for (const [at, raw] of file.split('\n').entries()) {
    const line = raw.trim();
    if (line.startsWith('#') || (line === '' && open === null)) continue;
    open = open === null ? { line: at + 1, text: line } : { line: open.line, text: `${open.text} ${line}` };
    if (open.text.endsWith('\\')) {
      open.text = open.text.slice(0, -1).trimEnd();
      continue;
    }
    const [name = ''] = open.text.split(/\s/, 1);
    if (name.toUpperCase() === 'FROM') stage += 1;
    found.push({ line: open.line, stage, name: name.toUpperCase(), text: open.text.slice(name.length).trim() });
    open = null;
  }
  return found;
}

const SECRET = /(?:password|passwd|token|secret|api_?key|credential)s?\s*=\s*\S|\.npmrc\s*$|AKIA[0-9A-Z]{16}|\bCOPY\s+\.env\b/i;

/** What is wrong with a Dockerfile by our own rules, as `line: sentence`. */
export function violations(file: string): readonly string[] {
  const all = instructions(file);
  const last = Math.max(...all.map(({ stage }) => stage));
  const final = all.filter(({ stage }) => stage === last);
  const stages = new Set(
    all.flatMap(({ name, text }) => (name === 'FROM' ? [/\bAS\s+(?<stage>\S+)/i.exec(text)?.groups?.['stage'] ?? ''] : [])),
  );
  const arguments_ = new Map(
    all
      .filter(({ name, stage }) => name === 'ARG' && stage === -1)
      .map(({ text }) => {
        const [name = '', value = ''] = text.split('=');
        return [name, value] as const;
      }),
  );
  const each = (instruction: Instruction): readonly string[] => ofOne(instruction, { stages, arguments: arguments_, last });
  const missing = ofFinal(final);
  return [...all.flatMap((one) => each(one).map((text) => `${one.line}: ${text}`)), ...missing.map((text) => `end: ${text}`)];
}

type Known = { readonly stages: ReadonlySet<string>; readonly arguments: ReadonlyMap<string, string>; readonly last: number };

function ofOne({ name, text, stage }: Instruction, known: Known): readonly string[] {
  if (name === 'ADD') return ['COPY does what is meant; ADD also fetches and unpacks.'];
  if (name === 'MAINTAINER') return ['MAINTAINER is no longer an instruction; use a label.'];
  if (name === 'FROM') return image(text.split(/\s/)[0] ?? '', known);
  if (name === 'ENV' || name === 'ARG') return SECRET.test(text) ? ['A secret would be in the image.'] : [];
  if (name === 'ENTRYPOINT' || name === 'CMD')
    return text.startsWith('[') ? [] : [`${name} needs the exec form: a shell would take the signals of the daemon.`];
  if (name === 'WORKDIR') return text.startsWith('/') ? [] : ['WORKDIR has to be absolute.'];
  if (name === 'COPY' && stage === known.last && /\.npmrc|node_modules/.test(text) && !text.includes('--from='))
    return ['What the machine that builds has is no part of the image.'];
  return name === 'RUN' ? ofRun(text) : [];
}

function image(named: string, { stages, arguments: values }: Known): readonly string[] {
  if (stages.has(named) || named === 'scratch') return [];
  const variable = /^\$\{(?<name>\w+)\}$/.exec(named)?.groups?.['name'];
  const value = variable === undefined ? named : (values.get(variable) ?? '');
  if (value === '') return [`${named} has no default before the first FROM.`];
  return /@sha256:[0-9a-f]{64}$/.test(value) || (/:[^/]+$/.test(value) && !value.endsWith(':latest')) ? [] : [`${value} names no version.`];
}

function ofRun(text: string): readonly string[] {
  const found: string[] = [];
  if (/\bsudo\b/.test(text)) found.push('sudo has no place in a build.');
  if (/\b(curl|wget)\b[^|]*\|\s*(ba)?sh\b/.test(text)) found.push('What was fetched would be run unread.');
  if (/apt-get (-\S+ )*install/.test(text)) {
    if (!/apt-get update\s*&&/.test(text)) found.push('apt-get install needs apt-get update in the same step.');
    if (!text.includes('--no-install-recommends')) found.push('apt-get install needs --no-install-recommends.');
    if (!/apt-get (-\S+ )*install (-\S+ )*-y|apt-get -y/.test(text)) found.push('apt-get install needs -y.');
    if (!text.includes('rm -rf /var/lib/apt/lists/*')) found.push("apt's lists stay in the layer.");
  }
  if (/\bnpm (install|i)\b/.test(text)) found.push('npm ci takes what the lock file says.');
  if (SECRET.test(text.replace(/--mount=type=secret,\S+/g, ''))) found.push('A secret would be in the image.');
  return found;
}

function ofFinal(final: readonly Instruction[]): readonly string[] {
  const of = (name: string) => final.filter((each) => each.name === name);
  const found: string[] = [];
  const user = of('USER').at(-1)?.text ?? '';
  if (!/^[1-9]\d{2,}(:\d+)?$/.test(user))
    found.push('The last stage needs a numeric USER that is not root, or runAsNonRoot cannot be checked.');
  const entry = of('ENTRYPOINT');
  if (entry.length !== 1) found.push('The last stage needs one ENTRYPOINT.');
  const health = of('HEALTHCHECK');
  if (health.length !== 1 || !/\bCMD \[/.test(health[0]?.text ?? '')) found.push('The last stage needs one HEALTHCHECK in the exec form.');
  if (of('VOLUME').length === 0) found.push('The state directory has to be a VOLUME.');
  if (final.some(({ name, line }) => name === 'RUN' && line > (of('USER').at(-1)?.line ?? 0)))
    found.push('A RUN after the last USER is not run as root.');
  return found;
}
