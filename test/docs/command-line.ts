import { run } from '../../src/cli.ts';
import type { Block } from './markdown.ts';

/** What `--help` of one command says that it takes. */
export type Usage = {
  readonly positional: number;
  /** Long flag → the values it may have; null for any value, false for a flag without one. */
  readonly flags: ReadonlyMap<string, readonly string[] | null | false>;
};

async function help(...args: readonly string[]): Promise<string> {
  let printed = '';
  const code = await run([...args, '--help'], {
    stdout: (text) => {
      printed += text;
    },
    stderr: (text) => {
      printed += text;
    },
    isTty: false,
    color: false,
    env: {},
    cwd: '/',
    signal: new AbortController().signal,
    now: () => new Date(0),
    ask: () => Promise.resolve(false),
  });
  if (code !== 0) throw new Error(`kirosync ${args.join(' ')} --help ended with ${code}: ${printed}`);
  return printed;
}

/** The commands that the real CLI has, in its order, without commander's own `help`. */
export async function commandNames(): Promise<readonly string[]> {
  const listed = /\nCommands:\n(?<list>[\s\S]*?)\n\n/.exec(await help())?.groups?.['list'] ?? '';
  return [...listed.matchAll(/^ {2}(?<name>[a-z-]+)/gm)].map((match) => match[1] ?? '').filter((name) => name !== 'help');
}

/** The help of the whole CLI. */
export const overview = (): Promise<string> => help();

/** What one command takes, read from its own help. */
export async function usage(command: string): Promise<Usage> {
  const text = await help(command);
  const positional = [...(/^Usage: (?<line>.*)$/m.exec(text)?.groups?.['line'] ?? '').matchAll(/<[a-z]+>/g)].length;
  const flags = new Map<string, readonly string[] | null | false>();
  for (const [, name, value, rest] of text.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)( <[^>]+>)?((?:.|\n {4,})*)/gm)) {
    const choices = /\(choices: (?<list>[^)]*?)(?:, default|\))/.exec((rest ?? '').replace(/\n\s+/g, ' '))?.groups?.['list'];
    const allowed = choices === undefined ? null : [...choices.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
    if (name !== undefined) flags.set(name, value === undefined ? false : allowed);
  }
  return { positional, flags };
}

/** Everything wrong with the words after `kirosync`, in sentences; empty when the CLI would take them. */
export function problems(words: readonly string[], usages: ReadonlyMap<string, Usage>): readonly string[] {
  const [command, ...rest] = words;
  if (command === undefined || command === '--version' || command === '--help' || command === 'COMMAND') return [];
  const known = usages.get(command);
  if (known === undefined) return [`there is no command ${command}`];
  const wrong: string[] = [];
  let positional = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] ?? '';
    if (!word.startsWith('--')) {
      positional += 1;
      continue;
    }
    const allowed = known.flags.get(word);
    if (allowed === undefined) wrong.push(`${command} has no ${word}`);
    if (allowed === undefined || allowed === false) continue;
    at += 1;
    const value = rest[at];
    if (value === undefined) wrong.push(`${word} of ${command} needs a value`);
    else if (allowed !== null && !allowed.includes(value)) wrong.push(`${word} of ${command} cannot be ${value}`);
  }
  if (positional > known.positional) wrong.push(`${command} takes ${known.positional} words without a flag, not ${positional}`);
  return wrong;
}

/** A shell line up to where the command ends, as words. Quotes group; nothing is expanded; `[--flag X]` is `--flag X`. */
export function words(line: string): readonly string[] {
  const found: string[] = [];
  for (const [whole, double, single] of line
    .replaceAll(/\[(--[^\]]+)\]/g, '$1')
    .matchAll(/"([^"]*)"|'([^']*)'|&&|\|\||[|;>&#]|[^\s"'|;>&#]+/g)) {
    if (/^(?:&&|\|\||[|;>&#])$/.test(whole)) break;
    found.push(double ?? single ?? whole);
  }
  return found;
}

const CALL = /(?:^|[\s(])(?:npx kirosync|kirosync|npm run demo --|"\$(?:KIROSYNC|SEATS)_IMAGE") (?<rest>\S.*)$/;

/** Other programs, which are told about things that are named kirosync too. */
const OTHER = /^(?:kubectl|aws|docker (?!run )\w+) |^docker run .*--entrypoint /;
/** A container of ours is a call from its image on. */
const CONTAINER = /^docker run .*\/kirosync:\S+ (?<rest>\S.*)$/;

/** The words after `kirosync` of one line of shell text; null when it calls something else. */
export function call(line: string): readonly string[] | null {
  const code = line.trim();
  if (code.startsWith('# ') || OTHER.test(code)) return null;
  const inside = CONTAINER.exec(code)?.groups?.['rest'];
  if (inside !== undefined) return words(inside);
  const rest = CALL.exec(code)?.groups?.['rest'];
  return rest === undefined ? null : words(rest);
}

/** The shell lines of a block with their line numbers; lines that end in a backslash are joined. */
export function shellLines(block: Block): readonly { readonly line: number; readonly text: string }[] {
  const found: { line: number; text: string }[] = [];
  let continued = false;
  for (const [at, raw] of block.text.split('\n').entries()) {
    const text = raw.replace(/\s*\\$/, '');
    const last = found.at(-1);
    if (continued && last !== undefined) last.text += ` ${text.trim()}`;
    else found.push({ line: block.line + at, text });
    continued = raw.endsWith('\\');
  }
  return found;
}
