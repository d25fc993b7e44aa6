/** A sample of the text format. */
export type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** A metric family: what stands under one HELP and TYPE. */
export type Family = { readonly name: string; readonly help: string; readonly type: string; readonly samples: readonly Sample[] };

const SAMPLE = /^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/y;

/**
 * Reads the Prometheus text format (version 0.0.4), stricter than Prometheus itself: HELP, then TYPE, then at least one
 * sample; no family and no series twice; no timestamps, no line that is none of these.
 * @throws Error with the line
 */
export function parseExposition(text: string): readonly Family[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const families: { name: string; help: string; type: string; samples: Sample[] }[] = [];
  const series = new Set<string>();
  for (const [at, line] of text.split('\n').entries()) {
    const wrong = (why: string) => new Error(`line ${at + 1}: ${why}: ${line}`);
    const current = families.at(-1);
    if (line.trim() === '') continue;
    const [, comment, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (comment === 'HELP') {
      if (families.some((each) => each.name === name)) throw wrong('a family twice');
      if (current !== undefined && current.samples.length === 0) throw wrong(`${current.name} has no sample`);
      families.push({ name, help: rest, type: '', samples: [] });
    } else if (comment === 'TYPE') {
      if (current?.name !== name || current.type !== '' || current.samples.length > 0) throw wrong('TYPE without its HELP before it');
      if (!['counter', 'gauge', 'histogram', 'summary'].includes(rest)) throw wrong('an unknown type');
      current.type = rest;
    } else {
      const sample = sampleOf(line);
      if (sample === null) throw wrong('not a sample');
      if (current === undefined || current.type === '' || !isOf(current, sample.name)) throw wrong('a sample outside of its family');
      const id = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
      if (series.has(id)) throw wrong('a series twice');
      series.add(id);
      current.samples.push(sample);
    }
  }
  return families;
}

/** One line; null for what is no sample. */
export function sampleOf(line: string): Sample | null {
  const found = SAMPLE.exec(line)?.groups;
  if (found === undefined) return null;
  const text = found['labels'] ?? '';
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (name === '' || name in labels) return null;
    labels[name] = value.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  const value = found['value'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(found['value']);
  return Number.isNaN(value) ? null : { name: found['name'] ?? '', labels, value };
}

function isOf({ name, type }: { readonly name: string; readonly type: string }, sample: string): boolean {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].some((end) => sample === name + end) : sample === name;
}
