import { DuckDBInstance } from '@duckdb/node-api';
import { credits } from '../../src/usage/credits.ts';
import { readUsage } from '../../src/usage/read.ts';
import { BASE, configuration } from '../../test/support/world.ts';
import { COLUMNS, MONTH } from './usage-data.ts';

/** The report's computation, from the files to the numbers. @throws Error when a row of well-formed data went astray. */
export async function report(root: string, rows: number, cache?: string): Promise<void> {
  const facts = await readUsage([root], MONTH, '/', cache === undefined ? {} : { cache });
  const { read, used, superseded, rejected } = facts.rows;
  if (read !== rows || used !== rows || superseded + rejected !== 0) throw new Error(`${rows} rows became ${JSON.stringify(facts.rows)}`);
  credits({ configuration: configuration(BASE), facts, live: null, resolution: null, month: MONTH, now: new Date('2026-12-01T06:00:00Z') });
}

/** Threads of the SQL engine, here as in the product. */
const THREADS = '2';

function typeOf(column: string, amount: string): string {
  if (column === 'Date') return 'DATE';
  if (/^(?:Overage_)?Credits_Used$/.test(column)) return amount;
  if (/_Enabled$|^New_User$/.test(column)) return 'BOOLEAN';
  if (/_Cap$|_Limit$/.test(column)) return 'DOUBLE';
  return /messages$|Messages$|Conversations$/.test(column) ? 'INTEGER' : 'VARCHAR';
}

/**
 * What the SQL engine alone takes to read the same files with a type a column and to add up one of them. `amount` is the
 * type of credits: DECIMAL(38,18) gives the exact sum that the report gives, DOUBLE an approximate one.
 */
export async function rival(root: string, amount: 'DECIMAL(38,18)' | 'DOUBLE'): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: THREADS });
  const connection = await instance.connect();
  try {
    const types = COLUMNS.map((column) => `'${column}': '${typeOf(column, amount)}'`).join(', ');
    await connection.run(
      `SELECT sum(Credits_Used) FROM read_csv('${root}/**/*.csv', auto_detect = false, header = true, delim = ',', quote = '"', columns = {${types}})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
