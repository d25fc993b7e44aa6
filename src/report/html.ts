const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML that is safe to send. Only `html` and `join` make one, so a plain string cannot slip in unescaped. */
export type Html = { readonly html: string };

/** As in `escape.ts`, but for the line ends and tabs of a message. */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Text as HTML; control, zero-width and direction-changing characters, which could make a name look like another, show as `�`. */
export function escaped(text: string): string {
  return text.replace(HIDDEN, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

type Value = string | number | Html;

/** A template whose every value is escaped unless it is Html already. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const shown = values.map((value) => (typeof value === 'object' ? value.html : escaped(String(value))));
  return { html: parts.map((part, i) => part + (shown[i] ?? '')).join('') };
}

/** Several pieces in a row. */
export function join(pieces: readonly Html[]): Html {
  return { html: pieces.map((piece) => piece.html).join('') };
}

export const NOTHING: Html = { html: '' };
