import type { ApplyEvent } from '../apply/apply.ts';
import { changesOf, type Plan, type StageName } from '../model/plan.ts';
import { visible } from '../report/escape.ts';
import type { Io } from './io.ts';

const STAGE: Record<StageName, string> = {
  groups: 'groups created',
  'application-assignments': 'application assignments created',
  'memberships-to-add': 'memberships added',
  'memberships-to-remove': 'memberships removed',
};

function failure(event: ApplyEvent): string {
  const why = event.error ?? 'a change it depends on did not succeed';
  return `  ${event.type} ${event.change.action} ${visible(event.change.key)}: ${visible(why)}\n`;
}

/** Counts, rate and time left on a terminal; a line a stage elsewhere. Failures always get a line of their own. */
export function progress(io: Io, plan: Plan): (event: ApplyEvent) => void {
  const total = changesOf(plan).length;
  const started = io.now().getTime();
  const stageOf = new Map(plan.stages.flatMap((stage) => stage.changes.map((change) => [change.key, stage] as const)));
  const left = new Map(plan.stages.map((stage) => [stage.name, stage.changes.length]));
  const done = new Map<StageName, number>();
  const advised = new Set<string>();
  let ended = 0;
  const line = () => {
    const seconds = Math.max(0.001, (io.now().getTime() - started) / 1000);
    const rate = ended / seconds;
    io.stderr(`\r\u001b[K${ended}/${total} changes, ${rate.toFixed(1)}/s, about ${Math.ceil((total - ended) / rate)} s left`);
    if (ended === total) io.stderr('\r\u001b[K');
  };
  return (event) => {
    if (event.type === 'started') return;
    ended += 1;
    const stage = stageOf.get(event.change.key);
    if (stage !== undefined) {
      left.set(stage.name, (left.get(stage.name) ?? 0) - 1);
      if (event.type === 'succeeded') done.set(stage.name, (done.get(stage.name) ?? 0) + 1);
      if (!io.isTty && left.get(stage.name) === 0)
        io.stderr(`${done.get(stage.name) ?? 0} of ${stage.changes.length} ${STAGE[stage.name]}\n`);
    }
    if (event.type !== 'succeeded') io.stderr(`${io.isTty ? '\r\u001b[K' : ''}${failure(event)}`);
    if (event.advice !== undefined && !advised.has(event.advice)) io.stderr(`    ${visible(event.advice)}\n`);
    if (event.advice !== undefined) advised.add(event.advice);
    if (io.isTty) line();
  };
}
