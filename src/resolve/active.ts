import type { Assignment } from '../model/configuration.ts';
import type { Day } from '../model/day.ts';

/** True from `from` to `until`, both days included. */
export function isActive(assignment: Pick<Assignment, 'from' | 'until'>, today: Day): boolean {
  return (assignment.from === null || assignment.from <= today) && (assignment.until === null || today <= assignment.until);
}
