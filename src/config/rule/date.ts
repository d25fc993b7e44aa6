import type { Assignment, Exception } from '../../model/configuration.ts';
import { addDays, type Day, windowOpens } from '../../model/day.ts';
import { type Diagnostic, error, warning } from '../../model/diagnostic.ts';
import { quote } from '../../model/quote.ts';
import type { Draft } from '../draft.ts';

/** `until-before-from`, `expired-assignment`, `until-after-renewal`, `expired-exception`, by the UTC day given. */
export function dateRules(
  assignments: readonly Draft<Assignment>[],
  exceptions: readonly Draft<Exception>[],
  today: Day,
): readonly Diagnostic[] {
  return [...assignments.flatMap((draft) => dates(draft, today)), ...exceptions.flatMap((draft) => expired(draft, today))];
}

function dates({ item, at }: Draft<Assignment>, today: Day): readonly Diagnostic[] {
  const { from, until } = item;
  if (until === null) return [];
  const place = at(['until']);
  if (from !== null && until < from) return [error('until-before-from', place, `It ends on ${until}, before it begins on ${from}.`)];
  if (until < today) {
    const message = `The assignment ${quote(item.name)} ended on ${until} and grants nothing any more; remove it or extend it.`;
    return [warning('expired-assignment', place, message)];
  }
  const opens = windowOpens(until);
  if (until < opens) return [];
  // Kiro takes up to a day to end a seat and renews on the 1st, so an end on the last two days is too late for this month.
  const message = `An end on ${until} takes effect after Kiro renews on the 1st, which costs the next month; end it on ${addDays(opens, -1)} or before.`;
  return [warning('until-after-renewal', place, message)];
}

function expired({ item, at }: Draft<Exception>, today: Day): readonly Diagnostic[] {
  if (item.until >= today) return [];
  const message = `This Exception from ${item.rule} ended on ${item.until} and lifts nothing any more; remove it.`;
  return [warning('expired-exception', at(['until']), message)];
}
