/**
 * A user's text in double quotes for a message: on one line, at most 80 characters, with control and
 * direction-changing characters written as escapes so that a terminal shows what is there.
 */
export function quote(text: string): string {
  const short = text.length > 80 ? `${text.slice(0, 77)}...` : text;
  return JSON.stringify(short).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escaped);
}

/** As `quote`, without the quotes around it, for names in a list. */
export function unquoted(text: string): string {
  return quote(text).slice(1, -1).replaceAll('\\"', '"');
}

function escaped(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
