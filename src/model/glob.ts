/** One step of a pattern: a run of anything but `/`, or one character of a set. */
type Step = { readonly run: true } | { readonly run: false; readonly takes: (character: string) => boolean };

const RUN: Step = { run: true };

/** Alternatives of `{a,b}` that one pattern may have; the operator writes patterns, so this is a slip and no attack. */
const MOST_ALTERNATIVES = 1000;

/**
 * True for names that one of the patterns covers whole. `*` is a run of any characters but `/`, `?` one of them,
 * `[a-z]` and `[!a-z]` one of a set, `{a,b}` either, `\` takes the next character as it is; the pattern `**` covers every
 * name. Letters are told apart by case. The time is the name's length times the pattern's, whatever both hold: patterns
 * are the operator's, names anybody's, and a regular expression with four stars takes minutes for the wrong name.
 */
export function covers(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.includes('**');
  const compiled = patterns.flatMap((pattern) => alternatives(pattern)).map(steps);
  return (name) => all || compiled.some((each) => matches(each, [...name]));
}

/** Follows every way through the pattern at once: `at` holds the steps that the name so far can have reached. */
function matches(pattern: readonly Step[], name: readonly string[]): boolean {
  let at = past(new Set([0]), pattern);
  for (const character of name) {
    const next = new Set<number>();
    for (const i of at) {
      const step = pattern[i];
      if (step === undefined) continue;
      if (step.run && character !== '/') next.add(i);
      if (!step.run && step.takes(character)) next.add(i + 1);
    }
    if (next.size === 0) return false;
    at = past(next, pattern);
  }
  return at.has(pattern.length);
}

/** A run may be empty, so whoever stands before one stands behind it too. */
function past(at: Set<number>, pattern: readonly Step[]): ReadonlySet<number> {
  for (const i of at) if (pattern[i]?.run === true) at.add(i + 1);
  return at;
}

function steps(pattern: string): readonly Step[] {
  const found: Step[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] ?? '';
    const end = character === '[' ? characters.indexOf(']', i + 2) : -1;
    if (character === '*') {
      if (found.at(-1) !== RUN) found.push(RUN);
    } else if (end > 0) {
      found.push({ run: false, takes: set(characters.slice(i + 1, end)) });
      i = end;
    } else if (character === '?') found.push({ run: false, takes: (one) => one !== '/' });
    else {
      const literal = character === '\\' && i + 1 < characters.length ? (characters[++i] ?? '') : character;
      found.push({ run: false, takes: (one) => one === literal });
    }
  }
  return found;
}

function set(inside: readonly string[]): (character: string) => boolean {
  const negated = inside[0] === '!' || inside[0] === '^';
  const members = negated ? inside.slice(1) : inside;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < members.length; i++) {
    const first = members[i] ?? '';
    const last = members[i + 1] === '-' ? members[i + 2] : undefined;
    ranges.push([first, last ?? first]);
    if (last !== undefined) i += 2;
  }
  return (character) => character !== '/' && ranges.some(([first, last]) => first <= character && character <= last) !== negated;
}

/** The patterns that `{a,b}` stands for; a brace without its partner or comma is a letter. */
function alternatives(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && done.length + open.length <= MOST_ALTERNATIVES) {
    const next = open.pop() ?? '';
    const group = /(?<!\\)\{([^{}]*,[^{}]*)\}/.exec(next);
    if (group === null) done.push(next);
    else
      for (const choice of (group[1] ?? '').split(','))
        open.push(next.slice(0, group.index) + choice + next.slice(group.index + group[0].length));
  }
  return done;
}
