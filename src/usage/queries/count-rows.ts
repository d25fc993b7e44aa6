/** How many rows did each file give, and how many of them can be used? */
export const COUNT_ROWS = `
SELECT path, count(*) AS given, count(*) FILTER (reason IS NULL) AS accepted
FROM parsed
GROUP BY path`;
