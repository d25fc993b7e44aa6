import type { Sample } from './exposition.ts';

/**
 * As much of PromQL as the alert rules of this project use: numbers, selectors with matchers, `increase` over a range, `time`,
 * `absent`, `sum by`, `min by`, arithmetic, comparisons that filter, `and` and `unless` with `on`. Anything else is an error.
 */
type World = {
  /** Seconds since 1970. */
  readonly now: number;
  readonly samples: readonly Sample[];
  /** The samples as they were at the beginning of every range. */
  readonly before: readonly Sample[];
};

type Series = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
type Value = number | readonly Series[];
type Matcher = { readonly label: string; readonly op: string; readonly text: string };

type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'selector'; readonly name: string; readonly matchers: readonly Matcher[]; readonly range: string | null }
  | { readonly kind: 'call'; readonly name: string; readonly by: readonly string[]; readonly of: Node | null }
  | { readonly kind: 'binary'; readonly op: string; readonly on: readonly string[] | null; readonly left: Node; readonly right: Node };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)(?![smhdw])|([a-zA-Z_][a-zA-Z0-9_]*)|("(?:[^"\\]|\\.)*")|(\[\d+[smhdw]\])|(=~|!~|!=|>=|<=|==|[-+*/<>=(){},]))/y;
const LEVELS = [
  ['unless', 'and'],
  ['==', '!=', '<=', '<', '>=', '>'],
  ['+', '-'],
  ['*', '/'],
] as const;

function tokens(text: string): readonly string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw new Error(`not PromQL that is known here: ${text.slice(at)}`);
    found.push(match[0].trim());
  }
  return found;
}

/** @throws Error for whatever is not in the subset. */
export function parsePromql(text: string): Node {
  const list = tokens(text);
  let at = 0;
  const peek = () => list[at] ?? '';
  const take = (expected?: string): string => {
    const token = peek();
    if (expected !== undefined && token !== expected) throw new Error(`"${expected}" expected instead of "${token}" in ${text}`);
    at += 1;
    return token;
  };
  const names = (): readonly string[] => {
    const found: string[] = [];
    take('(');
    while (peek() !== ')') {
      found.push(take());
      if (peek() === ',') take();
    }
    take(')');
    return found;
  };
  const binary = (level: number): Node => {
    const ops: readonly string[] | undefined = LEVELS[level];
    if (ops === undefined) return primary();
    let left = binary(level + 1);
    while (ops.includes(peek())) {
      const op = take();
      let on: readonly string[] | null = null;
      if (peek() === 'on') {
        take();
        on = names();
      }
      left = { kind: 'binary', op, on, left, right: binary(level + 1) };
    }
    return left;
  };
  const primary = (): Node => {
    if (peek() === '(') {
      take();
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (/^\d/.test(peek())) return { kind: 'number', value: Number(take()) };
    const name = take();
    if (!/^[a-z_]/i.test(name)) throw new Error(`a name expected instead of "${name}" in ${text}`);
    if (name === 'sum' || name === 'min') {
      take('by');
      const by = names();
      take('(');
      const of = binary(0);
      take(')');
      return { kind: 'call', name, by, of };
    }
    if (peek() === '(') {
      if (!['time', 'absent', 'increase'].includes(name)) throw new Error(`${name}() is not known here`);
      take();
      const of = peek() === ')' ? null : binary(0);
      take(')');
      return { kind: 'call', name, by: [], of };
    }
    return selector(name);
  };
  const selector = (name: string): Node => {
    const matchers: Matcher[] = [];
    if (peek() === '{') {
      take();
      while (peek() !== '}') {
        const [label, op, quoted] = [take(), take(), take()];
        matchers.push({ label, op, text: JSON.parse(quoted) });
        if (peek() === ',') take();
      }
      take('}');
    }
    return { kind: 'selector', name, matchers, range: peek().startsWith('[') ? take() : null };
  };
  const whole = binary(0);
  if (at < list.length) throw new Error(`"${peek()}" is left over in ${text}`);
  return whole;
}

/** Every selector of an expression. */
export function selectors(node: Node): readonly (Node & { kind: 'selector' })[] {
  if (node.kind === 'selector') return [node];
  if (node.kind === 'binary') return [...selectors(node.left), ...selectors(node.right)];
  return node.kind === 'call' && node.of !== null ? selectors(node.of) : [];
}

/** Every name of a label by which an expression groups or joins. */
export function groupings(node: Node): readonly string[] {
  if (node.kind === 'binary') return [...(node.on ?? []), ...groupings(node.left), ...groupings(node.right)];
  return node.kind === 'call' ? [...node.by, ...(node.of === null ? [] : groupings(node.of))] : [];
}

/** What an expression gives; an alert fires for each series of it. */
export function evaluate(node: Node, world: World): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'selector':
      return select(node, world.samples);
    case 'call':
      return call(node, world);
    case 'binary':
      return operate(node, evaluate(node.left, world), evaluate(node.right, world));
  }
}

