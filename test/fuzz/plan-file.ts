import fc from 'fast-check';
import { apply } from '../../src/commands/apply.ts';
import { changesOf } from '../../src/model/plan.ts';
import type { DirectoryWriter, Written } from '../../src/ports.ts';
import { planDocument } from '../../src/report/plan-json.ts';
import { bigPlan } from '../report/arbitrary-plan.ts';
import { planOf } from '../support/world.ts';
import { jsonFrom } from './mutate.ts';
import { planEditedFrom } from './plan-edit.ts';
import type { Target } from './runner.ts';
import { expectThat, POLICY, site, WORLD } from './site.ts';

const FRESH = planOf(POLICY, WORLD);

/** Everything that makes one change, in a line. */
const line = (action: unknown, key: unknown, groupId: unknown, userId: unknown, membershipId: unknown): string =>
  JSON.stringify([action, key, groupId, userId, membershipId ?? null]);

/** What a writer may be asked for, with the change that it does: the changes of the plan as it is, and nothing else. */
const PLANNED: ReadonlyMap<string, string> = new Map(
  changesOf(FRESH).flatMap((change) => {
    if (change.kind !== 'membership') return [];
    const { action, key, groupId, userId } = change;
    if (change.action === 'create') return [[`add ${groupId} ${userId}`, line(action, key, groupId, userId, null)]];
    return [[`remove ${change.membershipId}`, line(action, key, groupId, userId, change.membershipId)]];
  }),
);

type Resource = { readonly groupId?: unknown; readonly userId?: unknown; readonly membershipId?: unknown };
type Entry = { readonly action: unknown; readonly key: unknown; readonly before: Resource | null; readonly after: Resource | null };

/** The changes in a file that was applied, read without kirosync's own reader: it could drop what it should compare. */
function reviewed(input: Buffer): readonly string[] {
  // A parse boundary: a file that was not refused has this form, and another one fails here.
  const file = JSON.parse(input.toString('utf8').replace(/^\ufeff/, '')) as {
    readonly stages: readonly { readonly changes: readonly Entry[] }[];
  };
  return file.stages.flatMap(({ changes }) =>
    changes.map(({ action, key, before, after }) => {
      const { groupId, userId, membershipId } = after ?? before ?? {};
      return line(action, key, groupId, userId, membershipId);
    }),
  );
}

/** A plan file of arbitrary bytes, or of other changes, given to `apply --plan`: what is written is planned now, and is exactly what the file says. */
export const planFile: Target = {
  name: 'plan-file',
  inputs: fc.oneof(
    jsonFrom([planDocument(FRESH), planDocument(FRESH), planDocument(bigPlan(2, 1))], ['"stages"', '"delete"', '"create"', 'membership/']),
    planEditedFrom(FRESH),
  ),
  short: 120,
  long: 20_000,
  open: async () => {
    const { io, deps, put, command, close } = site();
    expectThat(PLANNED.size >= 4 && FRESH.violations.length === 0, 'the plan to start from has changes');
    const run = async (input: Buffer): Promise<'taken' | 'refused'> => {
      const written: string[] = [];
      const write = async (what: string): Promise<Written> => {
        written.push(what);
        return { effect: true, requestId: null };
      };
      const writer: DirectoryWriter = {
        createGroup: async (group) => ({ ...(await write(`group ${group}`)), groupId: 'g-new' }),
        createMembership: ({ groupId, userId }) => write(`add ${groupId} ${userId}`),
        deleteMembership: ({ membershipId }) => write(`remove ${membershipId}`),
        assignApplication: ({ groupId }) => write(`attach ${groupId}`),
      };
      const plan = put('plan.json', input);
      const { code } = await command(() => apply({ plan, yes: true }, io, { ...deps, writer: () => writer }));
      const done = written.map((one) => PLANNED.get(one) ?? `${one}, which is not planned`).sort();
      const asked = written.length === 0 ? [] : [...reviewed(input)].sort();
      expectThat(done.join('\n') === asked.join('\n'), `written was\n${done.join('\n')}\nand the file has\n${asked.join('\n')}`);
      expectThat(written.length === 0 || code === 0, `exit ${code} after ${written.length} writes`);
      expectThat([0, 1, 4].includes(code), `exit ${code}`);
      return written.length > 0 ? 'taken' : 'refused';
    };
    return { run, close: async () => close() };
  },
};
