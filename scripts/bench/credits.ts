import { interleaved, type Scenario, seconds } from './scenario.ts';
import { usageData } from './usage-data.ts';
import { report, rival } from './usage-report.ts';

export const credits: Scenario = {
  name: 'credits',
  unit: 's',
  what: 'the report of a month, against one typed read_csv and an exact sum',
  target: 1.5,
  run: async (bench) => {
    const { root, rows } = usageData(bench);
    const took = await interleaved(bench.runs, {
      report: () => seconds(() => report(root, rows)),
      exact: () => seconds(() => rival(root, 'DECIMAL(38,18)')),
      float: () => seconds(() => rival(root, 'DOUBLE')),
    });
    const ratio = (took.report / took.float).toFixed(2);
    return {
      value: took.report,
      bound: took.exact,
      notes: [`${rows} rows`, `a sum of floats, which is not exact, takes ${took.float.toFixed(3)} s: ${ratio} ×`],
    };
  },
};
