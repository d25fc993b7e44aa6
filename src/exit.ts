/** Where a pass stopped. The daemon shows the same words. */
export type Outcome = 'in-sync' | 'applied' | 'invalid' | 'pending' | 'incomplete' | 'refused' | 'unreachable';

export const EXIT = {
  'in-sync': 0,
  applied: 0,
  invalid: 1,
  pending: 2,
  incomplete: 3,
  refused: 4,
  unreachable: 5,
} as const satisfies Record<Outcome, number>;

/** A bug of ours. */
export const EXIT_BUG = 70;
