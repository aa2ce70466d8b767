import type { z } from 'zod';

/**
 * Keyset paging. A cursor names the item after which the next page begins, so that a page costs the same at any depth,
 * and appends between two requests neither repeat nor hide an item. Cursors are opaque to clients.
 */

/** @param parts the first names the list, so that no list accepts a cursor of another */
export function encodeCursor(parts: readonly [list: string, ...(string | number)[]]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Returns the parts of a cursor; undefined if the text is not a cursor of this shape. */
export function decodeCursor<Shape extends z.ZodType>(
  text: string,
  shape: Shape,
): z.infer<Shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

/** Returns the `Link` header (RFC 8288) to the next page of the list at this URL; no header on the last page. */
export function nextLink(url: string, cursor: string | undefined): { readonly Link?: string } {
  if (cursor === undefined) return {};
  const path = url.split('?', 1)[0] ?? '';
  const parameters = new URLSearchParams(url.slice(path.length + 1));
  parameters.set('cursor', cursor);
  return { Link: `${linkTarget(`${path}?${parameters}`)}; rel="next"` };
}

/** Returns the target of a link (RFC 8288 §3). Clients may send angle brackets in a path, which would end it. */
export function linkTarget(url: string): string {
  return `<${url.replaceAll('<', '%3C').replaceAll('>', '%3E')}>`;
}
