// Writes src/config/schema.gen.ts: the types of raw documents, from the JSON Schemas that editors use.
// `--check` compares instead of writing and exits 1 when the file is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const KINDS = ['organization', 'policy', 'tier', 'profile', 'assignment', 'exception'];
const target = new URL('../src/config/schema.gen.ts', import.meta.url);

/** Descriptions are for editors, and which fields go together is no matter of types: leave both out. */
function shapeOnly(key, value) {
  return key === 'oneOf' || key === 'not' || (key === 'description' && typeof value === 'string') ? undefined : value;
}

async function types(kind) {
  const schema = JSON.parse(readFileSync(new URL(`../schemas/${kind}.schema.json`, import.meta.url), 'utf8'), shapeOnly);
  return compile(schema, schema.title, {
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    strictIndexSignatures: true,
    style: { singleQuote: true, printWidth: 140 },
  });
}

const parts = [];
for (const kind of KINDS) parts.push(await types(kind));
const text = `// Generated from schemas/*.schema.json by scripts/schema-types.mjs; do not edit.\n\n${parts.join('\n')}`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/config/schema.gen.ts is not current: run `node scripts/schema-types.mjs`.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
}
