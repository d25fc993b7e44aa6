/** Half of a character of UTF-16, which a directory may hold and no address can. */
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The address of the page of a person, by userName or id. */
export function personPath(name: string): string {
  return `/people/${encodeURIComponent(name.replace(LONE, '\ufffd'))}`;
}
