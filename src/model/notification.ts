/** How much it matters, from the least. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

type Words = {
  readonly severity: Severity;
  /** What is told when it happens or begins, as a headline. */
  readonly title: string;
  /** What is told when it is over; null for what happens and does not last. */
  readonly over: string | null;
  /** What to do next; null where there is nothing to do. */
  readonly advice: string | null;
};

const STATUS = 'The status page of the daemon shows the whole of it.';

/** Everything that notifications tell, by name. People filter by these names, so they stay. */
export const EVENTS = {
  applied: { severity: 'info', title: 'Changes were applied', over: null, advice: null },
  'policy-changed': {
    severity: 'warning',
    title: 'What bounds the policy was changed by the policy',
    over: null,
    advice: 'Read the commit; only `protected` and `limits` of the settings are proof against a merge.',
  },
  override: { severity: 'warning', title: 'A pass was let past the change windows', over: null, advice: null },
  refused: {
    severity: 'critical',
    title: 'A guard refuses the plan: nothing is applied',
    over: 'No guard refuses the plan any more',
    advice: 'Change the policy, or merge an Exception for exactly these keys (`kirosync plan --write-exception FILE` writes it).',
  },
  invalid: {
    severity: 'critical',
    title: 'The policy has errors: nothing is applied',
    over: 'The policy can be followed again',
    advice: 'Fix the branch; `kirosync validate` shows every error.',
  },
  'history-rewritten': {
    severity: 'critical',
    title: 'The history of the branch was rewritten: nothing is applied',
    over: 'The branch contains the applied revision again, or its new history was accepted',
    advice: 'Push a branch that contains the applied revision, or accept the new history in `accept-history`.',
  },
  signature: {
    severity: 'critical',
    title: 'A commit has no good signature: nothing is applied',
    over: 'Every commit has a good signature again',
    advice: 'The status page names the commits. Find out who pushed them before anything else.',
  },
  unreachable: {
    severity: 'warning',
    title: 'Git or AWS did not answer, or denied: nothing is applied',
    over: 'Git and AWS answer again',
    advice: 'The next pass tries again by itself; look at the network, credentials and permissions if it lasts.',
  },
  incomplete: {
    severity: 'warning',
    title: 'A pass could not apply every change',
    over: 'Every planned change was applied',
    advice: 'The next pass takes up what is left.',
  },
  pending: { severity: 'info', title: 'Changes are waiting', over: 'No changes are waiting any more', advice: STATUS },
  quarantined: {
    severity: 'warning',
    title: 'Changes keep failing and are backed off',
    over: 'Changes that kept failing do so no more',
    advice: 'The status page says what AWS answered; they are tried again by themselves.',
  },
  contested: {
    severity: 'warning',
    title: 'Somebody else keeps reversing seats: they are left to a human',
    over: 'Seats are contested no more',
    advice: 'Find out who edits the seat group, and decide in the policy.',
  },
  drift: {
    severity: 'warning',
    title: 'Live seats differ from what was recorded',
    over: 'Drift ended: live or the configuration agrees again',
    advice: 'Look at `kirosync drift`, or the status page, for who did it.',
  },
  manual: {
    severity: 'warning',
    title: 'Steps are waiting that only a human can do',
    over: 'Manual steps are done',
    advice: null,
  },
  'missed-window': {
    severity: 'warning',
    title: 'The removal window of last month was missed',
    over: 'No seat is left of a missed removal window',
    advice: 'These seats are paid for one more month; set `removals: immediate` for a seat that should end sooner.',
  },
  'window-loss': {
    severity: 'warning',
    title: 'Change windows cover the removal window of this month',
    over: 'Change windows leave time for the removals of this month again',
    advice: 'Shorten the window, or let one pass through with `kirosync reconcile --override REASON` in time.',
  },
  suspended: {
    severity: 'warning',
    title: 'The daemon is suspended: nothing is applied',
    over: 'The suspension ended',
    advice: '`kirosync resume` ends it.',
  },
  overdue: {
    severity: 'critical',
    title: 'A pass is overdue',
    over: 'Passes end in time again',
    advice: 'Look at the log for the step it is in; restart the daemon if it does not move.',
  },
  bug: {
    severity: 'critical',
    title: 'A bug in kirosync ended a pass',
    over: 'A pass ended as it should again',
    advice: 'The log has the stack; please report it.',
  },
  journal: {
    severity: 'critical',
    title: 'The journal cannot be written: nothing is applied',
    over: 'The journal can be written again',
    advice: 'Look at the disk of `stateDir`, its space and its owner.',
  },
  lock: {
    severity: 'critical',
    title: 'The lock of the state directory was lost: nothing is applied',
    over: 'The lock of the state directory is held again',
    advice: 'Look whether a second daemon runs on the same `stateDir`.',
  },
  settings: {
    severity: 'warning',
    title: 'Settings that were loaded again are wrong: those before stay in force',
    over: 'The settings that were loaded last are in force',
    advice: 'Mend the settings, and send SIGHUP again.',
  },
  report: {
    severity: 'warning',
    title: 'The last credits report did not work',
    over: 'The credits report worked again',
    advice: 'The next scheduled report tries again; the status page says more.',
  },
  budget: {
    severity: 'warning',
    title: 'A budget will be exceeded',
    over: 'Budgets are kept again',
    advice: 'The credits report (`/credits`) shows who uses it, and which tiers would cost less.',
  },
} as const satisfies Record<string, Words>;

export type EventName = keyof typeof EVENTS;

/** What is known of an event; the same type for all of them. */
export function wordsOf(event: EventName): Words {
  return EVENTS[event];
}

export function isEvent(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}

/** One receiver of notifications, as the settings name it. The address is a secret: whoever has it can write there. */
export type NotifySettings = {
  readonly name: string;
  readonly type: 'slack' | 'webhook';
  readonly url: string;
  /** Signs the bodies of a webhook; null for slack, which has no signatures. */
  readonly secret: string | null;
  /** What it hears of; null means everything. */
  readonly events: readonly EventName[] | null;
  readonly severity: Severity;
  /** Cron, UTC: when it is reminded of what still stands. */
  readonly digest: string;
  /** Cron, UTC: when it is told that the daemon lives, whatever else there is to tell; null: never. */
  readonly heartbeat: string | null;
  /** Whether it may be told the names of people. */
  readonly names: boolean;
};
