import { quoted } from '../engine.ts';

/**
 * Which rows were read but cannot be used, and why? `ordinal` counts the rows that DuckDB accepted in the file,
 * from 0: the line is found from it.
 */
export function rejectedRows(limit: number): string {
  return `
SELECT path, label, ordinal, reason
FROM (SELECT path, label, seq, reason, seq - min(seq) OVER (PARTITION BY path) AS ordinal FROM parsed)
WHERE reason IS NOT NULL
ORDER BY label, seq
LIMIT ${limit}`;
}

/** Which lines did the CSV reader itself refuse (cells missing or too many, bad encoding, a quote astray)? */
export function refusedLines(limit: number): string {
  return `
SELECT s.file_path AS path, e.line, min(e.error_type || ': ' || e.error_message) AS reason
FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id)
GROUP BY s.file_path, e.line
ORDER BY path, e.line
LIMIT ${limit}`;
}

/** The refused lines of one file, all of them. */
export function refusedLinesOf(path: string): string {
  return `
SELECT DISTINCT e.line FROM reject_errors e JOIN reject_scans s USING (scan_id, file_id)
WHERE s.file_path = ${quoted(path)}`;
}
