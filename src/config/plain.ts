import { isAlias, isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { quote } from '../model/quote.ts';
import { type Problem, problem, type Spot } from './spot.ts';

/** Nesting that no kind of document comes near. */
const DEEPEST = 40;

/** Values that aliases of one document may repeat, all together; a "billion laughs" passes it at once. */
const MOST_REPEATED = 20_000;

/** Keys that mean something to JavaScript objects. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

type Anchored = { readonly value: unknown; readonly size: number };
type State = {
  readonly problems: Problem[];
  readonly anchors: Map<string, Anchored>;
  readonly spot: (offset: number) => Spot;
  size: number;
  repeated: number;
};

/**
 * A node as plain objects, lists and scalars. Aliases become what they stand for, up to a bound; repeated and
 * forbidden keys are left out. Every such problem is returned.
 */
export function plain(node: unknown, spot: (offset: number) => Spot): { readonly value: unknown; readonly problems: readonly Problem[] } {
  const state: State = { problems: [], anchors: new Map(), spot, size: 0, repeated: 0 };
  return { value: lower(node, state, 0), problems: state.problems };
}

function lower(node: unknown, state: State, depth: number): unknown {
  state.size += 1;
  if (isAlias(node)) return expanded(node, state);
  const before = state.size;
  const value = isScalar(node) ? node.value : depth > DEEPEST ? tooDeep(node, state) : collection(node, state, depth);
  if (isAnchored(node)) state.anchors.set(node.anchor, { value, size: state.size - before + 1 });
  return value;
}

function collection(node: unknown, state: State, depth: number): unknown {
  if (isSeq(node)) return node.items.map((item) => lower(item, state, depth + 1));
  return isMap(node) ? mapping(node, state, depth) : null;
}

function mapping(map: YAMLMap, state: State, depth: number): Readonly<Record<string, unknown>> {
  const object: Record<string, unknown> = {};
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? key.value : lower(key, state, depth + 1);
    if (typeof name !== 'string') {
      state.problems.push(problem('bad-yaml', keySpot(key, map, state), 'This is not valid YAML for kirosync: a key must be plain text.'));
    } else if (FORBIDDEN.has(name)) {
      state.problems.push(
        problem('forbidden-key', keySpot(key, map, state), `The key ${quote(name)} is not allowed anywhere; choose another name.`),
      );
    } else if (Object.hasOwn(object, name)) {
      state.problems.push(
        problem('duplicate-key', keySpot(key, map, state), `The key ${quote(name)} stands twice in this mapping; keep one of them.`),
      );
    } else {
      object[name] = lower(value, state, depth + 1);
    }
  }
  return object;
}

function keySpot(key: unknown, map: YAMLMap, { spot }: State): Spot {
  return spot(startOf(key) ?? startOf(map) ?? 0);
}

function expanded(alias: Node & { readonly source: string }, state: State): unknown {
  const at = state.spot(startOf(alias) ?? 0);
  const anchored = state.anchors.get(alias.source);
  if (anchored === undefined) {
    const message = `Nothing above in this document has the anchor ${quote(`&${alias.source}`)}; an alias cannot reach another document.`;
    state.problems.push(problem('unknown-anchor', at, message));
    return null;
  }
  const within = state.repeated <= MOST_REPEATED;
  state.size += anchored.size;
  state.repeated += anchored.size;
  if (state.repeated <= MOST_REPEATED) return anchored.value;
  if (within) state.problems.push(problem('too-many-aliases', at, 'Aliases repeat too much of this document; write the values out.'));
  return null;
}

function tooDeep(node: unknown, state: State): null {
  const message = `This nests more than ${DEEPEST} levels of lists or mappings; write it flatter.`;
  state.problems.push(problem('too-deep', state.spot(startOf(node) ?? 0), message));
  return null;
}

function startOf(node: unknown): number | null {
  if (!isScalar(node) && !isMap(node) && !isSeq(node) && !isAlias(node)) return null;
  return node.range?.[0] ?? null;
}

function isAnchored(node: unknown): node is { readonly anchor: string } {
  return (isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined;
}
