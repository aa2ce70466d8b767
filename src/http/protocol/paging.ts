import type { z } from 'zod';

/**
 * Keyset paging: a cursor says after which item the next page begins, so that a page costs the same at any depth and
 * appends between two pages neither repeat nor hide an item. To clients it is opaque.
 */

/** The first part tells the cursors of one list from those of another. */
export function encodeCursor(parts: readonly [list: string, ...(string | number)[]]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Undefined when this text is no cursor of the shape. */
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

/** The `Link` field (RFC 8288) to the next page of the list at this address; no field on the last page. */
export function nextLink(address: string, cursor: string | undefined): { readonly Link?: string } {
  if (cursor === undefined) return {};
  const path = address.split('?', 1)[0] ?? '';
  const parameters = new URLSearchParams(address.slice(path.length + 1));
  parameters.set('cursor', cursor);
  return { Link: `<${path}?${parameters}>; rel="next"` };
}
