import { prefixed, uuidOf } from './id.ts';
import type { User } from './state.ts';

/** Invented words, not people: each staff member is one given word and one family word. */
const GIVEN =
  'Alder Basil Cedar Daisy Ember Flint Gale Hazel Iris Juniper Kestrel Laurel Maple Nova Olive Pearl Quill Rowan Sorrel Tansy Umber'.split(
    ' ',
  );
const FAMILY = 'Archway Bramble Cobble Drift Eddy Furrow Gable Harbour Islet Jetty Knoll Lantern'.split(' ');

const NAMED = ['ana', 'bob', 'cto', 'dana', 'eli', 'fatima'];
const DEVELOPERS = Array.from({ length: 40 }, (_, i) => `dev${String(i + 1).padStart(2, '0')}`);

export type Person = { readonly id: string; readonly user: User; readonly enabled: boolean };
export type People = {
  readonly all: readonly Person[];
  /** By local part: `named('ana')`, `named('dev07')`. */
  readonly named: (localPart: string) => Person;
  readonly staff: readonly Person[];
};

/** Staff by index; the rest is ordinary. The seed puts 20 and 40 into source groups, the others into none but all-staff. */
const DISABLED = new Set([20, 40, 130, 140, 150, 160, 170]);
const MIXED_CASE = new Set([5, 90, 125]);
/** The userName is a short sign-in name, the e-mail is as everybody else's. */
const SHORT_NAME = new Set([7, 95, 135]);

const DAY = 86_400_000;

const userOf = (storeId: string, now: Date, index: number, given: string, family: string, address: string): User => {
  const uuid = uuidOf(`user:${address}`);
  const created = new Date(now.getTime() - (500 - index) * DAY).toISOString();
  return {
    UserId: index % 3 === 0 ? prefixed(storeId, uuid) : uuid,
    UserName: address,
    DisplayName: `${given} ${family}`,
    Name: { GivenName: given, FamilyName: family },
    Emails: [{ Value: address, Type: 'work', Primary: true }],
    // Every ninth user has no status: the service leaves it out for some, and that means enabled.
    ...(index % 9 === 4 ? {} : { UserStatus: 'ENABLED' as const }),
    CreatedAt: created,
    CreatedBy: 'arn:aws:iam::111122223333:user/directory-admin',
  };
};

const staffUser = (storeId: string, now: Date, index: number): User => {
  const given = GIVEN[index % GIVEN.length] ?? '';
  const family = FAMILY[Math.floor(index / GIVEN.length) % FAMILY.length] ?? '';
  const address = `${given}.${family}@example.com`.toLowerCase();
  const base = userOf(storeId, now, index + 46, given, family, address);
  if (DISABLED.has(index)) return { ...base, UserStatus: 'DISABLED' };
  if (MIXED_CASE.has(index)) return { ...base, UserName: `${given}.${family}@example.com` };
  if (SHORT_NAME.has(index)) return { ...base, UserName: `${given[0] ?? ''}${family}`.toLowerCase() };
  return base;
};

const capital = (word: string): string => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`;

/** 6 named people, dev01 to dev40 and 220 staff: always the same, 500 days old or less as seen from `now`. */
export const demoPeople = (storeId: string, now: Date): People => {
  const person = (user: User): Person => ({ id: user.UserId, user, enabled: user.UserStatus !== 'DISABLED' });
  const fixed = [...NAMED, ...DEVELOPERS].map((local, i) =>
    person(userOf(storeId, now, i, capital(local), 'Example', `${local}@example.com`)),
  );
  const staff = Array.from({ length: 220 }, (_, i) => person(staffUser(storeId, now, i)));
  const byLocal = new Map(fixed.map((p) => [p.user.UserName?.split('@')[0], p]));
  const named = (localPart: string): Person => {
    const found = byLocal.get(localPart);
    if (found === undefined) throw new Error(`the demo seed has nobody called ${localPart}`);
    return found;
  };
  return { all: [...fixed, ...staff], named, staff };
};
