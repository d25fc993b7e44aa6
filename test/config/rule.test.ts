import { describe, expect, test } from 'vitest';
import { diagnosticsOf, loadBeside, told } from './source.ts';

type Case = { readonly name: string; readonly yaml: string; readonly tells: readonly string[]; readonly says?: string };

const ASSIGNMENT = 'kind: Assignment\nname: x\nprofile: engineering\ntier: pro\n';
const USERS = 'users: [ana@example.com]\n';
const ORGANIZATION =
  'kind: Organization\nversion: 1\nidentityCenter: { region: eu-west-1, instanceArn: "arn:aws:sso:::instance/ssoins-a" }\nremovals: never\n';
const PROFILE = 'kind: Profile\nname: research\naccount: "444455556666"\nregion: eu-central-1\n';

const SHAPE: readonly Case[] = [
  {
    name: 'an unknown field, with the near one',
    yaml: `${ASSIGNMENT}owener: me\n${USERS}`,
    tells: ['a.yaml:5:1 unknown-field'],
    says: 'This Assignment has no field "owener"; did you mean "owner"?',
  },
  {
    name: 'an unknown field far from any other lists the fields',
    yaml: 'kind: Tier\nname: pro\ncolour: red\n',
    tells: ['a.yaml:3:1 unknown-field'],
    says: 'This Tier has no field "colour"; its fields are name, monthlyUsd, credits, overageUsd, rank.',
  },
  {
    name: 'an unknown field within',
    yaml: `${PROFILE}seats:\n  pro: { grup: a, group: a }\n`,
    tells: ['a.yaml:6:10 unknown-field'],
    says: '"seats.pro" has no field "grup"; did you mean "group"?',
  },
  {
    name: 'a missing field',
    yaml: 'kind: Assignment\nname: x\nprofile: engineering\nusers: [a]\n',
    tells: ['a.yaml:1:1 missing-field'],
    says: 'This Assignment has no "tier", which is required.',
  },
  {
    name: 'an account that YAML reads as a number',
    yaml: 'kind: Profile\nname: r\naccount: 444455556666\nregion: eu-central-1\nseats: {}\n',
    tells: ['a.yaml:3:10 wrong-type'],
    says: '"account" must be text, and is 444455556666, a number; put all 12 digits in quotes.',
  },
  {
    name: 'a list that is text',
    yaml: `${ASSIGNMENT}users: ana@example.com\n`,
    tells: ['a.yaml:5:8 wrong-type'],
    says: '"users" must be a list, and is "ana@example.com", text.',
  },
  { name: 'an empty field', yaml: `${ASSIGNMENT}${USERS}exclude:\n`, tells: ['a.yaml:6:9 wrong-type'] },
  { name: 'an entry of a list', yaml: `${ASSIGNMENT}users:\n  - ana\n  - 7\n`, tells: ['a.yaml:7:5 wrong-type'] },
  {
    name: 'a word that is none of the allowed ones',
    yaml: `${PROFILE}seats:\n  pro: { group: kiro-r, removals: monthend }\n`,
    tells: ['a.yaml:6:35 wrong-value'],
    says: '"seats.pro.removals" must be one of never, month-end, immediate, and is "monthend"; did you mean "month-end"?',
  },
  { name: 'a day that no calendar has', yaml: `${ASSIGNMENT}${USERS}until: 2027-02-29\n`, tells: ['a.yaml:6:8 wrong-value'] },
  { name: 'a day in another notation', yaml: `${ASSIGNMENT}${USERS}from: 1.2.2027\n`, tells: ['a.yaml:6:7 wrong-value'] },
  { name: 'a usage place that is not S3', yaml: `${PROFILE}usage: /tmp/x\nseats: {}\n`, tells: ['a.yaml:5:8 wrong-value'] },
  { name: 'a number below its bound', yaml: 'kind: Tier\nname: pro\nmonthlyUsd: -1\n', tells: ['a.yaml:3:13 wrong-value'] },
  { name: 'infinity', yaml: 'kind: Tier\nname: pro\nmonthlyUsd: .inf\n', tells: ['a.yaml:3:13 wrong-type'] },
  {
    name: 'a guard that nothing lifts',
    yaml: 'kind: Exception\nrule: foreign-group\nkeys: [group/kiro-engineering-pro]\nuntil: 2026-12-15\nreason: r\n',
    tells: ['a.yaml:2:7 wrong-value'],
  },
  {
    name: 'a key of no known form',
    yaml: 'kind: Exception\nrule: over-budget\nkeys:\n  - bob@example.com\nuntil: 2026-12-15\nreason: r\n',
    tells: ['a.yaml:4:5 wrong-value'],
  },
  {
    name: 'an Exception from no keys',
    yaml: 'kind: Exception\nrule: over-budget\nkeys: []\nuntil: 2026-12-15\nreason: r\n',
    tells: ['a.yaml:3:7 wrong-value'],
  },
  {
    name: 'an expectation without a form',
    yaml: 'kind: Policy\nexpect:\n  - user: ana@example.com\n',
    tells: ['a.yaml:3:5 wrong-form'],
  },
  {
    name: 'an expectation of two forms',
    yaml: 'kind: Policy\nexpect:\n  - { user: ana, tier: pro, maxSeats: 3 }\n',
    tells: ['a.yaml:3:5 wrong-form'],
  },
  {
    name: 'a typo in an expectation is told once',
    yaml: 'kind: Policy\nexpect:\n  - { user: ana, teir: pro }\n',
    tells: ['a.yaml:3:18 unknown-field'],
  },
  {
    name: 'a budget of a profile and a cost center',
    yaml: 'kind: Policy\nbudgets:\n  - { name: a, profile: engineering, costCenter: RND, monthlyUsd: 1 }\n',
    tells: ['a.yaml:3:5 wrong-form'],
  },
  { name: 'no kind', yaml: 'name: x\n', tells: ['a.yaml:1:1 missing-kind'] },
  {
    name: 'an unknown kind',
    yaml: 'kind: Asignment\n',
    tells: ['a.yaml:1:7 unknown-kind'],
    says: 'There is no kind "Asignment"; did you mean "Assignment"?',
  },
  { name: 'a list for a document', yaml: '- kind: Tier\n', tells: ['a.yaml:1:1 not-a-mapping'] },
];

