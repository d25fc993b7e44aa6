import { apply } from '../../src/commands/apply.ts';
import { changesOf } from '../../src/model/plan.ts';
import type { DirectoryWriter, Written } from '../../src/ports.ts';
import { planDocument } from '../../src/report/plan-json.ts';
import { readPlan } from '../../src/report/plan-read.ts';
import { bigPlan } from '../report/arbitrary-plan.ts';
import { planOf } from '../support/world.ts';
import { jsonFrom } from './mutate.ts';
import type { Target } from './runner.ts';
import { expectThat, POLICY, site, WORLD } from './site.ts';

const FRESH = planOf(POLICY, WORLD);
/** What a writer may be asked for: the changes of the plan as it is, and nothing else. */
const PLANNED = new Set(
  changesOf(FRESH).flatMap((change) => {
    if (change.kind !== 'membership') return [];
    return change.action === 'create' ? [`add ${change.groupId} ${change.userId}`] : [`remove ${change.membershipId}`];
  }),
);

/** A plan file of arbitrary bytes given to `apply --plan`: what is written is planned now and was in the file. */
export const planFile: Target = {
  name: 'plan-file',
  inputs: jsonFrom(
    [planDocument(FRESH), planDocument(FRESH), planDocument(bigPlan(2, 1))],
    ['"stages"', '"delete"', '"create"', 'membership/'],
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
      const read = readPlan(input.toString('utf8'));
      const named = new Set(
        read.ok ? read.changes.flatMap(({ membershipId, groupId, userId }) => [`remove ${membershipId}`, `add ${groupId} ${userId}`]) : [],
      );
      for (const one of written) expectThat(PLANNED.has(one) && named.has(one), `${one} was written`);
      expectThat(written.length === 0 || code === 0, `exit ${code} after ${written.length} writes`);
      expectThat([0, 1, 4].includes(code), `exit ${code}`);
      return written.length > 0 ? 'taken' : 'refused';
    };
    return { run, close: async () => close() };
  },
};
