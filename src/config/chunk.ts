import { type Problem, problem } from './spot.ts';

/** Bytes that one document may have. */
const LARGEST = 1024 * 1024;

/**
 * The text with every document over 1 MiB blanked out line by line, so that the others are still read at their own
 * lines; and a problem for each of those. A line of `---` begins a document wherever it stands (YAML 1.2.2, §9.1.2).
 */
export function chunks(text: string): { readonly text: string; readonly problems: readonly Problem[] } {
  if (text.length * 3 <= LARGEST || Buffer.byteLength(text) <= LARGEST) return { text, problems: [] };
  const problems: Problem[] = [];
  let line = 1;
  const kept = text.split(/^(?=---(?:\s|$))/m).map((chunk) => {
    const at = { line, column: 1 };
    const lines = chunk.split('\n').length - 1;
    line += lines;
    if (Buffer.byteLength(chunk) <= LARGEST) return chunk;
    problems.push(problem('too-large', at, 'This document is larger than 1 MiB and was not read; split it.'));
    return '\n'.repeat(lines);
  });
  return { text: kept.join(''), problems };
}
