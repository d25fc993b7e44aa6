import type { JournalEntry } from '../../src/model/journal.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { PassFound, Situation } from '../../src/notify/situation.ts';

export const NOW = new Date('2026-11-10T12:00:00.000Z');
const AT = '2026-11-10T11:45:00.000Z';
export const REVISION = `main@sha1:${'a1b2c3d4'.repeat(5)}`;
/** A name that looks like no address, and one that tries to be markup. */
export const ANA = 'ana.lind';
export const MALLORY = '<!channel> <https://evil.example.com|click> [x](http://evil.example.com) @everyone www.evil.example.com';

const RATE = { before: 400_000, after: 404_000 };

export const PLAN: Plan = {
  revision: REVISION,
  now: AT,
  hash: 'f'.repeat(64),
  stages: [],
  people: [],
  money: { monthly: RATE, thisMonth: 0, byProfile: [], byTier: [], byCostCenter: [], duplicates: [] },
  ...{ manual: [], held: [], released: [], unresolved: [], warnings: [], violations: [] },
  calls: { total: 0, seconds: 0, byOperation: {} },
};

const key = (name: string) => `membership/kiro-eng-pro/${name}`;

export function pass(outcome: string, more: Partial<PassFound> = {}): PassFound {
  const rest = { message: null, attempted: REVISION, diagnostics: [], failures: [], plan: PLAN, drift: { base: 'record' } as const };
  return { pass: 7, finishedAt: new Date(AT), outcome, ...rest, ...more };
}

function ended(outcome: string, counts: Partial<Record<'planned' | 'applied' | 'failed' | 'skipped', number>> = {}): JournalEntry {
  const all = { planned: 0, applied: 0, failed: 0, skipped: 0, effects: 0, held: 0, drift: 0, ...counts };
  const rest = { attempted: REVISION, applied: null, planHash: PLAN.hash, milliseconds: 900, message: null };
  return { type: 'pass-ended', at: AT, pass: 7, askedBy: ['schedule: test'], outcome, counts: all, ...rest };
}

function change(name: string, action: 'create' | 'delete', result: 'succeeded' | 'failed', at = AT): JournalEntry {
  const rest = { profile: 'engineering', userId: `id-${name}`, unseats: false, requestId: null };
  const error = result === 'failed' ? `AWS refused ${name}` : null;
  return { type: 'change', at, pass: 7, key: key(name), action, result, effect: result === 'succeeded', error, ...rest };
}

const wanted = (name: string): Plan['stages'] => [
  {
    name: 'memberships-to-add',
    changes: [
      {
        ...{ action: 'create', kind: 'membership', key: key(name), reason: '', profile: 'engineering', group: 'kiro-eng-pro' },
        ...{ groupId: 'g', userId: `id-${name}`, user: name },
      },
    ],
  },
];

export function situation(more: Partial<Situation> = {}): Situation {
  const rest = { last: pass('in-sync'), bug: null, unwritable: null, lockLost: null, settingsProblems: [], overdueSince: null };
  return { now: NOW, entries: [], ...rest, reportFailures: [], budgets: [], windowLosses: [], policyParts: [], ...more };
}

const drifted = (name: string): JournalEntry => ({
  ...{ type: 'drift-opened', at: AT, key: key(name), kind: 'unexpected', profile: 'engineering', person: name },
});
const diagnostic = (rule: string) =>
  ({ severity: 'error', rule, message: `Something of ${ANA} is wrong.`, file: 'team.yaml', line: 4, column: 7 }) as const;
const step = 'Kiro console, Region us-east-1: Users & groups: check that the tier of kiro-eng-pro is Pro';

