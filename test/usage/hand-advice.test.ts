import { describe, expect, test } from 'vitest';
import { resolve } from '../../src/resolve/resolve.ts';
import { parseCredit } from '../../src/usage/amount.ts';
import { credits } from '../../src/usage/credits.ts';
import { configuration, OPERATOR } from '../support/world.ts';
import { facts, idOf, use, uuidWorld } from './scenario.ts';

/*
 * Right-size advice worked out on paper. Pro $20 / 1,000 credits, Pro+ $40 / 2,000, Pro Max $100 / 5,000, Power $200 /
 * 10,000, overage $0.04 a credit. It is 2026-11-20; August, September and October are closed. In `eng` overage is on, in
 * `lab` off. A move has to save $5.00 and 5 % in every single month.
 */

const NOW = new Date('2026-11-20T12:00:00.000Z');

const profile = (name: string, account: string, region: string, overage: boolean): string => `kind: Profile
name: ${name}
account: "${account}"
region: ${region}
overage: { enabled: ${overage} }
seats:
  pro: { group: kiro-${name}-pro }
  pro-plus: { group: kiro-${name}-pro-plus }
  pro-max: { group: kiro-${name}-pro-max }
  power: { group: kiro-${name}-power }
`;

const assignment = (name: string, at: string, tier: string, users: string, more = ''): string =>
  `---\nkind: Assignment\nname: ${name}\nprofile: ${at}\ntier: ${tier}\nusers: [${users}]\n${more}`;

const POLICY = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" }
removals: immediate
duplicates: warn
---
${profile('eng', '111122223333', 'us-east-1', true)}---
${profile('lab', '444455556666', 'eu-central-1', false)}${assignment('a', 'eng', 'pro', 'ben, cat, hua, kai')}${assignment('b', 'eng', 'pro-max', 'ada, ian')}${assignment('c', 'eng', 'power', 'don')}${assignment('d', 'lab', 'power', 'eva, flo')}${assignment('e', 'lab', 'pro', 'gil')}${assignment('f', 'eng', 'pro', 'jon', 'costCenter: TIGHT\n')}---
kind: Policy
advice: { optOut: [hua] }
budgets:
  - { name: tight, costCenter: TIGHT, monthlyUsd: 150 }
expect:
  - { user: ian, profile: eng, tier: pro-max }
