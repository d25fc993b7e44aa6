import { ControlError } from './named.ts';
import { OPERATION_NAMES, type Service } from './operation-name.ts';

/** How many letters must change, come or go to make one word of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** The bare name. @throws ControlError for a name that neither service has: such a fault would never strike. */
export const operationOf = (given: string): string => {
  if (given === '*') return given;
  const [, service, name = ''] = /^(?:(identitystore|sso):)?(.*)$/su.exec(given) ?? [];
  const services: readonly Service[] = service === 'identitystore' || service === 'sso' ? [service] : ['identitystore', 'sso'];
  const known = services.flatMap((each) => [...OPERATION_NAMES[each]]);
  if (known.includes(name)) return name;
  const [nearest = ''] = known
    .map((each) => ({ each, far: distance(each.toLowerCase(), name.toLowerCase()) }))
    .filter(({ far }) => far <= 4)
    .sort((a, b) => a.far - b.far)
    .map(({ each }) => each);
  const hint = nearest === '' ? `Known: *, ${known.sort().join(', ')}.` : `Did you mean ${nearest}?`;
  throw new ControlError(`There is no operation '${given}'. ${hint}`);
};
