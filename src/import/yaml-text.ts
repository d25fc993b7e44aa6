import { type Document, Scalar, visit } from 'yaml';

/** Characters that would end a line, drive a terminal or hide: in a double-quoted YAML text all of them have an escape. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** The document as YAML, in which names with hidden characters are quoted and those characters written as escapes. */
export function yamlText(document: Document, options: Parameters<Document['toString']>[0]): string {
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && HIDDEN.test(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString(options)
    .replace(new RegExp(HIDDEN.source, 'gu'), (character) => (character === '\n' ? character : escaped(character)));
}

/** Of YAML 1.2: `\\u` with four digits, `\\U` with eight beyond the basic plane. */
function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
