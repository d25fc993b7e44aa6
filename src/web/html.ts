const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** HTML that is safe to send. Only `html` and `join` make one, so a plain string cannot slip in unescaped. */
export type Html = { readonly html: string };

/** Text as HTML; control and direction-changing characters, which could make a name look like another, show as `�`. */
export function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const plain = text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/gu, '\ufffd');
  return plain.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
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
