import { isScalar, parseDocument, Scalar } from 'yaml';
import { Unwritable } from './unwritable.ts';

/** Written without quotes it reads as the same text, in a block list and in a flow list alike. */
function isPlain(value: string): boolean {
  if (!/^[A-Za-z0-9][A-Za-z0-9 ._@+=/-]*$/.test(value) || value.endsWith(' ')) return false;
  return parseDocument(value, { version: '1.2', schema: 'core' }).contents?.toJSON() === value;
}

/** A text as YAML: plain where that is safe, else in double quotes with every hidden character escaped. */
export function scalarText(value: string): string {
  if (isPlain(value)) return value;
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Cs}]/gu, (character) =>
    character.length === 1
      ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
      : `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`,
  );
}

/** Offsets in a file's text. */
export type Ranged = readonly [start: number, valueEnd: number];

/** Where a scalar stands. @throws Unwritable for an alias, an anchor, a tag or anything that is no scalar. */
export function scalarRange(node: unknown, what: string): Ranged {
  if (!isScalar(node) || node.anchor !== undefined || node.tag !== undefined || !node.range)
    throw new Unwritable(`${what} is written with an anchor, an alias or a tag`);
  if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) throw new Unwritable(`${what} is a block of text`);
  return [node.range[0], node.range[1]];
}

/** The text to put in place of a scalar, in the quotes that it has now. */
export function inPlaceOf(source: string, value: string): string {
  if (source.startsWith("'") && !/['\n]/.test(value)) return `'${value}'`;
  return source.startsWith('"') ? JSON.stringify(value) : scalarText(value);
}
