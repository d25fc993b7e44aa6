import fc from 'fast-check';
import type { Advice } from '../../src/model/credits.ts';
import { INSTANCE } from '../support/world.ts';

/** Every tier with a managed seat group in one profile. */
export const ALL_TIERS = `kind: Organization
version: 1
identityCenter: { region: eu-west-1, instanceArn: "${INSTANCE}" }
removals: immediate
---
kind: Profile
name: eng
account: "111122223333"
region: us-east-1
overage: { enabled: true }
seats:
  pro: { group: kiro-eng-pro, confirmed: 2026-11-01 }
  pro-plus: { group: kiro-eng-pro-plus, confirmed: 2026-11-01 }
  pro-max: { group: kiro-eng-pro-max, confirmed: 2026-11-01 }
  power: { group: kiro-eng-power, confirmed: 2026-11-01 }
`;

export const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;
const NAMES = ['ana@example.com', 'bo', 'cy.o@example.com', 'dee d', '007', 'true', 'eve: x', 'fay#1'] as const;

/** How a list of names is written. */
type Style = 'block' | 'outdented' | 'flow' | 'lines' | 'trailing';
type Quotes = 'plain' | 'single' | 'double';

type Person = {
  readonly name: string;
  readonly tier: number;
  readonly way: 'name' | 'group' | 'both';
  readonly to: number | null;
  readonly team: number;
};

export type Repository = {
  readonly files: Readonly<Record<string, string>>;
  readonly groups: Readonly<Record<string, readonly string[]>>;
  readonly people: readonly { readonly user: string; readonly advice: Pick<Advice, 'from' | 'tier'> | null }[];
};

const person = (name: string): fc.Arbitrary<Person> =>
  fc.record({
    name: fc.constant(name),
    tier: fc.nat({ max: 3 }),
    way: fc.constantFrom('name', 'group', 'both'),
    to: fc.option(fc.nat({ max: 3 }), { freq: 2 }),
    team: fc.nat({ max: 1 }),
  });

const look = fc.record({
  style: fc.constantFrom<Style>('block', 'outdented', 'flow', 'lines', 'trailing'),
  quotes: fc.constantFrom<Quotes>('plain', 'single', 'double'),
  comments: fc.boolean(),
  rootFlow: fc.boolean(),
  owner: fc.constantFrom(null, 'platform-leads'),
  until: fc.constantFrom(null, '2027-01-15'),
  excludeGroup: fc.boolean(),
  excludeStyle: fc.constantFrom<Style>('block', 'flow'),
  fieldsFirst: fc.boolean(),
});

type Look = typeof look extends fc.Arbitrary<infer T> ? T : never;

function written(name: string, quotes: Quotes): string {
  if (quotes === 'single') return `'${name}'`;
  return quotes === 'double' || /^(\d|true|dee|eve|fay)/.test(name) ? JSON.stringify(name) : name;
}

function list(field: string, names: readonly string[], { style, quotes, comments }: Look, indent = ''): readonly string[] {
  const all = names.map((name) => written(name, quotes));
  const about = (i: number) => (comments && i % 2 === 0 ? ` # about ${i}` : '');
  if (style === 'flow') return [`${indent}${field}: [${all.join(', ')}]`];
  if (style === 'lines' || style === 'trailing') {
    const comma = (i: number) => (i < all.length - 1 || style === 'trailing' ? ',' : '');
    return [`${indent}${field}: [`, ...all.map((name, i) => `${indent}  ${name}${comma(i)}`), `${indent}]`];
  }
  const dash = style === 'outdented' ? '- ' : '  - ';
  const lines = all.flatMap((name, i) => [
    ...(comments && i === 1 ? [`${indent}  # before ${i}`] : []),
    `${indent}${dash}${name}${about(i)}`,
  ]);
  return [`${indent}${field}:${comments ? ' # people' : ''}`, ...lines];
}

