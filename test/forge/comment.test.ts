import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMENT_LIMIT, commentBody, markerOf } from '../../src/forge/comment.ts';
import { digestOf, type Facts, isSettled, statusOf } from '../../src/forge/outcome.ts';
import { GUARDS } from '../../src/model/guard.ts';
import type { Plan } from '../../src/model/plan.ts';

const MARKER = markerOf('main', '');
const AT = '2026-11-23T10:00:00.000Z';
const EMPTY: Plan = {
  revision: 'main@sha1:1',
  now: AT,
  hash: 'ab',
  stages: [],
  people: [],
  money: { monthly: { before: 1000, after: 1000 }, thisMonth: 0, byProfile: [], byTier: [], byCostCenter: [], duplicates: [] },
  manual: [],
  held: [],
  released: [],
  unresolved: [],
  warnings: [],
  violations: [],
  calls: { total: 0, seconds: 0, byOperation: {} },
};
const FACTS: Facts = {
  revision: `main@sha1:${'1'.repeat(40)}`,
  outcome: 'applied',
  effects: 2,
  applied: { planned: 2, applied: 2, failed: 0, skipped: 0 },
  plan: EMPTY,
  diagnostics: [],
  restraint: 'other',
  message: null,
  failed: [],
};
const held = (until: string | null) => ({
  key: 'membership/kiro-eng-pro/bob@example.com',
  action: 'delete' as const,
  profile: 'eng',
  userId: 'u',
  reason: 'bob@example.com leaves at month end',
  until,
});
const BOB = 'bob';
const gained = (userId: string) => {
  return { userId, user: userId, profile: 'eng', from: null, to: 'pro', why: 'granted', effective: AT.slice(0, 10) };
};
const creation = (userId: string) => ({
  ...{ action: 'create' as const, kind: 'membership' as const, key: `membership/kiro-eng-pro/${userId}`, reason: 'granted' },
  ...{ profile: 'eng', group: 'kiro-eng-pro', groupId: 'g', userId, user: userId },
});
const body = (facts: Facts, names = false) => commentBody({ facts, marker: MARKER, names, at: AT });

/** Everything that a forge would take for a mention, a reference or markup. */
const hostile = fc.oneof(
  fc.constantFrom(
    '@ana',
    '@platform/leads',
    'x @here',
    '<img src=x>',
    '<!-- -->',
    '-->',
    '](http://x.example)',
    '`@bob`',
    '``@cy``',
    '#12',
    '| a |',
    '\n@dan',
    '\n# h',
    '/close',
    '\n/merge',
    '\u202e@x',
    '!5',
    '~label',
  ),
  fc.string(),
);
const outcome = fc.constantFrom('in-sync', 'applied', 'invalid', 'pending', 'incomplete', 'refused', 'unreachable' as const);
const facts: fc.Arbitrary<Facts> = fc
  .record({
    outcome,
    many: fc.integer({ min: 0, max: 200 }),
    word: hostile,
    rule: fc.oneof(hostile, fc.constantFrom(...Object.keys(GUARDS))),
    until: fc.constantFrom(null, '2026-11-29T00:00:00Z'),
  })
  .map(({ outcome: one, many, word, rule, until }) => {
    const times = <T>(each: T) => Array.from({ length: many }, () => each);
    const key = `membership/${word}/${word}`;
    return {
      ...FACTS,
      outcome: one,
      diagnostics: times({ severity: 'error' as const, rule, message: word, file: word, line: 1, column: 1 }),
      message: word,
      failed: times({ key, error: word, requestId: word }),
      plan: {
        ...EMPTY,
        people: times({ userId: word, user: word, profile: word, from: null, to: 'pro', why: word, effective: null }),
        held: times({ ...held(until), key, reason: word, profile: word }),
        manual: times({ profile: word, key, text: word }),
        violations: times({ rule, message: word.repeat(50), limit: 1, actual: 2, keys: [key] }),
      },
    };
  });

