import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from '../../append/recorder.ts';

/**
 * Conditional requests, RFC 9110 §13, by entity tags alone: nothing here has a modification date, so the conditions on
 * dates are ignored, as §13.1.3 and §13.1.4 tell. Express judges freshness by other rules and is not asked.
 */

export interface EntityTag {
  readonly isWeak: boolean;
  /** With the quotes. */
  readonly opaque: string;
}

export type EntityTags = '*' | readonly EntityTag[];

const TAG_OF_LIST = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

/** Undefined when the field is neither `*` nor a list of entity tags (§8.8.3); empty elements are allowed (§5.6.1). */
export function parseEntityTags(field: string): EntityTags | undefined {
  if (field.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  let at = 0;
  while (at < field.length) {
    TAG_OF_LIST.lastIndex = at;
    const match = TAG_OF_LIST.exec(field);
    if (match === null) return undefined;
    at = TAG_OF_LIST.lastIndex;
    if (match[2] !== undefined) tags.push({ isWeak: match[1] !== undefined, opaque: match[2] });
  }
  return tags.length > 0 ? tags : undefined;
}

/**
 * What to do with a GET or HEAD of a representation with this strong entity tag (§13.2.2). A condition that cannot be
 * read is taken for one that matches nothing: the whole answer for `If-None-Match`, 412 for `If-Match`.
 */
export function evaluateReadPreconditions(
  headers: IncomingHttpHeaders,
  etag: string,
): 'proceed' | 'not-modified' | 'failed' {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !matchesStrongly(parseEntityTags(ifMatch) ?? [], etag)) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch === undefined) return 'proceed';
  const isHeld = ifNoneMatch === etag || matchesWeakly(parseEntityTags(ifNoneMatch) ?? [], etag);
  return isHeld ? 'not-modified' : 'proceed';
}

export type AppendCondition =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'given'; readonly holds: Precondition }
  /** Must not be ignored: the client relies on it. */
  | { readonly outcome: 'malformed'; readonly field: 'If-Match' | 'If-None-Match' };

/** What the client asks of the stream that it appends to; its entity tag is its revision, `"7"`. */
export function appendCondition(headers: IncomingHttpHeaders): AppendCondition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return { outcome: 'none' };
  const wanted = ifMatch === undefined ? '*' : parseEntityTags(ifMatch);
  if (wanted === undefined) return { outcome: 'malformed', field: 'If-Match' };
  const unwanted = ifNoneMatch === undefined ? [] : parseEntityTags(ifNoneMatch);
  if (unwanted === undefined) return { outcome: 'malformed', field: 'If-None-Match' };
  return {
    outcome: 'given',
    holds: (actual) => {
      if (actual === 'no-stream') return ifMatch === undefined;
      return matchesStrongly(wanted, revisionTag(actual)) && !matchesWeakly(unwanted, revisionTag(actual));
    },
  };
}

/** Strong entity tag of a stream at a revision. */
export function revisionTag(revision: number): string {
  return `"${revision}"`;
}

/** Strong comparison (§8.8.3.2) with a strong tag. */
function matchesStrongly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ isWeak, opaque }) => !isWeak && opaque === etag);
}

/** Weak comparison (§8.8.3.2) with a strong tag. */
function matchesWeakly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ opaque }) => opaque === etag);
}
