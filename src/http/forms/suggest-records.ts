import { z } from 'zod';
import { findContentType } from '../../domain/event-types/registry.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { foldCase } from '../../domain/values/text.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { type EndpointDescription, jsonBody, LOG_PROBLEMS } from '../protocol/description.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';

/** The latest events of the log, which people most often add to. Older records are named in full. */
const EVENTS_MAX = 500;
const RECORDS_MAX = 8;
const TEXT_CHARS_MAX = 200;

const textToFind = textParameter(
  'text',
  'A part of the name of a record or of its first headline.',
  'refinery',
);

const records = z.object({
  records: z.array(z.object({ stream: z.string(), headline: z.string() })),
});

export const suggestRecordsDescription: EndpointDescription = {
  id: 'suggestRecords',
  area: 'Forms',
  permission: 'record',
  summary: 'Records that were begun lately, for a field of a form',
  query: [textToFind],
  answers: { 200: { content: jsonBody(records), headers: ['Cache-Control'] } },
  problems: LOG_PROBLEMS,
};

/** `GET /record/records`: the records whose name or headline contains a text, among those of the latest events. */
export async function suggestRecords(
  { store, tree }: AppContext,
  req: Request,
  res: Response,
): Promise<void> {
  const query = new QueryParameters(req.originalUrl, [textToFind.name]);
  const text = foldCase(query.text(textToFind.name)?.trim().slice(0, TEXT_CHARS_MAX) ?? '');
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const events = await store.readAll({ direction: 'backwards', maxCount: EVENTS_MAX });
  tree.requireUnaltered(events);
  const found = events.flatMap(firstEvent).filter(({ stream, headline }) => {
    return foldCase(`${stream} ${headline}`).includes(text);
  });
  sendJson(res, 200, JSON.stringify({ records: found.slice(0, RECORDS_MAX) }), {
    'Cache-Control': 'no-store',
  });
}

/** A later event has no headline of its own. */
function firstEvent(recorded: RecordedEvent) {
  const type = recorded.revision === 0 ? findContentType(recorded.type) : undefined;
  if (type === undefined) return [];
  const { stream, type: readAs, data } = decodeEvent(recorded);
  // What was removed by law is read as another type.
  return readAs === type.name ? [{ stream, headline: type.headline(data, false) }] : [];
}