function call({ name, by, of }: Node & { kind: 'call' }, world: World): Value {
  if (name === 'time') return world.now;
  if (of === null) throw new Error(`${name}() of nothing`);
  if (name === 'increase') {
    if (of.kind !== 'selector' || of.range === null) throw new Error('increase() needs a range');
    const before = new Map(select(of, world.before).map(({ labels, value }) => [idOf(labels), value]));
    // As Prometheus: a counter that was not there has no increase, one that fell began anew.
    return select(of, world.samples).flatMap(({ labels, value }) => {
      const was = before.get(idOf(labels));
      return was === undefined ? [] : [{ labels, value: value < was ? value : value - was }];
    });
  }
  const series = vector(evaluate(of, world));
  if (name === 'absent') return series.length === 0 ? [{ labels: {}, value: 1 }] : [];
  const found = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  for (const { labels, value } of series) {
    const kept = only(labels, by);
    const group = found.get(idOf(kept)) ?? { labels: kept, value: name === 'sum' ? 0 : value };
    group.value = name === 'sum' ? group.value + value : Math.min(group.value, value);
    found.set(idOf(kept), group);
  }
  return [...found.values()];
}

function select({ name, matchers }: Node & { kind: 'selector' }, samples: readonly Sample[]): readonly Series[] {
  return samples.filter((sample) => sample.name === name && matchers.every((matcher) => fits(matcher, sample.labels[matcher.label] ?? '')));
}

function fits({ op, text }: Matcher, value: string): boolean {
  if (op === '=') return value === text;
  if (op === '!=') return value !== text;
  const is = new RegExp(`^(?:${text})$`).test(value);
  return op === '=~' ? is : !is;
}

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const COMPARISON: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function operate({ op, on }: Node & { kind: 'binary' }, left: Value, right: Value): Value {
  const idFor = (labels: Series['labels']) => idOf(on === null ? labels : only(labels, on));
  if (op === 'and' || op === 'unless') {
    const there = new Set(vector(right).map(({ labels }) => idFor(labels)));
    return vector(left).filter(({ labels }) => there.has(idFor(labels)) === (op === 'and'));
  }
  const compute = ARITHMETIC[op];
  const compare = COMPARISON[op];
  const joined = (a: number, b: number, shown: number): readonly number[] => {
    if (compute !== undefined) return [compute(a, b)];
    return compare?.(a, b) === true ? [shown] : [];
  };
  if (typeof left === 'number' && typeof right === 'number') {
    if (compute === undefined) throw new Error('a comparison of two numbers needs bool');
    return compute(left, right);
  }
  if (typeof left === 'number')
    return vector(right).flatMap(({ labels, value }) => joined(left, value, value).map((each) => ({ labels, value: each })));
  if (typeof right === 'number')
    return left.flatMap(({ labels, value }) => joined(value, right, value).map((each) => ({ labels, value: each })));
  const others = new Map(right.map((each) => [idFor(each.labels), each.value]));
  return left.flatMap(({ labels, value }) => {
    const other = others.get(idFor(labels));
    return other === undefined ? [] : joined(value, other, value).map((each) => ({ labels, value: each }));
  });
}

function vector(value: Value): readonly Series[] {
  if (typeof value === 'number') throw new Error('series expected instead of a number');
  return value;
}

function only(labels: Series['labels'], names: readonly string[]): Series['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

function idOf(labels: Series['labels']): string {
  return JSON.stringify(Object.entries(labels).sort());
}
