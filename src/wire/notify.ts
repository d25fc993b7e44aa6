import { notifySink } from '../adapters/notify-http.ts';
import type { ServeDeps } from '../commands/serve.ts';

/** How `serve` reaches the receivers of its settings. */
export function notifyDeps(now: () => Date): Required<Pick<ServeDeps, 'receivers'>> {
  return { receivers: ({ notify }) => new Map(notify.map((receiver) => [receiver.name, notifySink(receiver, { now })])) };
}
