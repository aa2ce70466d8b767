import { z } from 'zod';
import type { EventReader } from '../../../event-store/event-store.ts';
import type { EntryFilter } from '../../../projector/entry-filter.ts';
import type { ChangeKey, EntryChangesQuery, Ordinal } from '../../../projector/timeline-store.ts';
import { CHANGES_DATES } from '../../../web/text/url.ts';
import { FEED_WRITERS } from '../../formats/writers.ts';
import type { FormatName } from '../../protocol/formats.ts';
import { decodeCursor, encodeCursor } from '../../protocol/paging.ts';
import {
  countParameter,
  cursorParameter,
  namesOf,
  orderParameter,
  textParameter,
} from '../../protocol/parameters.ts';
import { CURSOR_EXPECTED } from '../../protocol/problems.ts';
import { type ParameterError, QueryParameters } from '../../protocol/query.ts';
import { parseRequestedState, type RequestedState } from '../../protocol/state-token.ts';
import { parseAsOf, type RequestedAsOf } from '../as-of.ts';
import { filterParameters, parseFilter, subjectParameter } from '../query.ts';

const limitParameter = countParameter('limit', 200, 50, 'Changes of a page.');

const STATE = 'a position, a token of a state, or an instant (RFC 3339)';
export const CHANGES_PARAMETERS = [
  textParameter('from', `The earlier state: ${STATE}. By default the one before the first event.`),
  textParameter('to', `The later state: ${STATE}. By default the present one.`),
  orderParameter,
  limitParameter,
  cursorParameter,
];

/**
 * Returns the names of the parameters that the links to a format keep. A feed is followed from its beginning, newest
 * first.
 *
 * @param parameters of the timeline
 */
export function changesParameters(parameters: readonly string[], format: FormatName): readonly string[] {
  const names = [...filterParameters(parameters), ...namesOf(CHANGES_PARAMETERS)];
  return FEED_WRITERS[format] === undefined
    ? names
    : names.filter((name) => name !== 'order' && name !== 'cursor');
}

/** The place where a page of changes ended, and the states between which it showed the changes. */
export interface ChangesCursor {
  /** Name of the projection. */
  readonly projection: string;
  /** Key of the timeline in the projection. */
  readonly timeline: string;
  readonly order: EntryChangesQuery['order'];
  /** The last change of the page. */
  readonly key: ChangeKey;
  /** The earlier state; 0 is the one before the first event. */
  readonly from: number;
  /** The later state. */
  readonly state: Required<RequestedState>;
}

const changesCursor = z.tuple([
  z.literal('changes'),
  z.string(),
  z.string(),
  z.enum(['asc', 'desc']),
  z.int().positive(),
  z.int().positive(),
  z.int().nonnegative(),
  z.string(),
]);

/** @param token of the later state */
export function encodeChangesCursor(cursor: Omit<ChangesCursor, 'state'>, token: string): string {
  const { projection, timeline, order, key, from } = cursor;
  return encodeCursor(['changes', projection, timeline, order, key.ordinal, key.entry, from, token]);
}

function decodeChangesCursor(
  text: string,
  store: Pick<EventReader, 'parsePosition'>,
): ChangesCursor | undefined {
  const parts = decodeCursor(text, changesCursor);
  const state = parts && parseRequestedState(parts[7], store);
  if (parts === undefined || state?.history === undefined) return undefined;
  const [, projection, timeline, order, ordinal, entry, from] = parts;
  const { position, history } = state;
  const key = { ordinal: ordinal as Ordinal, entry };
  return { projection, timeline, order, key, from, state: { position, history } };
}

/** A parsed request for a page of changes. The states are not resolved yet. */
export interface ChangesRequest {
  /** The earlier state; undefined for the one before the first event. */
  readonly from: RequestedAsOf | undefined;
  /** The later state; undefined for the present one. */
  readonly to: RequestedAsOf | undefined;
  readonly filter: EntryFilter;
  readonly order: EntryChangesQuery['order'];
  readonly limit: number;
  /** The end of the previous page; undefined for the first page. */
  readonly cursor: ChangesCursor | undefined;
}

/**
 * @param parameters of the timeline
 * @param roles the allowed values of the parameter `roles`
 * @param defaultOrder the order if the request names none
 */
export function parseChangesRequest(
  url: string,
  parameters: readonly string[],
  roles: readonly string[] | undefined,
  defaultOrder: ChangesRequest['order'],
  store: Pick<EventReader, 'parsePosition'>,
): { readonly request: ChangesRequest; readonly errors: readonly ParameterError[] } {
  const query = new QueryParameters(url, [...filterParameters(parameters), ...namesOf(CHANGES_PARAMETERS)]);
  subjectParameter(query);
  const request = {
    from: parseAsOf(query, store, 'from'),
    to: parseAsOf(query, store, 'to'),
    filter: parseFilter(query, roles, CHANGES_DATES),
    order: query.choice('order', ['asc', 'desc'], defaultOrder),
    limit: limitParameter.read(query),
    cursor: query.parsed('cursor', (text) => decodeChangesCursor(text, store), CURSOR_EXPECTED),
  };
  return { request, errors: query.errors };
}
