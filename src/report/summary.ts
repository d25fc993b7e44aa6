import type { Change, Plan } from '../model/plan.ts';

export type Summary = {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly held: number;
  readonly manual: number;
};

/** Counts of a plan; `update` is always 0 in v1, because a membership has nothing that could be updated. */
export function summary(plan: Pick<Plan, 'stages' | 'held' | 'manual'>): Summary {
  const of = (action: Change['action']): number =>
    plan.stages.reduce((sum, { changes }) => changes.reduce((all, change) => (change.action === action ? all + 1 : all), sum), 0);
  return { create: of('create'), update: 0, delete: of('delete'), held: plan.held.length, manual: plan.manual.length };
}

/** Whether applying the plan writes anything. */
export function writes(plan: Pick<Plan, 'stages'>): boolean {
  return plan.stages.some(({ changes }) => changes.length > 0);
}

/** `3 to create, 0 to update, 1 to delete, 2 held, 1 manual`. */
export function summaryLine(counts: Summary): string {
  return `${counts.create} to create, ${counts.update} to update, ${counts.delete} to delete, ${counts.held} held, ${counts.manual} manual`;
}

/** `1 person`, `2 people`. */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** RFC 3339 to what people read: `2026-11-29 00:00 UTC`; without an instant, that no date is known. */
export function untilText(until: string | null): string {
  return until === null ? 'no date yet' : `until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
}
