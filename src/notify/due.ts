import type { Memory } from '../model/journal-told.ts';
import { isEvent, type NotifySettings, SEVERITIES, type Severity, wordsOf } from '../model/notification.ts';
import { eventOf, type Fact, type Facts, type Problem } from './fact.ts';
import { groups } from './group.ts';
import type { Context, Message, MessageKind } from './message.ts';

export type DueInput = {
  readonly receiver: NotifySettings;
  readonly memory: Memory;
  readonly facts: Facts;
  readonly context: Context;
  readonly now: Date;
  /** The newest instants, up to now, at which the digest and the heartbeat were due; null where none is known. */
  readonly digestAt: Date | null;
  readonly heartbeatAt: Date | null;
};

/** What begins anew so often in a day is told with the digest only. */
const MOST_BEGINNINGS = 3;
const DAY_MS = 24 * 3_600_000;

/**
 * What the receiver has to be told now, null where there is nothing. What is new goes first; problems that stand are told
 * again by the digest, once for each time that it is due; the heartbeat comes with or without any.
 */
export function due(input: DueInput): Message | null {
  const { receiver, memory, facts, digestAt, heartbeatAt, now } = input;
  const wanted = <T extends Fact>(list: readonly T[]) => list.filter((fact) => hears(receiver, fact.event));
  const standing = wanted(facts.problems);
  const opened = standing.filter(({ id }) => !memory.open.has(id) && !isRestless(memory, id, now));
  const there = new Set(facts.problems.map(({ id }) => id));
  const over = [...memory.open.keys()].filter((id) => !there.has(id) && isOver(facts, id));
  const happened = wanted(facts.moments).filter(({ id, at }) => !memory.happened.has(id) && at >= memory.since);
  const more = { opened, over, happened };
  if (opened.length + over.length + happened.length > 0) return message(input, 'news', { ...more, standing: [] }, standing.length);
  const told = (id: string) => memory.open.get(id) ?? '';
  const before = (instant: string | null, at: Date | null) => at !== null && (instant === null || Date.parse(instant) < at.getTime());
  if (digestAt !== null && standing.some(({ id }) => before(told(id) || null, digestAt)))
    return message(input, 'digest', { ...more, standing }, standing.length);
  const isFirst = Date.parse(memory.since) >= (heartbeatAt?.getTime() ?? 0);
  if (isFirst || !before(memory.heartbeat, heartbeatAt)) return null;
  return message(input, 'heartbeat', { ...more, standing }, standing.length);
}

/** True when the settings of the receiver ask for the event. */
export function hears({ events, severity }: Pick<NotifySettings, 'events' | 'severity'>, event: Fact['event']): boolean {
  const rank = (of: Severity) => SEVERITIES.indexOf(of);
  return (events === null || events.includes(event)) && rank(wordsOf(event).severity) >= rank(severity);
}

function isRestless({ began }: Memory, id: string, now: Date): boolean {
  const recent = (began.get(id) ?? []).filter((at) => now.getTime() - Date.parse(at) < DAY_MS);
  return recent.length >= MOST_BEGINNINGS;
}

/** Also of an event that an older version knew. */
function isOver({ judges }: Facts, id: string): boolean {
  const event = eventOf(id);
  return !isEvent(event) || judges(event);
}

type Parts = {
  readonly opened: readonly Problem[];
  readonly standing: readonly Problem[];
  readonly over: readonly string[];
  readonly happened: readonly Fact[];
};

function message({ receiver, context, now }: DueInput, kind: MessageKind, parts: Parts, standing: number): Message {
  const { names } = receiver;
  const items = [
    ...groups('opened', parts.opened, names),
    ...groups('happened', parts.happened, names),
    ...groups('standing', parts.standing, names),
    ...groups(
      'over',
      parts.over.flatMap((id) => {
        const event = eventOf(id);
        return isEvent(event) ? [{ id, event, text: '', named: '' }] : [];
      }),
      names,
    ),
  ].sort((a, b) => urgency(b) - urgency(a));
  const first = items[0];
  const more = items.length > 1 ? ` (and ${items.length - 1} more)` : '';
  return {
    kind,
    to: receiver.name,
    at: now.toISOString(),
    severity: first === undefined || first.state === 'over' ? 'info' : first.severity,
    title: titleOf(kind, standing, first === undefined ? 'A problem is over' : `${first.title}${more}`),
    items,
    standing,
    context,
    told: {
      open: [...parts.opened, ...parts.standing].map(({ id }) => id),
      over: parts.over,
      happened: parts.happened.map(({ id }) => id),
    },
  };
}

function urgency({ state, severity }: { readonly state: string; readonly severity: Severity }): number {
  return state === 'over' ? -1 : SEVERITIES.indexOf(severity);
}

function titleOf(kind: MessageKind, standing: number, first: string): string {
  const problems = standing === 1 ? '1 problem stands' : `${standing} problems stand`;
  if (kind === 'news') return first;
  if (kind === 'digest') return `Still: ${problems}`;
  return standing === 0 ? 'All quiet' : `The daemon lives, and ${problems}`;
}
