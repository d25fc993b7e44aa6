import { changesOf, type Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { planText } from '../../src/report/plan-text.ts';
import { OPERATOR } from './directory.ts';
import { planWorld } from './plan-world.ts';
import { type Bench, interleaved, type Scenario, seconds } from './scenario.ts';

/** A plan in which nobody has a seat yet. */
function largePlan(bench: Bench): Plan {
  const { configuration, live, now, teams } = planWorld(bench.full ? 20_000 : 5000, bench.seed);
  return plan({ configuration, live: { ...live, memberships: teams }, now, operator: OPERATOR, revision: null });
}

const FORMATS = {
  text: (made: Plan) => planText(made, { color: false }),
  json: planJson,
  markdown: planMarkdown,
} as const;

const output = (format: 'text' | 'json'): Scenario => ({
  name: `outputs-${format}`,
  unit: 's',
  what: `a large plan as ${format}, against JSON.stringify of the same data`,
  target: 3,
  run: async (bench) => {
    const made = largePlan(bench);
    const took = await interleaved(bench.runs, {
      ours: () => seconds(() => FORMATS[format](made)),
      stringify: () => seconds(() => JSON.stringify(made)),
      markdown: () => seconds(() => FORMATS.markdown(made)),
    });
    const ratio = (took.markdown / took.stringify).toFixed(2);
    return { value: took.ours, bound: took.stringify, notes: [`${changesOf(made).length} changes; as Markdown ${ratio} ×`] };
  },
});

export const outputsText = output('text');
export const outputsJson = output('json');
