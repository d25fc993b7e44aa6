import { Composer, type CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml';
import { unquoted } from '../model/quote.ts';
import { outline, startAt } from './outline.ts';
import { plain } from './plain.ts';
import { FIRST, type Problem, problem, type Spot, type SpotOf } from './spot.ts';

/** One YAML document as plain values. `sound` is false when its text had errors, so that parts may be missing. */
export type YamlDocument = { readonly value: unknown; readonly sound: boolean; readonly spotOf: SpotOf };

export type Yaml = { readonly documents: readonly YamlDocument[]; readonly problems: readonly Problem[] };

/** More errors of one document say nothing new. */
const MOST_ERRORS = 50;

/**
 * Open lists and mappings at which reading ends. Composing recurses, and a stack that is nearly full does not only throw:
 * V8 ends the process when it has to compile a regular expression there, which ten thousand `{` are enough for.
 */
const MOST_OPEN = 200;

const TOO_DEEP = 'This file nests lists or mappings too deeply to be read any further; write it flatter.';

/**
 * The documents of a YAML 1.2 text (core schema), empty ones left out, with every error of syntax, every repeated
 * or forbidden key and every alias that runs away. Never throws.
 */
export function readYaml(text: string): Yaml {
  const spot = spots(text);
  const problems: Problem[] = [];
  const documents: YamlDocument[] = [];
  try {
    const { found, deepAt } = parsed(text);
    if (deepAt !== null) problems.push(problem('too-deep', spot(deepAt), TOO_DEEP));
    for (const document of found) {
      const errors = syntaxErrors(document, spot);
      const read = plain(document.contents, spot);
      problems.push(...errors, ...read.problems);
      if (read.value === null && errors.length === 0) continue;
      const outlined = outline(document.contents);
      documents.push({ value: read.value, sound: errors.length === 0, spotOf: (path, part) => spot(startAt(outlined, path, part)) });
    }
  } catch (cause) {
    // The parser hands long lists of tokens on as arguments, of which the stack can hold only so many.
    if (!(cause instanceof RangeError)) throw cause;
    problems.push(problem('too-deep', FIRST, TOO_DEEP));
  }
  return { documents, problems };
}

/** Line and column of an offset. The parser's own counter misses line breaks after `...`, so lines are found here. */
function spots(text: string): (offset: number) => Spot {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(offset, text.length) - (starts[low] ?? 0) + 1 };
  };
}

/**
 * The documents up to the end, or up to where the text nests too deeply (`deepAt`). Unique keys are looked for by
 * `plain`: the parser's own search takes quadratic time.
 */
function parsed(text: string): { readonly found: readonly Document.Parsed<ParsedNode>[]; readonly deepAt: number | null } {
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, stringKeys: true, prettyErrors: false });
  const parser = new Parser();
  let deepAt: number | null = null;
  function* tokens(): Generator<CST.Token, void> {
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      if (parser.stack.length > MOST_OPEN) {
        deepAt = parser.offset;
        return;
      }
    }
    yield* parser.end();
  }
  const found = [...composer.compose(tokens())];
  return { found, deepAt };
}

function syntaxErrors(document: Document.Parsed, spot: (offset: number) => Spot): readonly Problem[] {
  const lines = new Map<number, Problem>();
  for (const found of [...document.errors, ...document.warnings].slice(0, MOST_ERRORS)) {
    const at = spot(found.pos[0]);
    // The parser's words may quote the text: never hand its control characters on.
    const told = found.message.split('\n', 1)[0]?.replace(/[.:]$/, '') ?? '';
    if (!lines.has(at.line)) lines.set(at.line, problem('bad-yaml', at, `This is not valid YAML: ${unquoted(told)}.`));
  }
  return [...lines.values()];
}
