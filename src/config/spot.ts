/** Where in one file something stands; line and column count from 1. A Place without its file. */
export type Spot = { readonly line: number; readonly column: number };

/** A problem of one file, whatever the file is called. */
export type Problem = Spot & { readonly severity: 'error' | 'warning'; readonly rule: string; readonly message: string };

/** A path into a document: field names and list indexes. */
export type Path = readonly (string | number)[];

/** The spot of the value at a path, or of its key; the nearest enclosing one when there is none. */
export type SpotOf = (path: Path, part?: 'key') => Spot;

export const FIRST: Spot = { line: 1, column: 1 };

export function problem(rule: string, spot: Spot, message: string): Problem {
  return { severity: 'error', rule, message, line: spot.line, column: spot.column };
}
