import type { Month } from '../../model/day.ts';
import { quoted } from '../engine.ts';

/** What was used on each day of the month in each account and Region, and by how many people? */
export function dayUsage(month: Month): string {
  return `
SELECT account, region, CAST(day AS VARCHAR) AS date, count(DISTINCT user_id) AS people,
       CAST(sum(credits) AS VARCHAR) AS used, CAST(sum(overage) AS VARCHAR) AS overage
FROM used
WHERE strftime(day, '%Y-%m') = ${quoted(month)}
GROUP BY account, region, day
ORDER BY day, account, region`;
}
