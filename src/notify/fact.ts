import type { EventName } from '../model/notification.ts';

/**
 * One thing that may be told. `text` names nobody; `named` may, and is told only to receivers that want names. `id` begins
 * with the event, and is the same for the same thing in every process.
 */
export type Fact = { readonly id: string; readonly event: EventName; readonly text: string; readonly named: string };

/** Something that stands until it is over. `since` is RFC 3339, null where nobody knows. */
export type Problem = Fact & { readonly since: string | null };

/** Something that happened, at an instant (RFC 3339). */
export type Moment = Fact & { readonly at: string };

/** What there is to tell. `judges` says whether all that stands of an event is known: else nothing of it can be over. */
export type Facts = {
  readonly problems: readonly Problem[];
  readonly moments: readonly Moment[];
  readonly judges: (event: EventName) => boolean;
};

/** The id of something of an event; without more there is one of the event. */
export function factId(event: EventName, ...more: readonly string[]): string {
  return [event, ...more].join('/');
}

/** The event of an id. */
export function eventOf(id: string): string {
  return id.split('/')[0] ?? id;
}

/** A key without the person that it ends with. */
export function withoutPerson(key: string): string {
  return key.startsWith('membership/') ? `a membership of ${key.split('/')[1] ?? ''}` : key;
}

/** The one problem of an event that is there or not. */
export function plain(event: EventName, since: string | null, text: string, named: string | null = null): Problem {
  return { id: event, event, since, text, named: named ?? text };
}
