import { visibleJson } from '../report/escape.ts';
import type { Message } from './message.ts';

/**
 * The body of a webhook: `kirosync.notification/v1` (`schemas/notification.schema.json`). `id` is the delivery's: a message
 * that is sent again, since nobody knows whether it came, has the same one. At most 22 events in four states of ten lines each.
 */
export function webhookBody(message: Message, id: string): string {
  const { kind, to, at, severity, title, items, standing, context } = message;
  const { source, mode, outcome, pass, attempted, applied } = context;
  const document = {
    format: 'kirosync.notification/v1',
    ...{ id, kind, at, to, severity, title, standing },
    daemon: { source, mode, outcome, pass, revision: { attempted, applied } },
    items: items.map(({ event, state, severity: own, title: words, count, since, lines, advice }) => ({
      ...{ event, state, severity: own, title: words, count, since, lines, advice },
    })),
  };
  return visibleJson(JSON.stringify(document));
}
