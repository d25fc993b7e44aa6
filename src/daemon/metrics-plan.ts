import type { DriftItem, DriftKind } from '../model/drift.ts';
import { usd } from '../model/money.ts';
import type { Settings } from '../model/settings.ts';
import { roster } from '../usage/roster.ts';
import type { Daemon } from './daemon.ts';
import type { Ended } from './deps.ts';
import { countsOf } from './entry.ts';
import { byLabel, type Family, type Point, seconds, single } from './metrics-gauge.ts';
import { modeOf } from './mode.ts';

const DRIFT: readonly DriftKind[] = ['missing', 'unexpected', 'changed', 'unmanaged'];

/** What the newest plan says, and the live state that it was made from. Nothing before there is one. */
export function planFamilies(daemon: Daemon): readonly Family[] {
  const planned = daemon.planned();
  const plan = planned?.result.plan ?? null;
  if (planned === null || plan === null) return [];
  const { manual, held, released, unresolved, violations, money } = plan;
  const counts = countsOf(planned.result);
  const missed = plan.warnings.filter(({ rule }) => rule === 'missed-window').length;
  return [
    single('kirosync_last_plan_timestamp_seconds', 'When the pass ended that made the newest plan.', seconds(planned.finishedAt)),
    single('kirosync_planned_changes', 'Changes of the newest plan.', counts.planned),
    single('kirosync_held_changes', 'Changes that wait for a date or for a name to be found, by the newest plan.', held.length),
    single('kirosync_manual_steps', 'Steps of the newest plan that only a human can do.', manual.length),
    single('kirosync_released_groups', 'Seat groups that no seat names any more, left alone with their members.', released.length),
    single(
      'kirosync_released_members',
      'Members of these groups.',
      released.reduce((sum, { members }) => sum + members, 0),
    ),
    single('kirosync_unresolved_names', 'Names of the policy that nobody in the directory has.', unresolved.length),
    single('kirosync_missed_removals', 'Seats that were kept past their end because a removal window was missed.', missed),
    single('kirosync_violations', 'Guard violations of the newest plan.', violations.length),
    ...driftFamilies(daemon.drift()?.items ?? [], daemon.deps.settings),
    seatsFamily(planned),
    byLabel(
      'kirosync_monthly_run_rate_usd',
      'List price of the live seats that the newest plan was made from, dollars a month.',
      'profile',
      money.byProfile.map(({ name, before }) => [name, usd(before)]),
    ),
  ];
}

function driftFamilies(items: readonly DriftItem[], settings: Pick<Settings, 'mode' | 'profiles'>): readonly Family[] {
  const of = (kind: DriftKind) => items.filter((item) => item.kind === kind);
  const oldest = DRIFT.flatMap((kind): [string, number][] => {
    // Nobody is to correct what an observed profile has: it would hide how old the drift of the others is.
    const open = of(kind).filter(({ held, profile }) => !held && modeOf(settings, profile) === 'enforce');
    const seen = open.flatMap(({ firstSeen }) => (firstSeen === null ? [] : [Date.parse(firstSeen)]));
    // Not spread into Math.min: a list of all seats may be too long for that.
    return seen.length === 0 ? [] : [[kind, seen.reduce((a, b) => Math.min(a, b)) / 1000]];
  });
  return [
    byLabel(
      'kirosync_drift_items',
      'Drift items of the newest plan, held ones too.',
      'kind',
      DRIFT.map((kind) => [kind, of(kind).length]),
    ),
    byLabel(
      'kirosync_drift_oldest_timestamp_seconds',
      'When the oldest drift item of a kind was first seen that is neither held nor of an observed profile.',
      'kind',
      oldest,
    ),
  ];
}

const seatsOf = new WeakMap<Ended, Family>();

/** Live seats; counted once a pass, since a scrape must not cost more in a large organisation. */
function seatsFamily(planned: Ended): Family {
  const found = seatsOf.get(planned) ?? countedSeats(planned);
  seatsOf.set(planned, found);
  return found;
}

function countedSeats({ result: { configuration, live, resolution } }: Ended): Family {
  const points = new Map<string, Point & { value: number }>();
  const add = (profile: string, tier: string, count: number) => {
    const key = JSON.stringify([profile, tier]);
    const point = points.get(key) ?? { labels: { profile, tier }, value: 0 };
    point.value += count;
    points.set(key, point);
  };
  if (configuration !== null && live !== null && resolution !== null) {
    for (const { profile, tier } of configuration.profiles.flatMap(({ seats }) => seats)) add(profile, tier, 0);
    for (const { profile, tier } of roster(configuration, live, resolution)) add(profile, tier, 1);
  }
  const help = 'Live seats that the newest plan was made from; a person counts once in a profile, with the highest tier.';
  return { name: 'kirosync_seats', help, labels: ['profile', 'tier'], points: [...points.values()] };
}