const NAMED: readonly Case[] = [
  { name: 'two Organizations', yaml: ORGANIZATION, tells: ['base.yaml:1:1 exactly-one-organization'] },
  {
    name: 'an unknown profile',
    yaml: `kind: Assignment\nname: x\nprofile: enginering\ntier: pro\n${USERS}`,
    tells: ['a.yaml:3:10 unknown-profile'],
    says: 'There is no profile "enginering"; did you mean "engineering"?',
  },
  {
    name: 'an unknown tier of an assignment',
    yaml: `kind: Assignment\nname: x\nprofile: engineering\ntier: pro-pluss\n${USERS}`,
    tells: ['a.yaml:4:7 unknown-tier'],
    says: 'There is no tier "pro-pluss"; did you mean "pro-plus"?',
  },
  { name: 'an unknown tier of a seat', yaml: `${PROFILE}seats:\n  ultra: { group: kiro-r }\n`, tells: ['a.yaml:6:3 unknown-tier'] },
  {
    name: 'a tier for which the profile has no seat',
    yaml: `kind: Assignment\nname: x\nprofile: engineering\ntier: pro-plus\n${USERS}`,
    tells: ['a.yaml:4:7 unknown-seat'],
    says: 'The profile "engineering" has no seat for the tier "pro-plus"; it has power, pro.',
  },
  {
    name: 'two assignments of one name',
    yaml: `${ASSIGNMENT}${USERS}---\n${ASSIGNMENT}${USERS}`,
    tells: ['a.yaml:8:7 duplicate-name'],
  },
  {
    name: 'two profiles of one name',
    yaml: `${PROFILE.replace('research', 'engineering')}seats: {}\n`,
    tells: ['base.yaml:9:7 duplicate-name'],
  },
  {
    name: 'two budgets of one name in two Policies',
    yaml: 'kind: Policy\nbudgets: [{ name: b, monthlyUsd: 1 }]\n---\nkind: Policy\nbudgets: [{ name: b, monthlyUsd: 2 }]\n',
    tells: ['a.yaml:5:19 duplicate-name'],
  },
  {
    name: 'two Tiers of one name',
    yaml: 'kind: Tier\nname: pro\n---\nkind: Tier\nname: pro\n',
    tells: ['a.yaml:5:7 duplicate-name'],
  },
  {
    name: 'two tiers of one rank',
    yaml: 'kind: Tier\nname: pro\nrank: 20\n',
    tells: ['a.yaml:3:7 equal-rank'],
    says: 'The tiers "pro" and "pro-plus" have the same rank 20, so neither wins; give each its own.',
  },
  {
    name: 'a new tier that leaves its price open',
    yaml: 'kind: Tier\nname: ultra\nrank: 50\n',
    tells: ['a.yaml:1:1 incomplete-tier'],
    says: 'The tier "ultra" is not built in, so its document must give monthlyUsd, credits as well.',
  },
  {
    name: 'two profiles of one account and Region',
    yaml: 'kind: Profile\nname: second\naccount: "111122223333"\nregion: us-east-1\nseats: {}\n',
    tells: ['base.yaml:10:10 one-profile-per-account-region'],
  },
  {
    name: 'a managed group on two seats',
    yaml: `${PROFILE}seats:\n  pro: { group: kiro-engineering-pro }\n`,
    tells: ['a.yaml:6:17 seat-group-reused'],
    says: 'The group "kiro-engineering-pro" is the seat group of engineering/pro, research/pro; each seat needs its own group.',
  },
  {
    name: 'an external group on two seats',
    yaml: `${PROFILE}seats:\n  pro-max: { group: data-platform, members: external }\n`,
    tells: ['a.yaml:6:21 seat-group-reused (warning)'],
  },
  {
    name: 'a group that is external here and managed there',
    yaml: `${PROFILE}seats:\n  pro-max: { group: data-platform }\n`,
    tells: ['a.yaml:6:21 seat-group-reused'],
  },
  { name: 'a seat group as source', yaml: `${ASSIGNMENT}groups: [kiro-engineering-power]\n`, tells: ['a.yaml:5:10 seat-group-as-source'] },
  {
    name: 'a seat group as source, in other case',
    yaml: `${ASSIGNMENT}groups: [Kiro-Engineering-Pro]\n`,
    tells: ['a.yaml:5:10 seat-group-as-source'],
  },
  {
    name: 'a seat group as exclude',
    yaml: `${ASSIGNMENT}${USERS}exclude:\n  groups: [kiro-engineering-power]\n`,
    tells: ['a.yaml:7:12 seat-group-as-source'],
  },
  { name: 'an external seat group may be a source', yaml: `${ASSIGNMENT}groups: [data-platform]\n`, tells: [] },
  {
    name: 'an assignment to an external seat',
    yaml: `kind: Assignment\nname: x\nprofile: engineering\ntier: pro-max\n${USERS}`,
    tells: ['a.yaml:4:7 assignment-to-external-seat'],
  },
  { name: 'an assignment of nobody', yaml: ASSIGNMENT, tells: ['a.yaml:1:1 empty-assignment'] },
  {
    name: 'an assignment whose people are all excluded',
    yaml: `${ASSIGNMENT}${USERS}exclude: { users: [ANA@example.com] }\n`,
    tells: ['a.yaml:1:1 empty-assignment'],
  },
  { name: 'an assignment that may be empty', yaml: `${ASSIGNMENT}allowEmpty: true\n`, tells: [] },
  {
    name: 'two assignments whose names differ in case',
    yaml: `${ASSIGNMENT}${USERS}---\n${ASSIGNMENT.replace('name: x', 'name: X')}${USERS}`,
    tells: ['a.yaml:2:7 names-differ-only-in-case'],
    says: 'The names "X" and "x" of two Assignments differ only in letter case; rename one.',
  },
  {
    name: 'two seat groups whose names differ in case',
    yaml: `${PROFILE}seats:\n  pro: { group: KIRO-engineering-pro }\n`,
    tells: ['base.yaml:13:17 names-differ-only-in-case'],
  },
  {
    name: 'a tier that differs from a built-in one in case',
    yaml: 'kind: Tier\nname: Pro\nrank: 11\ncredits: 1\nmonthlyUsd: 20\n',
    tells: ['a.yaml:2:7 names-differ-only-in-case'],
  },
  {
    name: 'the group of another tier for a seat, by its longest ending',
    yaml: `${PROFILE}seats:\n  pro: { group: kiro-res-pro-max }\n  power: { group: Kiro-Res-PRO, members: external }\n  pro-max: { group: x-pro-max }\n`,
    tells: ['a.yaml:6:17 seat-group-of-another-tier (warning)', 'a.yaml:7:19 seat-group-of-another-tier (warning)'],
    says: 'The group "kiro-res-pro-max" of "research/pro" is named like a group of "pro-max"; if that is its tier in the Kiro console, its members get "pro-max" and are counted here as "pro".',
  },
  {
    name: 'groups that name no tier, or only as a part of a word',
    yaml: `${PROFILE}seats:\n  pro: { group: power }\n  power: { group: kiro-nopro }\n  pro-plus: { group: pro-plus-people }\n`,
    tells: [],
  },
  {
    name: 'a new tier far below the built-in one that has its credits',
    yaml: 'kind: Tier\nname: lite\nrank: 99\ncredits: 9000\nmonthlyUsd: 99.99\n',
    tells: ['a.yaml:5:13 price-far-below-list (warning)'],
    says: 'The tier "lite" is priced at $99.99 here, less than half of $200.00, the list price of power, by which its credits are judged; budgets count it so, monthly-increase at list price.',
  },
  {
    name: 'a new tier at half of it',
    yaml: 'kind: Tier\nname: lite\nrank: 99\ncredits: 9000\nmonthlyUsd: 100\n',
    tells: [],
  },
  {
    name: 'two people of a list who differ in case',
    yaml: `${ASSIGNMENT}users:\n  - ana@example.com\n  - Ana@example.com\n`,
    tells: ['a.yaml:7:5 names-differ-only-in-case (warning)'],
  },
  {
    name: 'two cost centers that differ in case',
    yaml: `${ASSIGNMENT}costCenter: RND\n${USERS}---\n${ASSIGNMENT.replace('name: x', 'name: y')}costCenter: Rnd\n${USERS}`,
    tells: ['a.yaml:12:13 names-differ-only-in-case (warning)'],
  },
  { name: 'a person twice in a list', yaml: `${ASSIGNMENT}users:\n  - ana\n  - ana\n`, tells: ['a.yaml:7:5 repeated-entry (warning)'] },
  {
    name: 'an end before the beginning',
    yaml: `${ASSIGNMENT}${USERS}from: 2027-01-02\nuntil: 2027-01-01\n`,
    tells: ['a.yaml:7:8 until-before-from'],
  },
  { name: 'a single day is long enough', yaml: `${ASSIGNMENT}${USERS}from: 2027-01-02\nuntil: 2027-01-02\n`, tells: [] },
  {
    name: 'an assignment that ended yesterday',
    yaml: `${ASSIGNMENT}${USERS}until: 2026-11-22\n`,
    tells: ['a.yaml:6:8 expired-assignment (warning)'],
  },
  { name: 'an assignment that ends today', yaml: `${ASSIGNMENT}${USERS}until: 2026-11-23\n`, tells: [] },
  {
    name: 'an end on the second-last day of a month',
    yaml: `${ASSIGNMENT}${USERS}until: 2027-01-30\n`,
    tells: ['a.yaml:6:8 until-after-renewal (warning)'],
    says: 'An end on 2027-01-30 takes effect after Kiro renews on the 1st, which costs the next month; end it on 2027-01-29 or before.',
  },
  {
    name: 'an end on the last day of February in a leap year',
    yaml: `${ASSIGNMENT}${USERS}until: 2028-02-29\n`,
    tells: ['a.yaml:6:8 until-after-renewal (warning)'],
  },
  { name: 'an end on the third-last day of a month', yaml: `${ASSIGNMENT}${USERS}until: 2027-01-29\n`, tells: [] },
  {
    name: 'an Exception that ended',
    yaml: 'kind: Exception\nrule: over-budget\nkeys: [group/kiro-engineering-pro]\nuntil: 2026-11-22\nreason: r\n',
    tells: ['a.yaml:4:8 expired-exception (warning)'],
  },
  {
    name: 'an unknown Region',
    yaml: `${PROFILE.replace('eu-central-1', 'eu-centrl-1')}seats: {}\n`,
    tells: ['a.yaml:4:9 unknown-region (warning)'],
    says: '"eu-centrl-1" is no Region in which Kiro is known to have profiles; did you mean "eu-central-1"?',
  },
  {
    name: 'a budget of an unknown profile',
    yaml: 'kind: Policy\nbudgets: [{ name: b, monthlyUsd: 1, profile: enginering }]\n',
    tells: ['a.yaml:2:46 unknown-reference'],
    says: 'There is no profile "enginering"; did you mean "engineering"?',
  },
  {
    name: 'a budget of a cost center that no assignment has',
    yaml: 'kind: Policy\nbudgets: [{ name: b, monthlyUsd: 1, costCenter: RND }]\n',
    tells: ['a.yaml:2:49 unknown-reference (warning)'],
  },
  {
    name: 'expectations of an unknown profile and tiers',
    yaml: 'kind: Policy\nexpect:\n  - { user: a, profile: x, tier: proo }\n  - { group: a, never: powr }\n',
    tells: ['a.yaml:3:25 unknown-reference', 'a.yaml:3:34 unknown-reference', 'a.yaml:4:24 unknown-reference'],
  },
  {
    name: 'an expectation of a seat that does not exist',
    yaml: 'kind: Policy\nexpect:\n  - { user: a, profile: engineering, tier: pro-plus }\n',
    tells: ['a.yaml:3:44 unknown-reference'],
  },
  {
    name: 'an Exception for a group of no seat',
    yaml: 'kind: Exception\nrule: over-budget\nkeys: [membership/kiro-enginering-pro/a]\nuntil: 2026-12-15\nreason: r\n',
    tells: ['a.yaml:3:7 unknown-reference (warning)'],
    says: 'No seat has the group "kiro-enginering-pro" of the key "membership/kiro-enginering-pro/a"; did you mean "kiro-engineering-pro"?',
  },
];

