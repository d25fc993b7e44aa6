import { unquoted } from '../../model/quote.ts';

/** Names that one message lists; a repository may hold thousands, and as many messages about them. */
const MOST = 12;

/** `power, pro, pro-plus`, sorted; `a, b and 40 more` where there are many. */
export function list(names: Iterable<string>): string {
  const sorted = [...names].sort();
  const told = sorted.slice(0, MOST).map(unquoted).join(', ');
  const rest = sorted.length - MOST;
  return rest > 0 ? `${told} and ${rest} more` : told;
}
