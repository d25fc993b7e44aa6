/**
 * Which row counts where several speak of the same account, Region, day, user and client? The one of the latest
 * export, by the timestamp in the file name; between equal timestamps the later path, within a file the later row.
 */
export const CHOOSE_ROWS = `
CREATE TABLE used AS
SELECT account, region, day, user_id, client, credits, overage, tier, stamp
FROM parsed
WHERE reason IS NULL
QUALIFY row_number() OVER (PARTITION BY account, region, day, user_id, client ORDER BY stamp DESC, label DESC, seq DESC) = 1`;
