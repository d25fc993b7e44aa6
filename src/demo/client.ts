/** HTTP by JSON for the demo, with words for what went wrong. Null for an empty answer. */
export type Ask = (
  path: string,
  options?: { readonly method?: string; readonly body?: string; readonly headers?: Readonly<Record<string, string>> },
) => Promise<unknown>;

export function client(base: string, headers: Readonly<Record<string, string>> = {}): Ask {
  return async (path, { method = 'GET', body, headers: more = {} } = {}) => {
    const response = await fetch(new URL(path, base), {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...more },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
}

/** A field deep in an answer whose shape is documented; undefined where it is missing. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined), value);
}
