import { assignmentKey, type Store } from './store.ts';
import { addMembership, dropGroup, dropMembership, putAssignment, stampOf } from './store-edit.ts';
import { beforeWrite, type Pending, type UndoRule, type World } from './world.ts';

/** Another administrator of the same directory. */
export const OUTSIDER = 'arn:aws:sts::111122223333:assumed-role/directory-admin/outsider';

type Detail = Readonly<Record<string, unknown>>;
type Reversal = (store: Store, detail: Detail, at: number) => boolean;

const id = (detail: Detail, name: string): string => String(detail[name] ?? '');

const removeMember: Reversal = (store, detail) => {
  const row = store.byGroup.get(id(detail, 'GroupId'))?.get(id(detail, 'UserId'));
  if (row !== undefined) dropMembership(store, row);
  return row !== undefined;
};

const addMember: Reversal = (store, detail, at) => {
  const [group, user] = [id(detail, 'GroupId'), id(detail, 'UserId')];
  if (!store.groups.has(group) || !store.users.has(user) || store.byGroup.get(group)?.has(user)) return false;
  addMembership(store, group, user, stampOf(at, OUTSIDER));
  return true;
};

const assignmentOf = (detail: Detail) => ({
  ApplicationArn: id(detail, 'ApplicationArn'),
  PrincipalId: id(detail, 'PrincipalId'),
  PrincipalType: detail['PrincipalType'] === 'USER' ? ('USER' as const) : ('GROUP' as const),
});

/** The opposite of each write that can be undone, by the operation that made it. */
const REVERSALS: Readonly<Record<string, readonly [operation: string, run: Reversal]>> = {
  CreateGroupMembership: ['DeleteGroupMembership', removeMember],
  DeleteGroupMembership: ['CreateGroupMembership', addMember],
  CreateGroup: [
    'DeleteGroup',
    (store, detail) => {
      const known = store.groups.has(id(detail, 'GroupId'));
      dropGroup(store, id(detail, 'GroupId'));
      return known;
    },
  ],
  CreateApplicationAssignment: [
    'DeleteApplicationAssignment',
    (store, detail) => store.assignments.delete(assignmentKey(assignmentOf(detail))),
  ],
  DeleteApplicationAssignment: [
    'CreateApplicationAssignment',
    (store, detail, at) => {
      putAssignment(store, assignmentOf(detail), stampOf(at, OUTSIDER));
      return true;
    },
  ],
};

const matches = (rule: UndoRule, operation: string): boolean =>
  rule.left !== 0 && (rule.operation === null || rule.operation === operation);

/** After an effective write of a client: the outsider undoes it, at once or later, while a rule says so. */
export const scheduleUndo = (world: World, operation: string, detail: Detail, at: number): void => {
  const rule = world.undo.find((r) => matches(r, operation));
  const reversal = REVERSALS[operation];
  if (rule === undefined || reversal === undefined) return;
  if (rule.left !== null) rule.left -= 1;
  const [opposite, run] = reversal;
  const pending: Pending = {
    at: at + rule.after,
    run: (later, due) => {
      beforeWrite(later, 'outsider', opposite, due, detail);
      if (!run(later.store, detail, due)) later.writes.pop();
    },
  };
  world.pending = [...world.pending, pending];
};
