import { quoted } from '../engine.ts';

/** A file as the queries know it: `path` is what is opened, `label` what people are shown. */
type FileRow = {
  readonly path: string;
  readonly label: string;
  readonly account: string | null;
  readonly region: string | null;
  readonly nameAccount: string | null;
  readonly stamp: string;
  /** Place in the order of exports. */
  readonly rank: number;
};

/** Which tables are there? `raw` keeps the order of reading: within a file, a higher rowid is a later row. */
export const CREATE_TABLES = `
CREATE TABLE files (path VARCHAR, label VARCHAR, account VARCHAR, region VARCHAR, name_account VARCHAR, stamp VARCHAR, rank INTEGER);
CREATE TABLE raw (path VARCHAR, date VARCHAR, user_id VARCHAR, client VARCHAR, credits VARCHAR, overage VARCHAR, tier VARCHAR, profile_id VARCHAR);
`;

/** What is known of each file from its path. */
export function insertFiles(files: readonly FileRow[]): string {
  const literal = (text: string | null): string => (text === null ? 'NULL' : quoted(text));
  const rows = files.map((f) => `(${[f.path, f.label, f.account, f.region, f.nameAccount, f.stamp].map(literal).join(', ')}, ${f.rank})`);
  return `INSERT INTO files VALUES ${rows.join(',\n')}`;
}
