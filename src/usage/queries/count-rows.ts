import type { Month } from '../../model/day.ts';
import { quoted } from '../engine.ts';

/** How many rows were read whole, are in use, lie in the month, and what days do they span? */
export function countRows(month: Month): string {
  return `
SELECT (SELECT count(*) FROM parsed) AS parsed,
       (SELECT count(*) FROM parsed WHERE reason IS NOT NULL) AS refused,
       count(*) AS used,
       count(*) FILTER (strftime(day, '%Y-%m') = ${quoted(month)}) AS in_month,
       CAST(min(day) AS VARCHAR) AS first, CAST(max(day) AS VARCHAR) AS last
FROM used`;
}

/** How many rows did each file give? */
export const COUNT_BY_FILE = 'SELECT path, count(*) AS n FROM raw GROUP BY path';
