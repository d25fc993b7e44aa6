import type { RejectedRow } from '../model/credits.ts';
import type { Engine } from './engine.ts';
import { acceptedLines, type Ready } from './prepare.ts';
import { refusedLines, refusedLinesOf, rejectedRows } from './queries/rejected-rows.ts';

/** How many rejected rows a report names. */
export const SAMPLES = 20;

/** The first rejected rows of each sort with file and line: stray quotes, rows of another width, values that cannot be. */
export async function sampleRejected(engine: Engine, ready: readonly Ready[]): Promise<readonly RejectedRow[]> {
  const byPath = new Map(ready.map((f) => [f.open, f]));
  const samples: RejectedRow[] = [];
  for (const f of ready) {
    for (const { line, broken } of f.broken.slice(0, SAMPLES)) samples.push({ file: f.file.label, line, reason: broken ?? '' });
    if (samples.length >= SAMPLES) break;
  }
  for (const row of await engine.rows(refusedLines(SAMPLES))) {
    const file = byPath.get(row['path'] ?? '');
    if (file !== undefined) samples.push({ file: file.file.label, line: Number(row['line']), reason: sentenceOf(row['reason'] ?? '') });
  }
  const lines = new Map<string, readonly number[]>();
  for (const row of await engine.rows(rejectedRows(SAMPLES))) {
    const file = byPath.get(row['path'] ?? '');
    if (file === undefined) continue;
    const known = lines.get(file.open) ?? acceptedLines(file, await refusedOf(engine, file.open));
    lines.set(file.open, known);
    samples.push({ file: file.file.label, line: known[Number(row['ordinal'])] ?? null, reason: row['reason'] ?? '' });
  }
  return samples;
}

async function refusedOf(engine: Engine, path: string): Promise<ReadonlySet<number>> {
  return new Set((await engine.rows(refusedLinesOf(path))).map((row) => Number(row['line'])));
}

/** The reader's words in one line, in ordinary case: "missing columns: Expected Number of Columns: 12 Found: 11". */
function sentenceOf(reason: string): string {
  const [kind = '', ...rest] = reason.replace(/\s+/g, ' ').split(': ');
  return [kind.toLowerCase(), ...rest].join(': ').slice(0, 200);
}