describe.each([...SHAPE, ...NAMED])('$name', ({ yaml, tells, says }) => {
  test('is told with its rule and place', () => {
    const loaded = loadBeside(yaml);
    expect(told(loaded)).toEqual(tells);
    if (says !== undefined) expect(diagnosticsOf(loaded).map((d) => d.message)).toContain(says);
  });
});

test('an error refuses the configuration, a warning does not', () => {
  expect(loadBeside(ASSIGNMENT).ok).toBe(false);
  expect(loadBeside(`${ASSIGNMENT}${USERS}until: 2026-11-22\n`).ok).toBe(true);
});

test('all problems of one document are told, across documents too', () => {
  const yaml = 'kind: Assignment\nname: x\nprofile: enginering\ntier: pro\nowener: me\nusers: [a, a]\nuntil: 2026-13-01\n';
  expect(told(loadBeside(yaml))).toEqual([
    'a.yaml:3:10 unknown-profile',
    'a.yaml:5:1 unknown-field',
    'a.yaml:6:12 repeated-entry (warning)',
    'a.yaml:7:8 wrong-value',
  ]);
});

test('who refers to a document with errors is not blamed for them', () => {
  const profile = 'kind: Profile\nname: research\naccount: 1\nregion: eu-central-1\nseats: {}\n---\n';
  const tier = 'kind: Tier\nname: ultra\ncredits: many\n---\n';
  const uses = `kind: Assignment\nname: x\nprofile: research\ntier: ultra\n${USERS}`;
  expect(told(loadBeside(profile + tier + uses)).map((line) => line.split(' ')[1])).toEqual([
    'wrong-type',
    'incomplete-tier',
    'wrong-type',
  ]);
});
