/** Where in the user's files something was said. Line and column count from 1. */
export type Place = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** A name that a user wrote, with the place of the writing. */
export type Named = { readonly name: string; readonly place: Place };
