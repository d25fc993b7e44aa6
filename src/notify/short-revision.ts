/** A revision as people say it: `main@1a2b3c4d5e6f`. What is none stays as it is. */
export function shortRevision(revision: string): string {
  return revision.replace(/@sha(?:1|256):([0-9a-f]{12})[0-9a-f]+/, '@$1');
}
