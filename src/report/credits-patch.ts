import { structuredPatch } from 'diff';
import type { AdvicePatch, ChangedFile } from '../advice/patch.ts';
import { dollars } from '../model/money.ts';
import { blockedText, savingOf } from './credits-digest.ts';
import { visible } from './escape.ts';

/** A path as Git writes it in a patch: in double quotes with octal bytes where it has anything but plain ASCII. */
function gitPath(path: string): string {
  const bytes = [...new TextEncoder().encode(path)];
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c)) return path;
  const shown = bytes.map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${shown.join('')}"`;
}

/** A tab ends a name with spaces, as in Git's own patches. */
function fileLine(mark: string, name: string): string {
  return `${mark} ${name}${name.includes(' ') && !name.startsWith('"') ? '\t' : ''}\n`;
}

function fileDiff({ path, before, after }: ChangedFile, prefix: string): string {
  const [a, b] = [gitPath(`a/${prefix}${path}`), gitPath(`b/${prefix}${path}`)];
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 3 });
  const body = hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => {
    const head = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@\n`;
    return head + lines.map((line) => `${line}\n`).join('');
  });
  return `diff --git ${a} ${b}\n${fileLine('---', a)}${fileLine('+++', b)}${body.join('')}`;
}

function comment(text: string): string {
  return `# ${visible(text)}\n`;
}

function countOf(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

/**
 * Advice as a unified diff that `git apply` takes, with lines beginning with `#` before it (Git passes over them) that say
 * who is moved, what it saves, what is left out and why. `prefix` is the configuration's folder below the root of the Git
 * work tree, `''` where it is the root or outside Git; `notes` are sentences on what is not advised. Without anything to change there are only the `#` lines.
 */
export function creditsPatch(patch: AdvicePatch, prefix: string, notes: readonly string[] = []): string {
  const { month, files, moves, left, refusals } = patch;
  const saving = savingOf(moves.map(({ advice }) => advice));
  const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
  const head =
    moves.length === 0
      ? [`Right-size advice of ${month}: nothing to change.`]
      : [
          `Right-size advice of ${month}: ${countOf(moves.length)}, ${dollars(saving.amount)} less a month${blockedText(saving)}. Apply with \`git apply\`, then look at \`kirosync plan\`.`,
          ...moves.map(
            ({ user, profile, advice }) =>
              `${user} (${profile}): ${advice.from} to ${advice.tier}, ${advice.confidence} confidence. ${advice.reason}`,
          ),
        ];
  const out = left.map(
    ({ move, reason }) => `Left out: ${move.user} (${move.profile}), ${move.advice.from} to ${move.advice.tier}: ${reason}.`,
  );
  const guards = refusals.map((text) => `All of it at once would be refused, merge it in parts: ${text}`);
  return [...head, ...notes, ...out, ...guards].map(comment).join('') + files.map((file) => fileDiff(file, folder)).join('');
}
