import { at } from './client.ts';

/** A seat that the demo's Kiro has given: who, in which profile, at which tier. */
export type DemoSeat = {
  /** Bare, as reports write it. */
  readonly userId: string;
  readonly userName: string;
  readonly account: string;
  readonly region: string;
  readonly tier: 'pro' | 'pro-plus' | 'pro-max' | 'power';
};

const TIERS = ['pro', 'pro-plus', 'pro-max', 'power'] as const;

function list(state: unknown, name: string): readonly unknown[] {
  const found = at(state, name);
  return Array.isArray(found) ? found : [];
}

/** Every member of every subscribed group, from the emulator's state (docs/emulator.md), in the order of the user names. */
export function demoSeats(state: unknown): readonly DemoSeat[] {
  const names = new Map(list(state, 'users').map((user) => [String(at(user, 'UserId')), String(at(user, 'UserName') ?? '')]));
  const applications = new Map(list(state, 'applications').map((one) => [at(one, 'ApplicationArn'), one]));
  const seats = list(state, 'subscriptions').flatMap((subscription) => {
    const application = applications.get(at(subscription, 'ApplicationArn'));
    const tier = TIERS.find((name) => name === at(subscription, 'Tier'));
    if (application === undefined || tier === undefined) return [];
    const account = String(at(application, 'ApplicationAccount'));
    const region = String(at(application, 'CreatedFrom'));
    return list(state, 'memberships').flatMap((membership): readonly DemoSeat[] => {
      const userId = String(at(membership, 'MemberId', 'UserId'));
      const userName = names.get(userId);
      if (at(membership, 'GroupId') !== at(subscription, 'PrincipalId') || userName === undefined) return [];
      return [{ userId: userId.slice(-36), userName, account, region, tier }];
    });
  });
  return seats.sort((a, b) => (a.userName < b.userName ? -1 : a.userName > b.userName ? 1 : a.account < b.account ? -1 : 1));
}
