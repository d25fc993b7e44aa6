import { createHash } from 'node:crypto';
import type { Configuration } from '../model/configuration.ts';

/** Parts of the configuration that bound what a pull request may do: a change in one is worth a sentence of its own. */
export type Part = 'protected' | 'limits' | 'budgets' | 'prices' | 'exceptions';

/** One digest for each part, of what it says and not of where it says it. */
export function digests(configuration: Configuration): Readonly<Record<Part, string>> {
  const { protectedUsers, limits, budgets, tiers, exceptions } = configuration;
  return {
    protected: digest(protectedUsers.map((user) => user.name).sort()),
    limits: digest(limits),
    budgets: digest(budgets.map(({ name, costCenter, profile, monthly }) => ({ name, costCenter, profile, monthly }))),
    prices: digest(
      [...tiers.values()].map(({ name, monthly, overageUsd, credits, rank }) => ({ name, monthly, overageUsd, credits, rank })),
    ),
    exceptions: digest(exceptions.map(({ rule, keys, until, reason }) => ({ rule, keys, until, reason }))),
  };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** The parts that are not what they were when a revision was last applied completely; none when none ever was. */
export function changedParts(configuration: Configuration, applied: Readonly<Record<string, string>> | null): readonly Part[] {
  if (applied === null) return [];
  const now = digests(configuration);
  const parts: readonly Part[] = ['protected', 'limits', 'budgets', 'prices', 'exceptions'];
  return parts.filter((part) => applied[part] !== now[part]);
}
