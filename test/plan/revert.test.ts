import { describe, expect, it } from 'vitest';
import type { PersonChange, Plan } from '../../src/model/plan.ts';
import type { Tier } from '../../src/model/tier.ts';
import { billingNotes } from '../../src/plan/revert.ts';

const tier = (name: string, rank: number): readonly [string, Tier] => [
  name,
  { name, rank, label: name, monthly: rank * 2000, credits: rank * 1000, overageUsd: 0.04, place: null },
];
const TIERS = new Map([tier('pro', 1), tier('power', 10)]);
const person = (user: string, from: string | null, to: string | null): PersonChange => ({
  ...{ user, userId: `id-${user}`, profile: 'eng', from, to, why: '', effective: null },
});
const notes = (...people: PersonChange[]) => {
  const plan: Pick<Plan, 'now' | 'people'> = { now: '2026-12-15T10:00:00.000Z', people };
  return billingNotes(plan, TIERS);
};

describe('the billing notes of a revert', () => {
  it('say what may be charged twice, and promise no price', () => {
    const found = notes(
      person('ana', null, 'pro'),
      person('bob', 'pro', 'power'),
      person('cem', 'power', 'pro'),
      person('dan', 'pro', null),
    );
    expect(found.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(Array(3).fill('warning billing-note'));
    const [back, up, down] = found.map(({ message }) => message);
    expect(back).toContain('1 person (ana) would get a seat');
    expect(back).toContain('lost one in 2026-12');
    expect(up).toContain('1 person (bob) would move to a dearer tier');
    expect(up).toContain('until 2027-01-01');
    expect(down).toContain('2 people (cem, dan)');
    for (const { message } of found) expect(message).toMatch(/^(?!.*(\$|USD)).*may be charged/);
  });

  it('are none where nobody gets, moves or loses a seat, and bounded where many do', () => {
    expect(notes()).toEqual([]);
    const many = Array.from({ length: 500 }, (_, i) => person(`u${i}`, null, 'pro'));
    const [only] = notes(...many);
    expect(only?.message).toContain('500 people (u0, u1, u2, u3, u4, u5, u6, u7, u8, u9 and 490 more)');
  });
});
