import type { Live } from '../../src/model/live.ts';
import type { DirectoryReader, DirectoryWriter } from '../../src/ports.ts';

export type FakeDirectory = DirectoryReader & {
  readonly writer: DirectoryWriter;
  live: Live;
  now: () => Date;
  failOn: (what: string) => boolean;
};

/** The simplest Identity Center: a Live that can be edited by hand, read, and written through the port. `failOn` gets `add USERID`, `remove USERID`. */
export function fakeDirectory(live: Live, now: () => Date): FakeDirectory {
  let made = 0;
  const check = (what: string) => {
    if (directory.failOn(what)) throw new Error(`the fake refuses to ${what}`);
  };
  const done = { effect: true, requestId: 'request-1' };
  const directory: FakeDirectory = {
    live,
    now,
    failOn: () => false,
    observe: async () => ({ ...directory.live, instant: directory.now().toISOString() }),
    writer: {
      createGroup: async (name) => {
        const group = { id: `g-${name}`, name, provisioned: false };
        directory.live = {
          ...directory.live,
          groups: [...directory.live.groups, group],
          membersRead: [...directory.live.membersRead, group.id],
        };
        return { ...done, groupId: group.id };
      },
      createMembership: async ({ groupId, userId }) => {
        check(`add ${userId}`);
        made += 1;
        const row = { id: `m-${made}`, groupId, userId, createdAt: directory.now().toISOString(), createdBy: 'kirosync' };
        directory.live = { ...directory.live, memberships: [...directory.live.memberships, row] };
        return done;
      },
      deleteMembership: async ({ membershipId }) => {
        check(`remove ${directory.live.memberships.find((row) => row.id === membershipId)?.userId}`);
        directory.live = { ...directory.live, memberships: directory.live.memberships.filter((row) => row.id !== membershipId) };
        return done;
      },
      assignApplication: async () => done,
    },
  };
  return directory;
}
