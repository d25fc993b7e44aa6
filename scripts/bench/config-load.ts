import { createHash } from 'node:crypto';
import { parseAllDocuments } from 'yaml';
import type { BlobCache } from '../../src/config/file.ts';
import { load } from '../../src/config/load.ts';
import type { SourceFile } from '../../src/ports.ts';
import { TODAY } from './directory.ts';
import { INSTANCE } from './organisation.ts';
import { type Bench, interleaved, type Scenario, seconds } from './scenario.ts';

type Text = { readonly path: string; readonly text: string };

const HEAD = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }
removals: month-end
---
kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  pro: { group: kiro-engineering-pro }
  pro-plus: { group: kiro-engineering-pro-plus }
`;

/** A repository of teams, an assignment a file, 25 lines each. */
function repository(bench: Bench): readonly Text[] {
  const files = bench.full ? 2000 : 1500;
  const people = (file: number) => Array.from({ length: 14 }, (_, i) => `  - person${file}-${i}@example.com\n`).join('');
  const teams = Array.from({ length: files - 1 }, (_, i) => ({
    path: `teams/area-${i % 40}/team-${i}.yaml`,
    text: `# Team ${i}
kind: Assignment
name: team-${i}
profile: engineering
tier: ${i % 3 === 0 ? 'pro-plus' : 'pro'}
groups:
  - team-${i}
users:
${people(i)}from: 2026-01-05
owner: lead-${i % 40}
costCenter: C${i % 40}
`,
  }));
  return [{ path: 'organization.yaml', text: HEAD }, ...teams];
}

function source({ path, text }: Text): SourceFile {
  return { path, content: new TextEncoder().encode(text), id: createHash('sha1').update(text).digest('hex') };
}

function loaded(files: readonly SourceFile[], cache: BlobCache | null): void {
  const result = load(files, TODAY, cache);
  if (!result.ok) throw new Error(result.diagnostics.map((each) => each.message).join('\n'));
}

export const configLoad: Scenario = {
  name: 'config-load',
  unit: 's',
  what: "files to a checked configuration, against yaml's own document parse of the same text",
  target: 1.3,
  run: async (bench) => {
    const texts = repository(bench);
    const files = texts.map(source);
    const load = () => loaded(files, null);
    // As people call it, with the lines and columns of errors. What it gives are its documents, as a load gives a configuration.
    const yaml = () => texts.map(({ text }) => parseAllDocuments(text));
    const dropping = () => {
      for (const { text } of texts) parseAllDocuments(text);
    };
    // Nothing is kept from one load to the next; only the code is warm, for both.
    for (const work of [load, yaml, load, yaml]) work();
    const took = await interleaved(bench.runs, {
      load: () => seconds(load),
      yaml: () => seconds(yaml),
      dropping: () => seconds(dropping),
    });
    return {
      value: took.load,
      bound: took.yaml,
      notes: [
        `${files.length} files, ${texts.reduce((all, { text }) => all + text.split('\n').length - 1, 0)} lines`,
        `${(took.load / took.dropping).toFixed(2)} × a parse that drops each document at once`,
      ],
    };
  },
};

export const configReload: Scenario = {
  name: 'config-reload',
  unit: 's',
  what: 'a pass of a daemon after one file changed, against reading everything',
  target: 0.5,
  run: async (bench) => {
    const texts = repository(bench);
    const files = texts.map(source);
    const cache: BlobCache = new Map();
    loaded(files, cache);
    let edits = 0;
    const changed = () => {
      edits += 1;
      return files.map((file, i) => (i === 1 ? source({ path: file.path, text: `${texts[1]?.text}# edit ${edits}\n` }) : file));
    };
    const took = await interleaved(bench.runs, {
      changed: () => {
        const now = changed();
        return seconds(() => loaded(now, cache));
      },
      all: () => seconds(() => loaded(files, null)),
    });
    return { value: took.changed, bound: took.all };
  },
};
