import type { UsageFile } from '../support/usage-tree.ts';
import { idOf, uuidWorld } from './scenario.ts';

/*
 * The world of the sheet that hand.test.ts works out. It is noon UTC of Monday 2026-11-16.
 * Kiro's list: Pro $20 / 1,000 credits, Pro+ $40 / 2,000, Pro Max $100 / 5,000, Power $200 / 10,000, overage $0.04 a credit.
 */

export const SHEET_NOW = new Date('2026-11-16T12:00:00.000Z');

export const SHEET_POLICY = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-0123456789abcdef" }
removals: never
duplicates: warn
---
kind: Profile
name: eng
account: "111122223333"
region: us-east-1
overage: { enabled: true }
seats:
  pro: { group: kiro-eng-pro, confirmed: 2026-09-01 }
  pro-plus: { group: kiro-eng-pro-plus, confirmed: 2026-09-01 }
  power: { group: kiro-eng-power, confirmed: 2026-09-01 }
---
kind: Profile
name: lab
account: "444455556666"
region: eu-central-1
seats:
  pro: { group: kiro-lab-pro, confirmed: 2026-09-01 }
  pro-max: { group: kiro-lab-pro-max, confirmed: 2026-09-01 }
  power: { group: data-platform, members: external, confirmed: 2026-09-01 }
---
kind: Assignment
name: platform
profile: eng
tier: pro
users: [ana, bo, cy, dot, eve, fay, gus, kim, nat, pia, rex]
costCenter: RND
---
kind: Assignment
name: wider
profile: eng
tier: pro-plus
users: [hal, ivy, mo]
costCenter: RND
---
kind: Assignment
name: heavy
profile: eng
tier: power
users: [jan]
---
kind: Assignment
name: lab-a
profile: lab
tier: pro
users: [quin]
costCenter: LAB
---
kind: Assignment
name: lab-max
profile: lab
tier: pro-max
users: [kim]
costCenter: LAB
---
kind: Policy
budgets:
  - { name: everything, monthlyUsd: 2000 }
  - { name: lab, profile: lab, monthlyUsd: 300 }
  - { name: rnd, costCenter: RND, monthlyUsd: 340 }
`;

/** Members since January unless said otherwise; `rex` is granted a seat and has none yet, `zed` is granted none. */
export const SHEET_LIVE = uuidWorld({
  users: ['rex', 'zed'],
  groups: {
    'kiro-eng-pro': ['ana', 'bo', 'cy', 'dot', 'eve@2026-11-16T10:00:00.000Z', 'fay', 'gus', 'kim', 'nat@2026-11-10T09:00:00.000Z', 'pia'],
    'kiro-eng-pro-plus': ['hal', 'ivy', 'mo@2026-11-10T09:00:00.000Z'],
    'kiro-eng-power': ['jan'],
    'kiro-lab-pro': ['quin'],
    'kiro-lab-pro-max': ['kim'],
    'data-platform': ['lou'],
  },
});

type Line = readonly [user: string, credits: string, overage: string, tier: string];

const ENG = { account: '111122223333', region: 'us-east-1' };
const LAB = { account: '444455556666', region: 'eu-central-1' };
const LOST = { account: '999900001111', region: 'us-east-1' };

function file(place: typeof ENG, day: string, stamp: string, lines: readonly Line[], more: Partial<UsageFile> = {}): UsageFile {
  const rows = lines.map(([user, credits, overage, tier]) => ({
    date: day,
    // A name with `+` comes as some exports write it: the identity store before the id.
    userId: user.startsWith('+') ? `d-0123456789.${idOf(user.slice(1))}` : user === '' ? '' : idOf(user),
    credits,
    overage,
    tier,
  }));
  return { ...place, day, stamp, rows, ...more };
}

/*
 * The reports. The number before a row is what hand.test.ts calls it.
 */
export const SHEET_FILES: readonly UsageFile[] = [
  file(ENG, '2026-11-02', '202611030200', [
    /*  1 */ ['ana', '600.25', '0', 'PRO'],
    /*  2 */ ['bo', '20', '0', 'PRO'],
    /*  3 */ ['ivy', '1500', '0', 'PROPLUS'],
    /*  4 */ ['kim', '30', '0', 'PRO'],
    /*  5 */ ['jan', '9000.125', '0', 'POWER'],
    /*  6 */ ['quin', '100', '0', 'PRO'],
  ]),
  file(ENG, '2026-11-02', '202611030200', [/*  7 */ ['ana', '500.5', '100.75', 'PRO']], { client: 'KIRO_CLI', era: 'feb' }),
  file(ENG, '2026-11-03', '202611040200', [
    /*  8 */ ['bo', '50', '0', 'PRO'],
    /*  9 */ ['mo', '300', '0', 'PRO'],
  ]),
  // The same day, exported again a day later: its row replaces row 8, and row 9 stays.
  file(ENG, '2026-11-03', '202611050900', [/* 10 */ ['+bo', '70.5', '0', 'PRO']], { era: 'apr' }),
  file(ENG, '2026-11-04', '202611050200', [/* 11 */ ['ana', '0.000000000000000001', '0', 'PRO']], { part: 1 }),
  file(
    ENG,
    '2026-11-04',
    '202611050200',
    [
      /* 12 */ ['cy', '200', '0', 'PRO'],
      /* 13 */ ['pia', '10', '0', 'PRO'],
    ],
    { part: 2 },
  ),
  file(ENG, '2026-11-14', '202611150200', [
    /* 14 */ ['mo', '25.5', '0', 'PRO_PLUS'],
    /* 15 */ ['nat', '12', '0', 'PRO_PLUS'],
    /* 16 */ ['pia', '1.5', '0', 'PRO_PLUS'],
    /* 17 */ ['jan', '1000', '0.125', 'ENTERPRISE'],
    /* 18 */ ['ivy', '1000', '500', 'Kiro Pro+'],
    /* 19 */ ['zed', '12.5', '0', 'PRO'],
    /* 20: no UserId */ ['', '1', '0', 'PRO'],
  ]),
  file(ENG, '2026-11-15', '202611160200', [
    /* 21 */ ['ana', '9.5', '9.5', 'PRO'],
    /* 22: no number */ ['bo', 'NaN', '0', 'PRO'],
    /* 23: below zero */ ['cy', '-4', '0', 'PRO'],
    /* 24: no number of overage */ ['gus', '4', 'much', 'PRO'],
  ]),
  file(LAB, '2026-11-10', '202611110200', [
    /* 25 */ ['quin', '55.25', '0', 'PRO'],
    /* 26 */ ['kim', '40.5', '0', 'PRO_MAX'],
    /* 27 */ ['lou', '10100', '100', 'POWER'],
  ]),
  file(LOST, '2026-11-05', '202611060200', [/* 28 */ ['zed', '7', '0', 'PRO']]),
  file(ENG, '2026-10-10', '202610110200', [/* 29 */ ['dot', '5', '0', 'PRO']]),
  file(ENG, '2026-10-17', '202610180200', [/* 30 */ ['hal', '6', '0', 'PRO_PLUS']]),
  file(ENG, '2026-10-18', '202610190200', [/* 31 */ ['gus', '7', '0', 'PRO']]),
];
