import { z } from 'zod';
import type { MountedProjection } from '../../../projector/mounted-projection.ts';
import type { LogPoint, Ordinal } from '../../../projector/timeline-store.ts';
import type { AppContext } from '../../protocol/context.ts';
import { decodeCursor } from '../../protocol/paging.ts';
import { cursorParameter, type QueryParameter } from '../../protocol/parameters.ts';
import { CURSOR_EXPECTED, invalidCursor, type Problem, projectionBehind } from '../../protocol/problems.ts';
import type { QueryParameters } from '../../protocol/query.ts';
import { parseRequestedState, type RequestedState } from '../../protocol/state-token.ts';
import { parseAsOf, type RequestedAsOf, resolveAsOf } from '../as-of.ts';
import { asOfParameter } from '../parameters.ts';
import type { TimelineListReader, TimelineListRoute } from './list-route.ts';

/**
 * Name of the projection, key of the last timeline of the page, token of the state that the page showed, and the order
 * of the list, unless it is that of the keys. In a feed, the ordinal of the event that the timeline began with.
 */
const listCursor = z.tuple([
  z.literal('index'),
  z.string(),
  z.string(),
  z.string(),
  z.union([z.int(), z.string()]).optional(),
]);

interface ListCursor {
  /** Key of the last timeline of the previous page. */
  readonly key: string;
  /** The event that the timeline began with; 0 unless the page is one of a feed. */
  readonly ordinal: Ordinal;
  /** The state that the previous page showed. */
  readonly state: RequestedState;
}

/** A parsed request for a page of the list. */
export interface ListRequest extends TimelineListReader {
  readonly limit: number;
  readonly after: ListCursor | undefined;
  readonly asOf: RequestedAsOf | undefined;
}

export function listParameters({
  extraParameters = [],
  pageParameters = [],
  limit,
}: Pick<TimelineListRoute, 'extraParameters' | 'pageParameters' | 'limit'>): readonly QueryParameter[] {
  return [...extraParameters, ...pageParameters, limit, cursorParameter, asOfParameter];
}

/** An export has all items. */
export function exportParameters({
  extraParameters = [],
}: Pick<TimelineListRoute, 'extraParameters'>): readonly QueryParameter[] {
  return [...extraParameters, asOfParameter];
}

export function parseListRequest(
  query: QueryParameters,
  { projection, limit, reader }: TimelineListRoute,
  { store }: AppContext,
  isFeed: boolean,
): ListRequest {
  const read = reader(query);
  const parseCursor = (cursor: string): ListCursor | undefined => {
    const [, name, key, token = '', place] = decodeCursor(cursor, listCursor) ?? [];
    const state = parseRequestedState(token, store);
    if (name !== projection.name || key === undefined || state?.history === undefined) return undefined;
    if (isFeed) return typeof place === 'number' ? { key, state, ordinal: place as Ordinal } : undefined;
    return place === read.order ? { key, state, ordinal: 0 as Ordinal } : undefined;
  };
  return {
    limit: limit.read(query),
    after: query.parsed('cursor', parseCursor, CURSOR_EXPECTED),
    asOf: parseAsOf(query, store),
    ...read,
  };
}

type ListState = { readonly problem: Problem } | { readonly asOf: LogPoint | undefined };

/** Resolves the state to show: that of `asOf`, that of the first page, or the present one. */
export async function resolveListState(
  { asOf, after }: ListRequest,
  { projection, requires }: TimelineListRoute,
  context: AppContext,
): Promise<ListState> {
  const pinned = asOf && (await resolveAsOf(asOf, projection, context));
  if (pinned?.outcome === 'refused') return pinned;
  const previous = after && (await resolveAsOf(after.state, projection, context, 'cursor'));
  if (previous?.outcome === 'refused') return previous;
  if (pinned && previous && pinned.logPoint.ordinal !== previous.logPoint.ordinal) {
    return { problem: invalidCursor('does not agree with asOf') };
  }
  const logPoint = pinned?.logPoint ?? previous?.logPoint ?? projection.reader?.lastChange();
  if (logPoint !== undefined && !(await hasReached(requires, logPoint, context))) {
    return { problem: projectionBehind(logPoint.position) };
  }
  return { asOf: logPoint };
}

async function hasReached(
  required: MountedProjection | undefined,
  { position }: LogPoint,
  { limits }: AppContext,
): Promise<boolean> {
  return required === undefined || (await required.waitFor(position, limits.afterTimeoutMs));
}
