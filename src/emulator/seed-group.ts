import type { People, Person } from './seed-people.ts';

/** One group of the demo seed. `days` is the age of its memberships. */
export type SeedGroup = { readonly name: string; readonly members: readonly Person[]; readonly scim: boolean; readonly days: number };

const local = (name: string, members: readonly Person[], days = 200): SeedGroup => ({ name, members, scim: false, days });
const scim = (name: string, members: readonly Person[]): SeedGroup => ({ name, members, scim: true, days: 200 });

const developers = (people: People, from: number, to: number): readonly Person[] =>
  Array.from({ length: to - from + 1 }, (_, i) => people.named(`dev${String(from + i).padStart(2, '0')}`));

/** Groups that people belong to by their work: what assignments name. */
export const sourceGroups = (people: People): readonly SeedGroup[] => {
  const { named } = people;
  const staff = (from: number, count: number): readonly Person[] => people.staff.slice(from, from + count);
  return [
    local('platform-engineers', [named('ana'), named('bob'), ...developers(people, 1, 12), ...staff(0, 4)]),
    // staff 20 is disabled and still a member
    local('backend-engineers', [named('dana'), ...developers(people, 13, 28), ...staff(16, 5)]),
    local('frontend-engineers', [named('eli'), ...developers(people, 29, 40), ...staff(4, 3)]),
    local('mobile-engineers', staff(7, 9).concat(staff(21, 2))),
    // staff 40 is disabled and still a member
    local('data-scientists', [named('fatima'), ...staff(28, 13)]),
    local('ml-researchers', [...staff(41, 7), ...staff(28, 2)]),
    local('sre', [...developers(people, 10, 11), ...staff(48, 6)]),
    local('security-engineers', staff(54, 7)),
    local('designers', staff(61, 10)),
    local('contractors', [named('bob'), ...developers(people, 26, 28), ...staff(71, 2)]),
    local('engineering-leads', [named('ana'), named('cto'), ...['dev01', 'dev13', 'dev29'].map(named)]),
    local('research-leads', [named('cto'), named('fatima'), ...staff(41, 1)]),
    local('qa-engineers', staff(73, 9)),
    local('interns', staff(82, 4)),
    scim('data-platform', staff(100, 12)),
    scim(
      'all-staff',
      people.all.filter((p) => p.enabled),
    ),
  ];
};

/** Groups that a tier was or will be bought for. */
export const seatGroups = (people: People): readonly SeedGroup[] => {
  const { named } = people;
  const staff = (from: number, count: number): readonly Person[] => people.staff.slice(from, from + count);
  const engineering = [
    ...[developers(people, 1, 10), developers(people, 13, 20), developers(people, 29, 34)].flat(),
    ...[named('dana'), named('eli')],
    ...staff(0, 2),
  ];
  return [
    // staff 20 is disabled, staff 120 works in no group that has a seat: the two that a first pass takes away
    local('kiro-engineering-pro', [...engineering, ...staff(20, 1), ...staff(120, 1)], 130),
    local('kiro-engineering-pro-plus', [named('ana'), ...developers(people, 35, 36), ...staff(7, 4)], 125),
    local('kiro-engineering-pro-max', []),
    local('kiro-engineering-trial', staff(180, 3), 90),
    local('kiro-research-pro', [named('fatima'), ...staff(28, 5)], 130),
    local('kiro-research-power', staff(42, 2), 125),
  ];
};

/** Groups that open AWS accounts or another application: never to be written by a seat policy. */
export const privilegedGroups = (people: People): readonly SeedGroup[] => {
  const staff = (from: number, count: number): readonly Person[] => people.staff.slice(from, from + count);
  return [
    local('AWSControlTowerAdmins', staff(48, 3)),
    local('AWSAccountFactory', staff(51, 2)),
    local('AWSSecurityAuditors', staff(54, 3)),
    local('prod-admins', staff(48, 4)),
    local('payroll-app-users', staff(190, 6)),
  ];
};
