import type { Exception } from '../../model/configuration.ts';
import { addDays } from '../../model/day.ts';
import { type Diagnostic, warning } from '../../model/diagnostic.ts';
import type { Key } from '../../model/key.ts';
import type { Board } from '../board.ts';
import { some } from './guard.ts';
import { inForce } from './lift.ts';

/** Longer than any change under review waits: an Exception of a quarter lies ready for a change that nobody wrote yet. */
const MOST_DAYS = 92;

function tooMuch(exception: Exception, planned: ReadonlySet<Key>): readonly Diagnostic[] {
  const others = exception.keys.filter((key) => !planned.has(key));
  if (others.length === 0) return [];
  const count = `${others.length} of the ${exception.keys.length} keys of this Exception for ${exception.rule}`;
  const message = `${count} ${others.length === 1 ? 'is' : 'are'} nothing that this plan changes or holds, and would lift the guard for a later change: ${some(others)}. Remove it or make it again with \`plan --write-exception\`.`;
  return [warning('exception-lists-too-much', exception.place, message)];
}

function tooLong(exception: Exception, b: Board): readonly Diagnostic[] {
  if (exception.until <= addDays(b.resolution.today, MOST_DAYS)) return [];
  const message = `This Exception for ${exception.rule} is in force until ${exception.until}, more than ${MOST_DAYS} days ahead; let it end when its change is applied.`;
  return [warning('exception-long', exception.place, message)];
}

/** Exceptions in force that lie ready for more than this plan: `planned` is every key that it changes, holds or counts. */
export function exceptionWarnings(b: Board, planned: ReadonlySet<Key>): readonly Diagnostic[] {
  return b.configuration.exceptions
    .filter((exception) => inForce(exception, b))
    .flatMap((exception) => [...tooMuch(exception, planned), ...tooLong(exception, b)]);
}
