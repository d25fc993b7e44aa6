import { readFileSync } from 'node:fs';

/** The version of this kirosync, from its package. */
export function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  // The parse boundary: package.json is ours and always has a version.
  return (JSON.parse(text) as { version: string }).version;
}
