import { quoted } from '../engine.ts';
import type { Header } from '../header.ts';

/**
 * What do these files, which share one header, hold? Sniffing stays off, because with it a file whose rows have one
 * cell more than its header loses every row without a word. The columns are named by position here and bound by the
 * header that was read before; all are text, so that no cast can drop a row. Rows of another width go to
 * `reject_errors`. Folders called `name=value` are folders. No path may hold a wildcard (`prepare` copies such files).
 */
export function readFiles(paths: readonly string[], header: Extract<Header, { ok: true }>): string {
  const columns = Array.from({ length: header.width }, (_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  const { at } = header;
  return `
INSERT INTO raw
SELECT filename, c${at.date}, c${at.userid}, c${at.client_type}, c${at.credits_used}, c${at.overage_credits_used}, c${at.subscription_tier},
       ${at.profileid === null ? 'NULL' : `c${at.profileid}`}
FROM read_csv([${paths.map(quoted).join(', ')}],
  auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', strict_mode = true, null_padding = false,
  columns = {${columns}}, filename = true, hive_partitioning = false, store_rejects = true, rejects_limit = 0)`;
}
