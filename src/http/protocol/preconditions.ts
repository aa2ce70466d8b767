import type { IncomingHttpHeaders } from 'node:http';
import type { EventStamp } from '../../append/read-record.ts';
import type { Precondition } from '../../append/recorder.ts';
import { uncodedTag } from './content-coding.ts';
import { eventFingerprint, shortHash } from './state-token.ts';

/**
 * Conditional requests (RFC 9110 §13) by entity tags alone. No resource has a modification date, so conditions on dates
 * are ignored, as §13.1.3 and §13.1.4 require. The freshness check of Express follows other rules and is not used.
 */

export interface EntityTag {
  readonly isWeak: boolean;
  /** Includes the quotes. Names the content, whatever content coding it was sent in. */
  readonly opaque: string;
}

export type EntityTags = '*' | readonly EntityTag[];

const LIST_ELEMENT = /[ \t]*(?:(W\/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*)?(?:,|$)/y;

/**
 * Parses `*` or a list of entity tags (§8.8.3), in which empty elements are allowed (§5.6.1). Returns undefined for
 * anything else.
 */
export function parseEntityTags(field: string): EntityTags | undefined {
  if (field.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  let at = 0;
  while (at < field.length) {
    LIST_ELEMENT.lastIndex = at;
    const match = LIST_ELEMENT.exec(field);
    if (match === null) return undefined;
    at = LIST_ELEMENT.lastIndex;
    const [, weak, opaque] = match;
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque: uncodedTag(opaque) });
  }
  return tags.length > 0 ? tags : undefined;
}

/**
 * Evaluates the preconditions of a GET or HEAD request for a representation with this strong entity tag (§13.2.2). A
 * malformed condition matches nothing: `If-None-Match` then proceeds, and `If-Match` fails.
 */
export function evaluateReadPreconditions(
  headers: IncomingHttpHeaders,
  etag: string,
): 'proceed' | 'not-modified' | 'failed' {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !matchesStrongly(parseEntityTags(ifMatch) ?? [], etag)) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch === undefined) return 'proceed';
  const isCurrent = ifNoneMatch === etag || matchesWeakly(parseEntityTags(ifNoneMatch) ?? [], etag);
  return isCurrent ? 'not-modified' : 'proceed';
}

export type AppendCondition =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'given'; readonly precondition: Precondition }
  /** It must not be ignored, as the client relies on it. */
  | { readonly outcome: 'malformed'; readonly field: 'If-Match' | 'If-None-Match' };

/**
 * Parses the precondition on the stream that is appended to: entity tags of the stream, or bare revisions such as
 * `"7"`, which people type and which name no history.
 * @param lineage of the log; undefined if it has no events
 */
export function appendCondition(headers: IncomingHttpHeaders, lineage: string | undefined): AppendCondition {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  if (ifMatch === undefined && ifNoneMatch === undefined) return { outcome: 'none' };
  const wanted = ifMatch === undefined ? '*' : parseEntityTags(ifMatch);
  if (wanted === undefined) return { outcome: 'malformed', field: 'If-Match' };
  const unwanted = ifNoneMatch === undefined ? [] : parseEntityTags(ifNoneMatch);
  if (unwanted === undefined) return { outcome: 'malformed', field: 'If-None-Match' };
  return {
    outcome: 'given',
    precondition: (actual, last) => {
      if (actual === 'no-stream' || last === undefined) return ifMatch === undefined;
      const tags = [`"${actual}"`, ...(lineage === undefined ? [] : [streamTag(actual, lineage, last)])];
      const [wantedStreams, unwantedStreams] = [withoutContent(wanted), withoutContent(unwanted)];
      return (
        tags.some((tag) => matchesStrongly(wantedStreams, tag)) &&
        !tags.some((tag) => matchesWeakly(unwantedStreams, tag))
      );
    },
  };
}

/**
 * Returns the strong entity tag of a stream at a revision: `"<revision>.<lineage>.<fingerprint>"`, and in responses
 * that show more than its events, such as links from other records, `+` and a hash of their content.
 * @param last the event at this revision
 */
export function streamTag(revision: number, lineage: string, last: EventStamp, content?: string): string {
  const suffix = content === undefined ? '' : `+${shortHash(content)}`;
  return `"${revision}.${lineage}.${eventFingerprint(last)}${suffix}"`;
}

/** An append depends on the events of the stream only. */
function withoutContent(tags: EntityTags): EntityTags {
  return tags === '*'
    ? tags
    : tags.map((tag) => ({ ...tag, opaque: tag.opaque.replace(/\+[\da-f]+"$/, '"') }));
}

/** Compares strongly (§8.8.3.2) with a strong tag. */
function matchesStrongly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ isWeak, opaque }) => !isWeak && opaque === etag);
}

/** Compares weakly (§8.8.3.2) with a strong tag. */
function matchesWeakly(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some(({ opaque }) => opaque === etag);
}
