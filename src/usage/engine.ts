import { DuckDBInstance } from '@duckdb/node-api';

/** A row of an answer: every value as text, null for SQL NULL. */
export type Row = Readonly<Record<string, string | null>>;

/** The SQL engine. This file alone knows which one it is. */
export interface Engine {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Row[]>;
  /** Each row of an answer whose columns are all text, by position, without holding more than a part of it. */
  each(sql: string, visit: (row: readonly (string | null)[]) => void): Promise<void>;
  close(): void;
}

/** Text as an SQL literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * An in-memory DuckDB that reads nothing outside the given directories, loads no extension from the network, uses at
 * most two threads and 2 GB, and takes no further setting.
 */
export async function openEngine(directories: readonly string[]): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: '2GB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await connection.run(`SET allowed_directories = [${directories.map(quoted).join(', ')}]`);
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  } catch (cause) {
    close();
    throw cause;
  }
  return {
    run: async (sql) => {
      await connection.run(sql);
    },
    rows: async (sql) => {
      const answer = await connection.runAndReadAll(sql);
      return answer
        .getRowObjectsJson()
        .map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, v === null ? null : String(v)])));
    },
    each: async (sql, visit) => {
      const answer = await connection.stream(sql);
      for (let chunk = await answer.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await answer.fetchChunk())
        for (const row of chunk.getRows()) visit(row.map((value) => (value === null ? null : String(value))));
    },
    close,
  };
}
