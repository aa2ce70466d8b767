import type { Request, Response } from 'express';
import { z } from 'zod';
import type { TimelineReader, TimelineSummary } from '../projector/timeline-store.ts';
import { decodeCursor, encodeCursor, nextLink } from './paging.ts';
import { judgeRead } from './preconditions.ts';
import { sendProblem } from './problem-details.ts';
import { QueryParameters } from './query-parameters.ts';
import { sendJson, sendNotModified } from './response.ts';

const PARAMETERS = ['limit', 'cursor'];
const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 300;
const indexCursor = z.tuple([z.literal('index'), z.string()]);

/** Answers with the timelines of a projection, in the order of their keys, under the member's name. */
export function sendIndex(
  reader: TimelineReader,
  member: string,
  itemOf: (summary: TimelineSummary) => object,
  req: Request,
  res: Response,
): void {
  const query = new QueryParameters(req.originalUrl, PARAMETERS);
  const limit = query.count('limit', LIMIT_MAX, LIMIT_DEFAULT);
  const after = query.parsed(
    'cursor',
    (text) => decodeCursor(text, indexCursor)?.[1],
    'Expected the cursor that a page of this list gave.',
  );
  if (query.errors.length > 0) {
    sendProblem(res, { code: 'invalid-query', members: { errors: query.errors } });
    return;
  }
  const headers = { ETag: indexTag(reader), 'Cache-Control': 'no-cache' };
  const judged = judgeRead(req.headers, headers.ETag);
  if (judged === 'not-modified') sendNotModified(res, headers);
  else if (judged === 'failed') sendProblem(res, { code: 'precondition-failed' });
  else {
    const found = reader.index({ limit: limit + 1, ...(after !== undefined && { after }) });
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    const next = last && encodeCursor(['index', last.key]);
    const answer = { [member]: shown.map(itemOf), next: next ?? null };
    sendJson(res, 200, JSON.stringify(answer), { ...headers, ...nextLink(req.originalUrl, next) });
  }
}

/** Changes whenever any of the timelines does. */
function indexTag(reader: TimelineReader): string {
  return `"${reader.checkpoint()?.lineage ?? 'empty'}.${reader.projection}.${reader.lastChange()?.ordinal ?? 0}"`;
}
