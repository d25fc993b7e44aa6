import type { PassEnded } from '../model/journal.ts';
import { contested, failing, lastApplied, suspension } from '../model/journal-state.ts';
import type { Daemon } from './daemon.ts';
import { byLabel, type Family, flag, type Point, seconds, single } from './metrics-gauge.ts';
import { modeOf } from './mode.ts';
import { quarantined } from './quarantine.ts';
import { unready } from './status.ts';
import { freezeOf, freezing } from './window.ts';
import { lostRemovals } from './window-loss.ts';

export const OUTCOMES = ['in-sync', 'applied', 'invalid', 'pending', 'incomplete', 'refused', 'unreachable'] as const;
const GOOD: ReadonlySet<string> = new Set(['in-sync', 'applied']);

/**
 * How the daemon stands, from its memory and its journal. Times of what never happened are 0, so that an alert on their age
 * fires; times of what is not the case (no suspension) are absent.
 */
export function stateFamilies(daemon: Daemon, sourceAnswered: Date | null): readonly Family[] {
  const { journal, now, lockLost, loaded } = daemon.deps;
  const entries = journal.entries();
  const paused = suspension(entries, now());
  const settings = loaded?.() ?? { loadedAt: daemon.startedAt, problems: [] };
  return [
    ...passFamilies(daemon, sourceAnswered),
    ...restraintFamilies(daemon),
    single('kirosync_suspended_since_timestamp_seconds', 'Since when it is suspended; absent when it is not.', seconds(paused?.at ?? null)),
    single(
      'kirosync_suspended_until_timestamp_seconds',
      'When the suspension ends; absent when there is none.',
      seconds(paused?.until ?? null),
    ),
    single(
      'kirosync_reports_scheduled',
      '1 when credits reports are made on a schedule.',
      flag(daemon.deps.settings.schedule.reports !== null),
    ),
    single(
      'kirosync_quarantined_changes',
      'Changes that keep failing and are tried later each time.',
      quarantined(failing(entries), now()).size,
    ),
    single('kirosync_contested_changes', 'Changes that somebody else keeps reversing and a human has to decide.', contested(entries).size),
    single(
      'kirosync_forge_failing_since_timestamp_seconds',
      'Since when every outcome that was to be posted to the forge failed; absent when the last one did not.',
      daemon.deps.forge === undefined ? null : seconds(daemon.posts.failingSince()),
    ),
    single('kirosync_journal_writable', '1 when the journal can be written.', flag(journal.writable)),
    single('kirosync_lock_held', '1 while the lock of the state directory is held.', flag(lockLost() === null)),
    single(
      'kirosync_settings_last_reload_successful',
      '1 when the settings that were read last are in force.',
      flag(settings.problems.length === 0),
    ),
    single('kirosync_settings_loaded_timestamp_seconds', 'When the settings in force were read.', seconds(settings.loadedAt)),
  ];
}

/** How the last pass ended, and when passes last ended well. */
function passFamilies(daemon: Daemon, sourceAnswered: Date | null): readonly Family[] {
  const { journal, nextRun } = daemon.deps;
  const entries = journal.entries();
  const ended = entries.findLast((entry) => entry.type === 'pass-ended') ?? null;
  const good = entries.findLast((entry): entry is PassEnded => entry.type === 'pass-ended' && GOOD.has(entry.outcome)) ?? null;
  const outcome = daemon.bug() === null ? (daemon.latest()?.result.outcome ?? null) : 'incomplete';
  // A pass that ended well had an answer: good enough until this process had its own.
  const answered = Math.max(seconds(sourceAnswered) ?? 0, seconds(good?.at ?? null) ?? 0);
  return [
    revisions(daemon),
    single('kirosync_ready', '1 when /readyz says so.', flag(unready(daemon).length === 0)),
    single('kirosync_in_sync', '1 when the last pass found or left nothing to do.', flag(outcome !== null && GOOD.has(outcome))),
    byLabel(
      'kirosync_last_pass_outcome',
      'Outcome of the last pass since the start: 1 for the one it had, 0 for the others.',
      'outcome',
      OUTCOMES.map((each) => [each, flag(each === outcome)]),
    ),
    single(
      'kirosync_last_pass_timestamp_seconds',
      'When the last pass ended, however it did; 0 if none ever did.',
      seconds(ended?.at ?? null) ?? 0,
    ),
    single(
      'kirosync_last_success_timestamp_seconds',
      'When the last pass ended that was in sync or applied everything; 0 if none ever did.',
      seconds(good?.at ?? null) ?? 0,
    ),
    single('kirosync_next_pass_timestamp_seconds', 'When the schedule asks for the next pass.', seconds(nextRun())),
    single('kirosync_source_answered_timestamp_seconds', 'When the Git remote last answered a pass; 0 if it never did.', answered),
  ];
}

/** Which revision was applied last, and which one the last pass was about. */
function revisions(daemon: Daemon): Family {
  const known = [
    ['applied', lastApplied(daemon.deps.journal.entries())?.revision ?? null],
    ['attempted', daemon.latest()?.result.attempted ?? null],
  ] as const;
  const points = known.flatMap(([kind, revision]): Point[] => (revision === null ? [] : [{ labels: { kind, revision }, value: 1 }]));
  return {
    name: 'kirosync_revision_info',
    help: 'The revision applied last, and that of the last pass.',
    labels: ['kind', 'revision'],
    points,
  };
}

/** What keeps changes from being applied, for the whole daemon and by profile. */
function restraintFamilies(daemon: Daemon): readonly Family[] {
  const { settings, journal, now, lockLost } = daemon.deps;
  const at = now();
  const profiles = daemon.planned()?.result.configuration?.profiles.map(({ name }) => name) ?? [];
  const modes = [settings.mode, ...Object.values(settings.profiles).map(({ mode }) => mode)];
  const lost = lostRemovals(daemon.planned()?.result ?? null, settings.windows, at);
  const removals = (profile: string) => lost.filter((each) => each.profile === profile).reduce((sum, each) => sum + each.removals, 0);
  return [
    byLabel('kirosync_restraint', '1 where this keeps changes of at least one profile from being applied.', 'reason', [
      ['observe', flag(modes.includes('observe'))],
      ['suspended', flag(suspension(journal.entries(), at) !== null)],
      ['window', flag(freezing(settings.windows, at).length > 0)],
      ['journal', flag(!journal.writable)],
      ['lock', flag(lockLost() !== null)],
    ]),
    byLabel(
      'kirosync_observed',
      '1 for a profile in observe mode.',
      'profile',
      profiles.map((name) => [name, flag(modeOf(settings, name) === 'observe')]),
    ),
    byLabel(
      'kirosync_frozen',
      '1 for a profile that a change window keeps from being applied now.',
      'profile',
      profiles.map((name) => [name, flag(freezeOf(settings.windows, name, at) !== null)]),
    ),
    byLabel(
      'kirosync_lost_removals',
      'Removals that change windows keep from being applied before they cost another month.',
      'profile',
      profiles.map((name) => [name, removals(name)]),
    ),
  ];
}
