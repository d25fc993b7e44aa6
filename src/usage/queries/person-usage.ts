import type { Month } from '../../model/day.ts';
import { quoted } from '../engine.ts';

/**
 * What did each person use in the month, when were they last active, and which tier did their latest row name
 * (of the month, of all)? Clients of one day rarely disagree; then the later export speaks, then the later name.
 */
export function personUsage(month: Month): string {
  const inMonth = `FILTER (strftime(day, '%Y-%m') = ${quoted(month)})`;
  const latest = "strftime(day, '%Y-%m-%d') || stamp || client";
  return `
SELECT account, region, user_id,
       CAST(coalesce(sum(credits) ${inMonth}, 0) AS VARCHAR) AS used,
       CAST(coalesce(sum(overage) ${inMonth}, 0) AS VARCHAR) AS overage,
       count(DISTINCT day) ${inMonth} AS active_days,
       CAST(max(day) AS VARCHAR) AS last_active,
       max_by(tier, ${latest}) ${inMonth} AS month_tier,
       max_by(tier, ${latest}) AS latest_tier
FROM used
GROUP BY account, region, user_id
ORDER BY account, region, user_id`;
}
