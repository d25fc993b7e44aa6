/** Which rows can be used? In the order of exports, within a file in that of its lines; a row is its cells as text. */
export const ACCEPTED_ROWS = `
SELECT CAST(rank AS VARCHAR), account || '/' || region || '/' || user_id, CAST(day AS VARCHAR), client, tier, CAST(credits AS VARCHAR), CAST(overage AS VARCHAR)
FROM parsed
WHERE reason IS NULL
ORDER BY rank, seq`;