/** One assignment as its author wrote it. */
function assignment(
  name: string,
  tier: string,
  given: { readonly users: readonly string[]; readonly groups: readonly string[] },
  how: Look,
): readonly string[] {
  const { users, groups } = given;
  if (how.rootFlow) {
    const part = (field: string, names: readonly string[]) =>
      names.length === 0 ? '' : `, ${field}: [${names.map((one) => written(one, how.quotes)).join(', ')}]`;
    const until = how.until === null ? '' : `, until: ${how.until}`;
    return [`{ kind: Assignment, name: ${name}, profile: eng, tier: "${tier}"${part('groups', groups)}${part('users', users)}${until} }`];
  }
  const lists = [...(groups.length === 0 ? [] : list('groups', groups, how)), ...(users.length === 0 ? [] : list('users', users, how))];
  const fields = [
    `name: ${name}`,
    'profile: eng',
    `tier: ${how.quotes === 'single' ? `'${tier}'` : tier}${how.comments ? '  # the tier' : ''}`,
  ];
  const exclude = how.excludeGroup
    ? ['exclude:', ...list('groups', ['contractors'], { ...how, style: how.excludeStyle, comments: false }, '  ')]
    : [];
  const rest = [...exclude, ...(how.owner === null ? [] : [`owner: ${how.owner}`]), ...(how.until === null ? [] : [`until: ${how.until}`])];
  return [
    ...(how.comments ? [`# assignment ${name}`] : []),
    'kind: Assignment',
    ...(how.fieldsFirst ? [...fields, ...lists, ...rest] : [...rest, ...lists, ...fields]),
  ];
}

/** Policies as people write them: flow and block lists, quotes, comments, several documents a file, CRLF, no last line break. */
export const repository: fc.Arbitrary<Repository> = fc
  .record({
    people: fc.tuple(...NAMES.map(person)),
    looks: fc.array(look, { minLength: 8, maxLength: 8 }),
    split: fc.boolean(),
    crlf: fc.boolean(),
    open: fc.boolean(),
    lower: fc.boolean(),
  })
  .map(({ people, looks, split, crlf, open, lower }) => {
    const documents = TIERS.flatMap((tier, t) =>
      [0, 1].flatMap((team) => {
        const how = looks[t * 2 + team];
        const mine = people.filter((one) => one.tier === t && one.team === team);
        // Somebody may be granted a lower tier as well, which is shadowed.
        const shadowed = lower && t === 0 ? people.filter((one) => one.tier > 0 && one.team === team && one.way === 'group') : [];
        const users = [...mine.filter(({ way }) => way !== 'group'), ...shadowed].map(({ name }) => name);
        const groups = mine.some(({ way }) => way !== 'name') ? [`team-${t}-${team}`] : [];
        return how === undefined || (users.length === 0 && groups.length === 0)
          ? []
          : [assignment(`a${t}${team}`, tier, { users, groups }, how).join('\n')];
      }),
    );
    const finish = (texts: readonly string[]) => {
      const text = `${texts.join('\n---\n')}${open ? '' : '\n'}`;
      return crlf ? text.replaceAll('\n', '\r\n') : text;
    };
    const middle = split ? Math.ceil(documents.length / 2) : documents.length;
    const parts = [documents.slice(0, middle), documents.slice(middle)].filter((part) => part.length > 0);
    const groups: Record<string, string[]> = {
      contractors: [],
      'kiro-eng-pro': [],
      'kiro-eng-pro-plus': [],
      'kiro-eng-pro-max': [],
      'kiro-eng-power': [],
    };
    for (const { name, tier, way, team } of people) {
      groups[`kiro-eng-${TIERS[tier]}`]?.push(name);
      if (way === 'name') continue;
      const source = `team-${tier}-${team}`;
      groups[source] = [...(groups[source] ?? []), name];
    }
    return {
      files: { 'base.yaml': ALL_TIERS, ...Object.fromEntries(parts.map((part, i) => [`teams/part ${i}.yaml`, finish(part)])) },
      groups,
      people: people.map(({ name, tier, to }) => ({
        user: name,
        advice: to === null || to === tier ? null : { from: TIERS[tier] ?? 'pro', tier: TIERS[to] ?? 'pro' },
      })),
    };
  });
