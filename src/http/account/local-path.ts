/** No page has a longer URL. */
const PATH_CHARS_MAX = 2_000;
const ORIGIN = 'http://local.invalid';

/**
 * Returns where a browser goes after it has signed in: a path of this server, whatever a link to the page for signing
 * in says. Browsers take `//host` and `/\host` for other servers, and drop tabs and line breaks.
 */
export function localPath(text: string | undefined): string {
  if (text === undefined || text.length > PATH_CHARS_MAX || !text.startsWith('/')) return '/';
  if (!URL.canParse(text, ORIGIN)) return '/';
  const { origin, pathname, search } = new URL(text, ORIGIN);
  // A path such as `/.//host` becomes one that begins with two slashes.
  return origin === ORIGIN && !pathname.startsWith('//') ? `${pathname}${search}` : '/';
}