/** The text as a reader gets it: without code spans, `<code>` and comments, in which no forge looks for mentions. */
const seen = (text: string) => text.replace(/<!--.*?-->/gs, '').replace(/<code>.*?<\/code>|`[^`\n]*`/gs, '');

describe('a comment', () => {
  it('is bounded, has one marker at its start, and mentions nobody, whatever names there are', () => {
    fc.assert(
      fc.property(facts, fc.boolean(), (each, names) => {
        const text = body(each, names);
        expect(text.length).toBeLessThanOrEqual(COMMENT_LIMIT);
        expect(text.startsWith(`${MARKER}\n`)).toBe(true);
        expect(text.split('kirosync:outcome').length).toBe(2);
        expect(seen(text)).not.toMatch(/@|<img|^\/\w/m);
      }),
      { numRuns: 25, seed: 6 },
    );
  });

  it('names nobody unless the settings say so', () => {
    const one: Facts = {
      ...FACTS,
      plan: {
        ...EMPTY,
        held: [held(null)],
        people: [{ userId: 'u', user: 'ana@example.com', profile: 'eng', from: null, to: 'pro', why: 'w', effective: null }],
      },
    };
    for (const each of [
      one,
      {
        ...one,
        outcome: 'refused' as const,
        plan: {
          ...EMPTY,
          violations: [{ rule: 'empties-group', message: 'bob@example.com', limit: 1, actual: 2, keys: [held(null).key] }],
        },
      },
    ]) {
      expect(body(each)).not.toContain('example.com');
      expect(body(each, true)).toContain('example.com');
    }
  });

  it.each(Object.entries(GUARDS))('tells the way through %s', (rule, { exception }) => {
    const text = body({
      ...FACTS,
      outcome: 'refused',
      plan: { ...EMPTY, violations: [{ rule, message: 'm', limit: null, actual: null, keys: [] }] },
    });
    expect(text.includes('--write-exception')).toBe(exception);
    expect(text).toContain('The way through');
  });

  it.each([
    ['applied', 'Applied', [BOB], '1 seat gained, 0 tiers changed, 0 seats lost; 1 held until 2026-11-29'],
    ['in-sync', 'Applied', [], '0 seats gained, 0 tiers changed, 0 seats lost; 1 held until 2026-11-29'],
    ['refused', 'As planned', [BOB], '1 seat gained, 0 tiers changed, 0 seats lost; 1 held until 2026-11-29'],
    ['pending', 'As planned', [BOB], '1 seat gained, 0 tiers changed, 0 seats lost; 1 held until 2026-11-29'],
  ] as const)('counts a held removal apart where the pass is %s', (outcome, title, gaining, counts) => {
    const leaver = { userId: 'u', user: 'ana', profile: 'eng', from: 'pro', to: null, why: 'gone', effective: '2026-12-01' };
    const people = [...gaining.map(gained), leaver];
    const stages = [{ name: 'memberships-to-add' as const, changes: gaining.map(creation) }];
    const text = body({ ...FACTS, outcome, plan: { ...EMPTY, stages, people, held: [held('2026-11-29T00:00:00Z')] } });
    expect(text).toContain(`| ${title} | |\n|---|---|\n| People | ${counts} |\n`);
  });

  it('counts an upgrade whose old seat ends later as done, a held downgrade and a held new seat as held', () => {
    const stages = [{ name: 'memberships-to-add' as const, changes: [creation('u'), creation('down')] }];
    const upgrade = { ...gained('u'), from: 'pro', to: 'power' };
    const downgrade = { ...gained('down'), from: 'power', effective: '2026-12-01' };
    const newcomer = { ...gained('new'), effective: null };
    const by = { ...EMPTY, people: [upgrade, downgrade, newcomer, gained('by-hand')], stages };
    const waits = held('2026-11-30T00:00:00Z');
    const holds = [held('2026-11-29T00:00:00Z'), { ...waits, userId: 'down' }, { ...held(null), userId: 'new', action: 'create' as const }];
    const text = body({ ...FACTS, plan: { ...by, held: holds } });
    expect(text).toContain('| People | 0 seats gained, 1 tier changed, 0 seats lost; 2 held, the first until 2026-11-30 |');
  });

  it('of another branch or folder has another marker, which nobody can put text into', () => {
    expect(new Set([markerOf('main', ''), markerOf('main', 'a'), markerOf('dev', ''), markerOf('-->', '--><b>')]).size).toBe(4);
    expect(markerOf('-->', '--><b>')).toMatch(/^<!-- kirosync:outcome:[0-9a-f]{16} -->$/);
  });
});

describe('a commit status', () => {
  it('fits, is one line and names nobody', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const clean = { ...each, plan: { ...(each.plan ?? EMPTY), violations: [] } };
        const { description } = statusOf(clean);
        expect(description.length).toBeLessThanOrEqual(140);
        expect(description).not.toMatch(/[@\n]/);
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  it.each([
    ['applied', FACTS, 'success', 'Applied 2 changes.'],
    ['in sync', { ...FACTS, outcome: 'in-sync', effects: 0 }, 'success', 'In sync, nothing to change.'],
    [
      'held',
      { ...FACTS, plan: { ...EMPTY, held: [held('2026-11-29T00:00:00Z')] } },
      'success',
      'Applied 2 changes; 1 change held, the first until 2026-11-29.',
    ],
    [
      'incomplete',
      { ...FACTS, outcome: 'incomplete', applied: { planned: 3, applied: 1, failed: 1, skipped: 1 } },
      'error',
      'Incomplete: 1 applied, 1 failed, 1 skipped of 3.',
    ],
    [
      'pending',
      { ...FACTS, outcome: 'pending', restraint: 'window', applied: null },
      'pending',
      'Not applied yet: a change window is closed; 0 changes planned.',
    ],
    [
      'pending for one profile of several',
      { ...FACTS, outcome: 'pending', restraint: 'window', applied: { planned: 3, applied: 2, failed: 0, skipped: 1 } },
      'pending',
      'Applied in part, 2 of 3: a change window is closed.',
    ],
    [
      'unreachable',
      { ...FACTS, outcome: 'unreachable', plan: null },
      'error',
      'Not applied yet: Git or AWS did not answer as it should; the next pass tries again.',
    ],
  ] as const)('%s', (_name, each, state, description) => expect(statusOf(each)).toEqual({ state, description }));
});

describe('an outcome', () => {
  it('does not say that nothing was applied where one profile was', () => {
    const part: Facts = { ...FACTS, outcome: 'pending', restraint: 'observe', applied: { planned: 3, applied: 2, failed: 0, skipped: 1 } };
    expect(body(part)).toContain('**Applied in part:** 2 changes took effect; the others wait: the daemon is in observe mode.');
    expect(body({ ...part, applied: null })).toContain('**Nothing was applied:**');
  });

  it('is told again only when it says something new', () => {
    const later = { ...FACTS, outcome: 'in-sync' as const, message: 'other', applied: null, plan: { ...EMPTY, hash: 'cd', now: 'later' } };
    expect(digestOf(later)).toBe(digestOf(FACTS));
    const others: readonly Facts[] = [
      { ...FACTS, revision: 'x' },
      { ...FACTS, effects: 3 },
      { ...FACTS, outcome: 'refused' },
      { ...FACTS, outcome: 'invalid' },
      { ...FACTS, outcome: 'unreachable' },
      { ...FACTS, outcome: 'incomplete' },
      { ...FACTS, outcome: 'pending' },
      { ...FACTS, outcome: 'pending', restraint: 'suspended' },
      { ...FACTS, outcome: 'pending', plan: { ...EMPTY, hash: 'cd' } },
      { ...FACTS, plan: { ...EMPTY, held: [held(null)] } },
      { ...FACTS, plan: { ...EMPTY, held: [held('2026-11-29T00:00:00Z')] } },
    ];
    expect(new Set([FACTS, ...others].map(digestOf)).size).toBe(others.length + 1);
  });

  it('is settled once nothing of it waits for a date', () => {
    expect(isSettled(FACTS)).toBe(true);
    expect(isSettled({ ...FACTS, plan: { ...EMPTY, held: [held(null)] } })).toBe(true);
    expect(isSettled({ ...FACTS, plan: { ...EMPTY, held: [held('2026-11-29T00:00:00Z')] } })).toBe(false);
    for (const each of ['pending', 'refused', 'invalid', 'incomplete', 'unreachable'] as const)
      expect(isSettled({ ...FACTS, outcome: each })).toBe(false);
  });
});