`;

const LIVE = uuidWorld({
  groups: {
    'kiro-eng-pro': ['ben', 'cat', 'hua', 'jon', 'kai@2026-09-20T00:00:00.000Z'],
    'kiro-eng-pro-plus': [],
    'kiro-eng-pro-max': ['ada', 'ian'],
    'kiro-eng-power': ['don'],
    'kiro-lab-pro': ['gil'],
    'kiro-lab-pro-plus': [],
    'kiro-lab-pro-max': [],
    'kiro-lab-power': ['eva@2026-08-15T00:00:00.000Z', 'flo'],
  },
});

const LAB = { account: '444455556666', region: 'eu-central-1' };

/** Use of three whole months, the same on every day of each, and this month so far as in October. */
function past(august: number, september: number, october: number) {
  const days = [
    { used: august, of: 31 },
    { used: september, of: 30 },
    { used: october, of: 31 },
  ].flatMap(({ used, of }) => Array.from({ length: of }, () => used / of));
  const now = Array.from({ length: 19 }, () => october / 31);
  return {
    pastUsed: [august, september, october].map((used) => parseCredit(String(used))),
    daily: [...days, ...now],
    used: ((october / 31) * 19).toFixed(2),
    activeDays: 19,
  };
}

const FACTS = facts(
  [
    use('ada', { monthTier: 'PRO_MAX', ...past(1_600, 1_750, 1_900) }),
    use('ben', past(9_000, 9_000, 9_000)),
    use('cat', past(1_501, 1_700, 1_700)),
    use('don', { monthTier: 'POWER', ...past(3_480, 3_500, 3_520) }),
    use('eva', { ...LAB, monthTier: 'POWER', ...past(9_900, 940, 900) }),
    use('flo', { ...LAB, monthTier: 'POWER', ...past(951, 900, 10) }),
    use('gil', { ...LAB, ...past(1_000, 990, 980) }),
    use('hua', past(9_000, 9_000, 9_000)),
    use('ian', { monthTier: 'PRO_MAX', ...past(1_600, 1_750, 1_900) }),
    use('jon', past(9_000, 9_000, 9_000)),
    use('kai', past(9_000, 9_000, 9_000)),
  ],
  { pastMonths: ['2026-08', '2026-09', '2026-10'], historyFrom: '2026-08-01', historyThrough: '2026-11-19' },
);

const config = configuration(POLICY);
const made = credits({
  configuration: config,
  facts: FACTS,
  live: LIVE,
  resolution: resolve(config, LIVE, NOW, OPERATOR),
  month: '2026-11',
  now: NOW,
});

const adviceOf = (name: string) => {
  const found = made.people.find((one) => one.userId === idOf(name));
  if (found === undefined) throw new Error(`nobody called ${name}`);
  return found.advice;
};

describe('advice is given', () => {
  /*        on Pro          Pro+            Pro Max       Power     held − best
   * ada    44  50  56      40  40  40      100 × 3       200 × 3   100 − 40 = $60.00, from the next 1st on
   * ben    340 (20 + 8,000 × 0.04)   320   260           200       340 − 200 = $140.00, from the 1st: 11 days of 290.32 credits spare about $128 of
   *        overage, and Power costs $180.00 more now. The next
   *        tier up, Pro+, would save $20 only: overage above the higher tier is counted.
   * don    119.20 120 120.80   99.20 100 100.80   100 × 3   200   Pro+ and Pro Max cost $300.00 alike: the lower one; $100.00
   * eva    two months from her first whole one on; at most 940, under 95 % of Pro's 1,000: $200 − $20 = $180.00
   * flo    951 is 95 % of Pro's credits, which would cut her off: Pro+, $200 − $40 = $160.00
   */
  test.each([
    ['ada', 'pro-max', 'pro-plus', 6_000, '2026-12-01', 3, 'high'],
    ['ben', 'pro', 'power', 14_000, '2026-12-01', 3, 'high'],
    ['don', 'power', 'pro-plus', 10_000, '2026-12-01', 3, 'high'],
    ['eva', 'power', 'pro', 18_000, '2026-12-01', 2, 'medium'],
    ['flo', 'power', 'pro-plus', 16_000, '2026-12-01', 3, 'high'],
  ] as const)('%s: %s to %s', (name, from, tier, monthlySaving, effective, months, confidence) => {
    expect(adviceOf(name)).toMatchObject({ from, tier, monthlySaving, effective, months });
    expect(adviceOf(name)?.confidence).toBe(confidence);
  });

  test('a reason says what was used and what it costs on both tiers', () => {
    expect(adviceOf('ben')?.reason).toMatch(/9,000\.00.*\$340\.00.*\$200\.00/);
  });
});

describe('advice is not given', () => {
  test.each([
    // August: Pro $40.04, Pro+ $40.00. Four cents are no reason to move, whatever the other months say.
    ['cat', 'a month that saves less than $5.00'],
    ['gil', 'use at the limit where overage is off: what he would use beyond is unknown'],
    ['hua', 'an opt-out'],
    ['ian', 'an expectation that wants the tier'],
    // jon’s own seat is $20; on Power $200 would be over the budget of $150.
    ['jon', 'a budget that the dearer seat would exceed'],
    ['kai', 'a seat since September 20th: October is the only whole month'],
  ] as const)('%s: %s', (name, _why) => {
    expect(adviceOf(name)).toBeNull();
  });

  test('and the report says that it kept quiet', () => {
    expect(made.notes.join('\n')).toMatch(/1 person of profile lab used 95 %/);
    expect(made.notes.join('\n')).toMatch(/3 people are not advised/);
  });
});
