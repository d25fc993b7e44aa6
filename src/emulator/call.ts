import { MAX_RESULTS } from './identitystore-shape.ts';
import { invalid } from './service-error.ts';
import { type Input, isRecord, type Structure } from './shape.ts';
import type { Store } from './store.ts';
import { readToken, writeToken } from './token.ts';

/** What an operation may use while it answers one request. */
export type Call = {
  readonly operation: string;
  readonly input: Input;
  /** For lists an older snapshot while a `lag` fault is on. */
  readonly store: Store;
  /** Milliseconds on the emulator's clock. */
  readonly now: number;
  /** What to take off an emulator instant to show it on the machine's clock. */
  readonly offset: number;
  /** An ARN made from the access key of the request. */
  readonly caller: string;
  readonly anyPrincipal: boolean;
  /** Items that a `short-page` fault leaves on this page; null for none. */
  readonly shortPage: number | null;
  /** To be called once for a write that changed something, and before it does. */
  readonly effect: (detail: Readonly<Record<string, unknown>>) => void;
};

export type Operation = { readonly shape: Structure; readonly run: (call: Call) => Readonly<Record<string, unknown>> };

/** A member that the shape check has proven to be a string. */
export const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value !== 'string') throw new Error(`${name} was not checked`);
  return value;
};

export const optionalText = (input: Input, name: string): string | undefined =>
  typeof input[name] === 'string' ? text(input, name) : undefined;

/** A member that the shape check has proven to be a structure; empty when absent. */
export const part = (input: Input, name: string): Input => {
  const value = input[name];
  return isRecord(value) ? value : {};
};

export const principalType = (input: Input): 'USER' | 'GROUP' => (text(input, 'PrincipalType') === 'USER' ? 'USER' : 'GROUP');

type Page = { readonly items: readonly unknown[]; readonly NextToken?: string };

/**
 * One page of `rows`, which come in the order of their `seq`. The token is good for this operation with these arguments only.
 * A page never has more than `maximum` items, however many were asked for.
 */
export const page = <T extends { readonly seq: number }>(call: Call, rows: Iterable<T>, show: (row: T) => unknown, maximum = 100): Page => {
  const token = optionalText(call.input, 'NextToken');
  const after = token === undefined || token === '' ? 0 : readToken(token, call.operation, call.input);
  if (after === null) throw invalid('The NextToken is not valid for this operation and its arguments.');
  const asked = call.input['MaxResults'];
  const size = Math.min(
    typeof asked === 'number' ? asked : MAX_RESULTS.kind === 'integer' ? MAX_RESULTS.max : maximum,
    maximum,
    call.shortPage ?? maximum,
  );
  const items: unknown[] = [];
  let last = after;
  for (const row of rows) {
    if (row.seq <= after) continue;
    if (items.length === size) return { items, NextToken: writeToken(last, call.operation, call.input) };
    items.push(show(row));
    last = row.seq;
  }
  // A short page says that there is more even when there is not: the end is a page without a token, not a short one.
  return call.shortPage === null ? { items } : { items, NextToken: writeToken(last, call.operation, call.input) };
};