/** One situation for each event. */
export const CASES: Readonly<Record<string, Situation>> = {
  applied: situation({
    last: pass('applied'),
    entries: [change(ANA, 'create', 'succeeded'), change(MALLORY, 'delete', 'succeeded'), ended('applied', { planned: 2, applied: 2 })],
  }),
  'policy-changed': situation({ policyParts: [{ id: 'x', revision: REVISION, at: AT, parts: ['protected', 'limits'] }] }),
  override: situation({
    entries: [{ type: 'overridden', at: AT, pass: 7, owner: ANA, reason: `${MALLORY} asked for it`, windows: ['year-end'] }],
  }),
  refused: situation({
    last: pass('refused', {
      plan: {
        ...PLAN,
        violations: [
          { rule: 'too-many-removals', message: `This takes the seats of ${ANA} and 11 others.`, limit: 5, actual: 12, keys: [key(ANA)] },
        ],
      },
    }),
    entries: [ended('refused')],
  }),
  invalid: situation({
    last: pass('invalid', { plan: null, diagnostics: [diagnostic('unknown-tier'), diagnostic('unknown-tier')] }),
    entries: [ended('invalid')],
  }),
  'history-rewritten': situation({
    last: pass('invalid', { diagnostics: [{ severity: 'error', rule: 'history-rewritten', message: `${ANA} rewrote it.` }] }),
  }),
  signature: situation({
    last: pass('invalid', { diagnostics: [{ severity: 'error', rule: 'unsigned-commit', message: `Commit by ${ANA}.` }] }),
  }),
  unreachable: situation({
    last: pass('unreachable', { failures: [{ operation: 'git fetch', kind: 'unreachable', message: `No answer for ${ANA}.` }] }),
    entries: [ended('unreachable')],
  }),
  incomplete: situation({
    last: pass('incomplete', { message: `2 failed, of ${ANA}.` }),
    entries: [ended('incomplete', { planned: 5, applied: 3, failed: 2 })],
  }),
  pending: situation({
    last: pass('pending', { message: `Suspended by ${ANA}.`, plan: { ...PLAN, stages: wanted(ANA) } }),
    entries: [ended('pending', { planned: 1 })],
  }),
  quarantined: situation({
    last: pass('in-sync', { plan: { ...PLAN, stages: wanted(ANA) } }),
    entries: [change(ANA, 'create', 'failed'), change(ANA, 'create', 'failed')],
  }),
  contested: situation({ entries: [{ type: 'contested', at: AT, key: key(ANA), revision: REVISION }] }),
  drift: situation({ entries: [drifted(ANA), drifted(MALLORY)] }),
  manual: situation({
    last: pass('in-sync', {
      plan: {
        ...PLAN,
        manual: [
          {
            profile: 'engineering',
            key: 'application-assignment/engineering/kiro-eng-pro',
            text: `${step}; usage shows another tier for ${ANA} (power)`,
          },
        ],
      },
    }),
  }),
  'missed-window': situation({
    last: pass('in-sync', {
      plan: {
        ...PLAN,
        warnings: [{ severity: 'warning', rule: 'missed-window', message: `${ANA} kept a seat.`, file: 'team.yaml', line: 9, column: 5 }],
      },
    }),
  }),
  'window-loss': situation({
    windowLosses: [{ profile: 'engineering', month: '2026-11', message: 'Change windows (year-end) cover the removal window of 2026-11.' }],
  }),
  suspended: situation({ entries: [{ type: 'suspended', at: AT, owner: ANA, reason: MALLORY, until: '2026-11-12T00:00:00.000Z' }] }),
  overdue: situation({ overdueSince: new Date('2026-11-10T10:30:00.000Z') }),
  bug: situation({ bug: `It broke on ${ANA}.` }),
  journal: situation({ unwritable: `The disk of ${ANA} is full.` }),
  lock: situation({ lockLost: `taken by ${ANA}` }),
  settings: situation({ settingsProblems: [`notify: ${ANA} is unknown.`] }),
  report: situation({ reportFailures: [{ step: 's3', message: `Denied for ${ANA}.` }] }),
  budget: situation({ budgets: [{ name: 'research', monthlyUsd: 4000, forecastUsd: 4210.5, exceededOn: '2026-11-27' }] }),
};
