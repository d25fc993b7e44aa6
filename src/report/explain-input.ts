import type { Configuration } from '../model/configuration.ts';
import type { CreditsPerson } from '../model/credits.ts';
import type { Live } from '../model/live.ts';
import type { Place } from '../model/place.ts';
import type { Plan } from '../model/plan.ts';
import type { Resolution } from '../model/seat.ts';

/** What usage reports show of one person in one profile this month; people and ids as `credits` gives them. */
export type ExplainUsage = Pick<CreditsPerson, 'userId' | 'profile' | 'usageTier' | 'used' | 'planCredits' | 'lastActive' | 'state'>;

export type ExplainInput = {
  readonly configuration: Configuration;
  readonly resolution: Resolution;
  readonly live: Live;
  readonly plan: Plan;
  /** userName, else any e-mail. */
  readonly user: string;
  readonly profile?: string | null;
  /** When usage was read. */
  readonly usage?: readonly ExplainUsage[];
};

/** One link of the chain, with the line of YAML behind it where there is one. */
export type Step = {
  readonly about: 'assignment' | 'seat' | 'live' | 'plan' | 'held' | 'usage';
  readonly text: string;
  readonly place: Place | null;
};
