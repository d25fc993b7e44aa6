import { changesOf, type Plan } from '../../src/model/plan.ts';
import { plan } from '../../src/plan/plan.ts';
import { planHtml } from '../../src/report/plan-html.ts';
import { planDocument, planJson } from '../../src/report/plan-json.ts';
import { planMarkdown } from '../../src/report/plan-markdown.ts';
import { planText } from '../../src/report/plan-text.ts';
import { OPERATOR } from './directory.ts';
import { planWorld } from './plan-world.ts';
import { type Bench, interleaved, type Scenario, seconds } from './scenario.ts';

/** A plan in which nobody has a seat yet. */
function largePlan(bench: Bench): Plan {
  const { configuration, live, now, teams } = planWorld(20_000, bench.seed);
  return plan({ configuration, live: { ...live, memberships: teams }, now, operator: OPERATOR, revision: null });
}

const textOf = (made: Plan): string => planText(made, { color: false });

/** `write` against the strictest rival: the plan as it is in memory, without indentation. The others are told, not judged. */
const output = (format: 'text' | 'json', write: (made: Plan) => string): Scenario => ({
  name: `outputs-${format}`,
  unit: 's',
  what: `a large plan as ${format}, against JSON.stringify of the same data`,
  target: 3,
  run: async (bench) => {
    const made = largePlan(bench);
    const took = await interleaved(Math.max(bench.runs, 15), {
      ours: () => seconds(() => write(made)),
      stringify: () => seconds(() => JSON.stringify(made)),
    });
    const document = planDocument(made);
    const others = await interleaved(bench.runs, {
      'JSON.stringify of the document, indented': () => seconds(() => JSON.stringify(document, null, 2)),
      Markdown: () => seconds(() => planMarkdown(made)),
      HTML: () => seconds(() => planHtml(made)),
    });
    const told = Object.entries(others).map(([name, other]) => `${name} ${(other / took.stringify).toFixed(2)} ×`);
    return { value: took.ours, bound: took.stringify, notes: [`${changesOf(made).length} changes; ${told.join(', ')}`] };
  },
});

export const outputsText = output('text', textOf);
export const outputsJson = output('json', planJson);
