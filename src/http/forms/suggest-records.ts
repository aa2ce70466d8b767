import { z } from 'zod';
import { findContentType } from '../../domain/event-types/registry.ts';
import { decodeEvent } from '../../domain/events/event.ts';
import { parseTextQuery, type SearchTerm } from '../../domain/search/text-query.ts';
import { foldCase } from '../../domain/values/text.ts';
import type { RecordedEvent } from '../../event-store/event-store.ts';
import { type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { type EndpointDescription, jsonBody, LOG_PROBLEMS } from '../protocol/description.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { ALL_EVENTS_KEY } from '../timelines/resources/all-events.ts';

/** The latest events of the log, which people most often add to. Names of records are found among them only. */
const EVENTS_MAX = 500;
/** The latest entries in which the words are said. */
const ENTRIES_MAX = 50;
const RECORDS_MAX = 8;
const TEXT_CHARS_MAX = 200;

const textToFind = textParameter(
  'text',
  'A part of the name or of the first headline of a record of late, or words that are said in any record.',
  'refinery',
);

const records = z.object({
  records: z.array(z.object({ stream: z.string(), headline: z.string() })),
});

export const suggestRecordsDescription: EndpointDescription = {
  id: 'suggestRecords',
  area: 'Forms',
  permission: 'record',
  summary: 'Records by their name or by what is said in them, for a field of a form',
  query: [textToFind],
  answers: { 200: { content: jsonBody(records), headers: ['Cache-Control'] } },
  problems: LOG_PROBLEMS,
};

/**
 * `GET /record/records`: the records whose name or headline contains a text, among those of the latest events, then
 * those in which all of its words are said, the last one as a prefix.
 */
export async function suggestRecords(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, [textToFind.name]);
  const text = query.text(textToFind.name)?.trim().slice(0, TEXT_CHARS_MAX) ?? '';
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const found = new Map<string, SuggestedRecord>();
  for await (const record of matchingRecords(context, text)) {
    found.set(record.stream, record);
    if (found.size === RECORDS_MAX) break;
  }
  sendJson(res, 200, JSON.stringify({ records: [...found.values()] }), { 'Cache-Control': 'no-store' });
}

interface SuggestedRecord {
  readonly stream: string;
  readonly headline: string;
}

async function* matchingRecords(
  { store, tree, projections }: AppContext,
  text: string,
): AsyncGenerator<SuggestedRecord> {
  const events = await store.readAll({ direction: 'backwards', maxCount: EVENTS_MAX });
  tree.requireUnaltered(events);
  const sought = foldCase(text);
  for (const record of events.flatMap(firstEvent)) {
    if (foldCase(`${record.stream} ${record.headline}`).includes(sought)) yield record;
  }
  for (const stream of streamsWith(projections.events.reader, text)) {
    const opening = await store.readStream(stream, { direction: 'forwards', maxCount: 1 });
    tree.requireUnaltered(opening);
    yield* opening.flatMap(firstEvent);
  }
}

/** Returns the records of the latest entries in which all of this is said. */
function streamsWith(reader: TimelineReader | undefined, text: string): ReadonlySet<string> {
  const terms = termsOf(text);
  const asOf = reader?.checkpoint()?.ordinal;
  if (terms.length === 0 || reader === undefined || asOf === undefined) return new Set();
  const query = { ...UNFILTERED, text: terms, order: 'desc', limit: ENTRIES_MAX, asOf } as const;
  const { entries } = reader.page(ALL_EVENTS_KEY, query);
  return new Set(entries.map((entry) => (JSON.parse(entry) as SuggestedRecord).stream));
}

/** Reads a text that is being typed. Too short a beginning of a word is taken for a whole one. */
function termsOf(text: string): readonly SearchTerm[] {
  const words = text.replace(/[*"“”„‟«»＂]/g, ' ').trim();
  const parsed = [`${words}*`, words].map(parseTextQuery).find(({ outcome }) => outcome === 'parsed');
  return parsed?.outcome === 'parsed' ? parsed.terms : [];
}

/** A later event has no headline of its own. */
function firstEvent(recorded: RecordedEvent): readonly SuggestedRecord[] {
  const type = recorded.revision === 0 ? findContentType(recorded.type) : undefined;
  if (type === undefined) return [];
  const { stream, type: readAs, data } = decodeEvent(recorded);
  // What was removed by law is read as another type.
  return readAs === type.name ? [{ stream, headline: type.headline(data, false) }] : [];
}
