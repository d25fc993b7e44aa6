import { describe, expect, test } from 'vitest';
import { changesOf } from '../../src/model/plan.ts';
import { hashOf, identity } from '../../src/plan/hash.ts';
import { staleHash, stalePlan } from '../../src/plan/stale.ts';
import { planOf, type World } from '../support/world.ts';

const POLICY = `---\n${JSON.stringify({ kind: 'Assignment', name: 'a', profile: 'eng', tier: 'pro', users: ['ana@example.com', 'keep@example.com'] })}\n`;
const WORLD: World = {
  users: ['ana@example.com'],
  groups: {
    'kiro-eng-pro': ['keep@example.com'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-power': ['bob@example.com'],
    'kiro-lab-pro': [],
    'data-platform': [],
  },
};

describe('an approved plan', () => {
  const reviewed = planOf(POLICY, WORLD);
  const identities = changesOf(reviewed).map(identity);

  test('holds while its changes are what is needed, whatever else moved', () => {
    expect(identities.map((one) => one.action)).toEqual(['create', 'delete']);
    const elsewhere = planOf(POLICY, { ...WORLD, groups: { ...WORLD.groups, 'kiro-lab-pro': ['lab@example.com'] } });
    expect(stalePlan(identities, elsewhere)).toBeNull();
    expect(staleHash(reviewed.hash, elsewhere)).not.toBeNull();
    expect(staleHash(reviewed.hash, reviewed)).toBeNull();
  });

  test.each(['groupId', 'userId', 'membershipId', 'applicationArn', 'key', 'action'] as const)('is void when %s moved', (field) => {
    const moved = identities.map((one, i) => (i === 1 ? { ...one, [field]: 'other' } : one));
    expect(stalePlan(moved, reviewed)?.rule).toBe('stale-plan');
  });

  test('has another hash when an id moved, and the same when only a reason did', () => {
    const changes = changesOf(reviewed);
    const hash = hashOf(changes);
    expect(hashOf(changes.map((change) => ({ ...change, reason: 'other' })))).toBe(hash);
    for (const field of ['groupId', 'userId', 'membershipId', 'key'] as const)
      expect(hashOf(changes.map((change) => (field in change ? { ...change, [field]: 'other' } : change)))).not.toBe(hash);
  });
});
