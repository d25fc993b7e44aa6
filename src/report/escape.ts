/**
 * Names come from a directory that many systems write to, so a name may hold anything. Control characters could drive
 * a terminal; bidirectional and zero-width ones could make one name look like another.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

const ASCII = /^[ -~]*$/;
const BEYOND_ASCII = /[^\n -~]+/g;

/** Whether a text is printable ASCII, as most are: nothing hidden, a column a character. Cheap to see, unlike what `visible` looks for. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/** The text on one line, with every control, bidirectional, zero-width or lone surrogate character written as `\u{200b}`. */
export function visible(text: string): string {
  if (isAscii(text)) return text;
  return text.replace(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * JSON text in which every character that `visible` would write out is an escape (`\\u009b`): whoever parses it reads the
 * very same strings, and a terminal that shows it is not driven by them. Outside its strings JSON has no such characters
 * but line breaks, which stay.
 */
export function visibleJson(json: string): string {
  return json.replace(BEYOND_ASCII, (run) => run.replace(HIDDEN, units));
}

function units(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const MARKUP = /[&<>"'`*_{}[\]()#|~!\\:@$]|(?<=www)\./gi;
const PLAIN = /^[a-z0-9(][a-z0-9 .,=/%+@:_()-]*$/i;

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/**
 * A name as inline code of GitHub Markdown. Ordinary names become a readable code span; everything else becomes a
 * `<code>` element of character references, which is neither Markdown, nor HTML, nor a table border, nor a mention.
 */
export function markdownCode(name: string): string {
  if (name === '') return '<code></code>';
  const safe = visible(name);
  return PLAIN.test(safe) && !safe.endsWith(' ') ? `\`${safe}\`` : `<code>${safe.replace(MARKUP, entity)}</code>`;
}

/**
 * A sentence as Markdown text: everything that could be markup is a character reference. The empty comment after `@`
 * and `#` keeps a forge from reading a mention or an issue number, which it does after it has decoded references.
 */
export function markdownText(sentence: string): string {
  return visible(sentence)
    .replace(MARKUP, entity)
    .replace(/(?<![a-z0-9.+-])&#64;|&#35;/gi, (reference) => `${reference}<!-- -->`);
}

/** The text, cut to so many characters with an ellipsis; never through the middle of a character. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
