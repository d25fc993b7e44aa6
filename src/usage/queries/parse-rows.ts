/** Most credits that one row may claim; larger numbers are damage, and this keeps every sum inside DECIMAL(38,18). */
const MOST = '1000000000000';

/** Longest UserId, client and tier: five times the longest that Kiro writes. A name of megabytes would make every line of a report as wide. */
const LONGEST_NAME = 256;

const number = (column: string): string => `
    CASE WHEN regexp_full_match(trim(${column}), '[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?')
         THEN TRY_CAST(trim(${column}) AS DECIMAL(38,18)) END`;

/**
 * What does each row say, and if it cannot be used, why? Numbers are exact decimals of 18 places (finer digits are
 * rounded), days are real ones written YYYY-MM-DD. Account and Region come from the path; where the path lacks them,
 * from ProfileId; the account at last from the file name. The UserId loses the identity store's id before it.
 * A blank Overage_Credits_Used is 0; a blank Credits_Used is no number; used credits include overage. No day lies after the export that tells of it
 * (by the timestamp in the file name), nor before 2020.
 */
export const PARSE_ROWS = `
CREATE TABLE parsed AS
WITH joined AS (
  SELECT raw.rowid AS seq, raw.path, files.label, files.stamp, files.rank, raw.*  EXCLUDE (path),
    coalesce(files.account, nullif(regexp_extract(raw.profile_id, '^\\s*arn:aws[a-z-]*:codewhisperer:([a-z0-9-]{1,40}):(\\d{12}):', 2), ''), files.name_account) AS account,
    coalesce(files.region, nullif(regexp_extract(raw.profile_id, '^\\s*arn:aws[a-z-]*:codewhisperer:([a-z0-9-]{1,40}):(\\d{12}):', 1), '')) AS region,
    regexp_replace(trim(raw.user_id), '^d-[0-9a-zA-Z]{10}\\.', '') AS local_id
  FROM raw JOIN files ON files.path = raw.path
), typed AS (
  SELECT seq, path, label, stamp, rank, account, region,
    CASE WHEN regexp_full_match(trim(date), '\\d{4}-\\d{2}-\\d{2}') THEN TRY_CAST(trim(date) AS DATE) END AS day,
    CASE WHEN regexp_full_match(lower(local_id), '([0-9a-f]{10}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')
         THEN lower(right(local_id, 36)) ELSE local_id END AS user_id,
    upper(trim(client)) AS client,
    ${number('credits')} AS credits,
    CASE WHEN coalesce(trim(overage), '') = '' THEN 0 ELSE ${number('overage')} END AS overage,
    coalesce(trim(tier), '') AS tier,
    date AS date_text, credits AS credits_text, overage AS overage_text
  FROM joined
)
SELECT * EXCLUDE (date_text, credits_text, overage_text),
  CASE
    WHEN day IS NULL THEN 'Date is not a day written YYYY-MM-DD: ' || coalesce(left(date_text, 40), '(blank)')
    WHEN day < DATE '2020-01-01' THEN 'Date is before 2020-01-01: ' || left(date_text, 40)
    WHEN day > CAST(TRY_STRPTIME(left(stamp, 8), '%Y%m%d') AS DATE)
      THEN 'Date is after the day of the export, ' || CAST(CAST(TRY_STRPTIME(left(stamp, 8), '%Y%m%d') AS DATE) AS VARCHAR) || ': ' || left(date_text, 40)
    WHEN coalesce(user_id, '') = '' THEN 'UserId is blank'
    WHEN coalesce(client, '') = '' THEN 'Client_Type is blank'
    WHEN length(user_id) > ${LONGEST_NAME} THEN 'UserId has ' || length(user_id) || ' characters: ' || left(user_id, 40)
    WHEN length(client) > ${LONGEST_NAME} THEN 'Client_Type has ' || length(client) || ' characters: ' || left(client, 40)
    WHEN length(tier) > ${LONGEST_NAME} THEN 'Subscription_Tier has ' || length(tier) || ' characters: ' || left(tier, 40)
    WHEN credits IS NULL THEN 'Credits_Used is not a number: ' || coalesce(left(credits_text, 40), '(blank)')
    WHEN credits < 0 OR credits > ${MOST} THEN 'Credits_Used is not a possible number of credits: ' || left(credits_text, 40)
    WHEN overage IS NULL THEN 'Overage_Credits_Used is not a number: ' || left(overage_text, 40)
    WHEN overage < 0 OR overage > ${MOST} THEN 'Overage_Credits_Used is not a possible number of credits: ' || left(overage_text, 40)
    WHEN overage > credits
      THEN 'Overage_Credits_Used is more than Credits_Used, which includes it: ' || left(overage_text, 40) || ' of ' || left(credits_text, 40)
    WHEN account IS NULL OR region IS NULL THEN 'neither the path nor ProfileId says which account and Region this row belongs to'
  END AS reason
FROM typed`;
