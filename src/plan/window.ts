import { monthOf } from '../model/day.ts';
import { type Diagnostic, warning } from '../model/diagnostic.ts';
import { dollars } from '../model/money.ts';
import type { Held } from '../model/plan.ts';
import { seatKey } from '../model/seat.ts';
import { names } from '../resolve/names.ts';
import type { Board } from './board.ts';
import { price } from './money.ts';
import type { Standing } from './standing.ts';

/**
 * Seats that month-end should have ended last month and did not: named with what this month costs. Known for people
 * whom an assignment named until a day before this month.
 */
export function missedWindows(b: Board, held: readonly Held[], standings: ReadonlyMap<string, Standing>): readonly Diagnostic[] {
  const waiting = new Map(
    held.filter((one) => one.action === 'delete' && one.until !== null).map((one) => [seatKey(one.profile, one.userId ?? ''), one]),
  );
  const find = names(b.live.users, []);
  const month = monthOf(b.resolution.today);
  return b.configuration.assignments
    .filter((assignment) => assignment.until !== null && monthOf(assignment.until) < month)
    .flatMap((assignment) =>
      assignment.users.flatMap((named) => {
        const user = find.user(named.name)?.found;
        const standing = user === undefined ? undefined : standings.get(seatKey(assignment.profile, user.id));
        if (user === undefined || standing === undefined || standing.wanted !== null || !waiting.has(seatKey(assignment.profile, user.id)))
          return [];
        const message = `${user.userName} kept the ${standing.before?.name} seat in ${assignment.profile} past ${assignment.until}: the removal window of that month was missed, which costs ${dollars(price(standing.before))} for ${month}.`;
        return [warning('missed-window', named.place, message)];
      }),
    );
}
