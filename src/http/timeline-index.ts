import type { Request, Response } from 'express';
import { z } from 'zod';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { Moment, TimelineReader, TimelineSummary } from '../projector/timeline-store.ts';
import type { AppContext } from './app-context.ts';
import { parseAsOf, resolveAsOf } from './as-of.ts';
import { decodeCursor, encodeCursor, nextLink } from './paging.ts';
import { judgeRead } from './preconditions.ts';
import { invalidQuery, sendProblem } from './problem-details.ts';
import { QueryParameters } from './query-parameters.ts';
import { sendJson, sendNotModified } from './response.ts';
import { servingReader } from './serving-reader.ts';

const PARAMETERS = ['limit', 'cursor', 'asOf'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 300;
const indexCursor = z.tuple([z.literal('index'), z.string()]);

/** The timelines of one projection, as a list. */
export interface IndexResource {
  readonly timeline: MountedTimeline;
  /** Name of the list in the answer, e.g. `countries`. */
  readonly member: string;
  readonly itemOf: (summary: TimelineSummary) => object;
}

/** Answers with the timelines of a projection, in the order of their keys, as they stand or as they stood. */
export async function sendIndex(
  context: AppContext,
  { timeline, member, itemOf }: IndexResource,
  req: Request,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, PARAMETERS);
  const limit = query.count('limit', LIMIT_MAX, LIMIT_DEFAULT);
  const after = query.parsed(
    'cursor',
    (text) => decodeCursor(text, indexCursor)?.[1],
    'Expected the cursor that a page of this list gave.',
  );
  const asOf = parseAsOf(query, context.store);
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const resolved = asOf && (await resolveAsOf(asOf, timeline, context));
  if (resolved?.outcome === 'refused') {
    sendProblem(res, resolved.problem);
    return;
  }
  const reader = servingReader(timeline, res);
  if (reader === undefined) return;
  const moment = resolved?.moment ?? reader.lastChange();
  const headers = { ETag: indexTag(reader, moment), 'Cache-Control': 'no-cache' };
  const judged = judgeRead(req.headers, headers.ETag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed') sendProblem(res, { code: 'precondition-failed' });
  else {
    const { items, next } = readIndex(reader, moment, limit, after);
    const shown = moment === undefined ? null : { position: moment.position, instant: moment.instant };
    const answer = { asOf: shown, [member]: items.map(itemOf), next: next ?? null };
    sendJson(res, 200, JSON.stringify(answer), { ...headers, ...nextLink(req.originalUrl, next) });
  }
}

function readIndex(
  reader: TimelineReader,
  moment: Moment | undefined,
  limit: number,
  after: string | undefined,
): { readonly items: readonly TimelineSummary[]; readonly next: string | undefined } {
  if (moment === undefined) return { items: [], next: undefined };
  const range = { limit: limit + 1, asOf: moment.ordinal, ...(after !== undefined && { after }) };
  const found = reader.index(range);
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, next: last && encodeCursor(['index', last.key]) };
}

/** Names the moment that is shown: the one that was asked for, or the last that changed any of the timelines. */
function indexTag(reader: TimelineReader, moment: Moment | undefined): string {
  return `"${reader.checkpoint()?.lineage ?? 'empty'}.${reader.projection}.${moment?.ordinal ?? 0}"`;
}
