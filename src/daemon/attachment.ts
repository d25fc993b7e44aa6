import type { Attachment, JournalEntry } from '../model/journal.ts';
import { type Attached, attachmentId, attachments, between, type Sight } from '../model/journal-attachment.ts';
import type { Live } from '../model/live.ts';
import type { Change } from '../model/plan.ts';
import type { Seat } from '../model/seat.ts';
import { applicationOf } from '../plan/board.ts';
import { names } from '../resolve/names.ts';
import type { Found } from './deps.ts';

const HOUR_MS = 3_600_000;

export type AttachmentInput = {
  readonly entries: readonly JournalEntry[];
  readonly found: Found;
  /** After the reading; it began at `found.live.instant`. */
  readonly now: Date;
  readonly overlapHours: number;
};

/** A managed seat group of the policy as one pass saw it. */
type Look = {
  readonly profile: string;
  readonly tier: string;
  readonly group: string;
  readonly groupId: string | null;
  readonly createdAt: string | null;
  readonly attached: boolean;
};

/**
 * Every managed seat group whose attachment is known. Where the profile's application is missing or ambiguous, a group
 * that is on some application of it may or may not be attached: it is left out.
 */
function looks({ configuration, live }: Found): readonly Look[] {
  const find = names([], live.groups);
  return configuration.profiles.flatMap((profile) => {
    const { application } = applicationOf(profile, live);
    const principals = groupsOf(application === null ? live.applications : [application]);
    return profile.seats.flatMap((seat): readonly Look[] => {
      if (seat.members !== 'managed') return [];
      const group = find.group(seat.group)?.found ?? null;
      const attached = group !== null && principals.has(group.id);
      if (attached && application === null) return [];
      const { tier, group: name } = seat;
      return [{ profile: profile.name, tier, group: name, groupId: group?.id ?? null, createdAt: group?.createdAt ?? null, attached }];
    });
  });
}

function groupsOf(applications: Live['applications']): ReadonlySet<string> {
  return new Set(applications.flatMap(({ principals }) => principals.flatMap(({ type, id }) => (type === 'GROUP' ? [id] : []))));
}

function sight({ groupId, createdAt }: Look, at: Date): Sight {
  return { groupId, ageMs: createdAt === null ? null : at.getTime() - Date.parse(createdAt), at: at.toISOString() };
}

/**
 * What this pass has to remember: that a group is unattached (again after an hour, so that the last sight stays fresh),
 * and when it was first seen attached after that. A reading takes a while: unattached counts from its begin, attached
 * from its end. Of a group that was never seen unattached there is nothing to say.
 */
export function attachmentEntries({ entries, found, now, overlapHours }: AttachmentInput): readonly Attachment[] {
  if (overlapHours === 0) return [];
  const known = attachments(entries);
  const refresh = Math.min(HOUR_MS, (overlapHours * HOUR_MS) / 24);
  return looks(found).flatMap((look): readonly Attachment[] => {
    const { profile, group, attached } = look;
    const seen = sight(look, attached ? now : new Date(found.live.instant));
    return news(known.get(attachmentId(look)), seen, attached, refresh) ? [{ type: 'attachment', profile, group, attached, ...seen }] : [];
  });
}

function news(known: Attached | undefined, seen: Sight, attached: boolean, refresh: number): boolean {
  if (known === undefined) return !attached;
  const last = attached ? known.attached : known.unattached;
  if (last === null || (!attached && known.attached !== null) || last.groupId !== seen.groupId) return true;
  const since = between(last, seen);
  // Negative: a clock was set back, and what was noted before it is not in the past any more.
  return since < 0 || (!attached && since >= refresh);
}

/**
 * Why the old membership of somebody who moves is left alone although the plan ends it, or null: the group of the new seat
 * was seen unattached and then attached, in a bracket shorter than the overlap, and not yet an overlap ago. AWS tells
 * nobody when a group was attached, so after a longer gap between two looks nothing is known, and the plan's rule stands.
 * `entries` hold what `attachmentEntries` said of this pass.
 */
export function unsettled({ entries, found, overlapHours }: Omit<AttachmentInput, 'now'>): (change: Change) => string | null {
  const known = attachments(entries);
  const instant = new Date(found.live.instant);
  const young = looks(found).filter((look) => isYoung(known.get(attachmentId(look)), sight(look, instant), overlapHours * HOUR_MS));
  if (young.length === 0) return () => null;
  const seats = new Map<string, readonly Seat[]>();
  for (const seat of found.resolution.seats) if (!seat.external) seats.set(seat.userId, [...(seats.get(seat.userId) ?? []), seat]);
  return (change) => {
    if (change.action !== 'delete') return null;
    const wanted = seats.get(change.userId) ?? [];
    const here = wanted.filter((seat) => seat.profile === change.profile);
    const replacements = here.length > 0 ? here : wanted;
    const late = young.find(({ profile, tier }) => replacements.some((seat) => seat.profile === profile && seat.tier === tier));
    if (late === undefined) return null;
    return `group ${late.group} was attached to the Kiro application of ${late.profile} less than ${overlapHours} h ago as far as this daemon has seen, so Kiro may not have made the new seat yet`;
  };
}

function isYoung(known: Attached | undefined, seen: Sight, overlapMs: number): boolean {
  if (known === undefined || known.attached === null) return false;
  return between(known.unattached, known.attached) < overlapMs && between(known.attached, seen) < overlapMs;
}
