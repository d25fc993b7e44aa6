import { expect, test } from 'vitest';
import { readPath } from '../../src/usage/path.ts';

const TREE = 'prefix/AWSLogs/111122223333/KiroLogs/user_report/eu-central-1/2026/11/02/00';

test.each([
  [
    `${TREE}/KIRO_IDE_111122223333_user_report_202611030200.csv`,
    { account: '111122223333', region: 'eu-central-1', nameAccount: '111122223333', stamp: '20261103020000' },
  ],
  [
    `${TREE}/PLUGIN_111122223333_user_report_202611030200_part_2.csv`,
    { account: '111122223333', region: 'eu-central-1', nameAccount: '111122223333', stamp: '20261103020000' },
  ],
  [
    'flat/KIRO_CLI_111122223333_user_report_202611030200.CSV',
    { account: null, region: null, nameAccount: '111122223333', stamp: '20261103020000' },
  ],
  [
    'user_report/us-east-1/2026/x_user_report_20261103020059.csv',
    { account: null, region: 'us-east-1', nameAccount: null, stamp: '20261103020059' },
  ],
  [`${TREE}/odd.csv`, { account: '111122223333', region: 'eu-central-1', nameAccount: null, stamp: null }],
])('%s is a report', (path, expected) => {
  expect(readPath(path)).toEqual({ kind: 'report', date: path.startsWith(TREE) ? '2026-11-02' : null, ...expected });
});

test.each([
  ['AWSLogs/1/KiroLogs/by_user_analytic/us-east-1/2026/11/02/00/111122223333_by_user_analytic_202611030200_report.csv', 'legacy'],
  ['AWSLogs/111122223333/KiroLogs/0b1d3f5a-1111-4222-8333-444455556666', 'marker'],
  ['KiroLogs/by_user_analytic/us-east-1/2026/11/02/00/odd.csv', 'legacy'],
  ['notes/expenses.csv', 'other'],
  [`${TREE}/KIRO_IDE_111122223333_user_report_202611030200.csv.gz`, 'other'],
  ['README.md', 'other'],
])('%s is %s', (path, kind) => {
  expect(readPath(path)).toEqual({ kind });
});

test('the name of the directory that was given makes no report legacy', () => {
  const below = `${TREE}/KIRO_IDE_111122223333_user_report_202611030200.csv`;
  expect(readPath(`/srv/by_user_analytic/${below}`, below).kind).toBe('report');
  expect(readPath(`/srv/KiroLogs/by_user_analytic/${below}`, below).kind).toBe('report');
  expect(readPath(`copy_of_by_user_analytic/${below}`).kind).toBe('report');
  expect(readPath('/srv/odd.csv', 'KiroLogs/by_user_analytic/odd.csv').kind).toBe('legacy');
});
