import { attributionOf } from '../../domain/record/attribution.ts';
import type { RecordVersion } from '../../domain/record/record-version.ts';
import {
  figuresOf,
  headline,
  linksOf,
  occurrenceOf,
  rolesByCountry,
  speechActsOf,
  termsOf,
  topicsOf,
} from '../../domain/record/summary.ts';
import type { EventEntry } from '../../web/components/timeline-view.ts';
import { cloudEvent } from '../formats/cloud-event.ts';
import { jsonLdEvent } from '../formats/json-ld.ts';
import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import { contentTypeOf } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { notAcceptable, unknownEvent } from '../protocol/problems.ts';
import { sendFile } from '../protocol/response.ts';
import { readEventHistory } from './read-event-history.ts';

/** `GET /events/{id}` as a CloudEvent: the event as it was recorded. */
export async function sendCloudEvent(
  { store, tree }: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const event = await store.readEvent(req.params.id.toLowerCase());
  if (event === undefined) return sendProblem(res, unknownEvent());
  tree.requireUnaltered([event]);
  sendText(cloudEvent(event, req.origin), req, res);
}

/** `GET /events/{id}` as JSON-LD: its current version. Corrections, retractions and links have none. */
export async function sendJsonLd(
  context: AppContext,
  req: Request<{ id: string }>,
  res: Response,
): Promise<void> {
  const found = await readEventHistory(context, req.params.id);
  if (found === undefined) return sendProblem(res, unknownEvent());
  const version = found.history.state.versions.get(found.event.id);
  if (version === undefined)
    return sendProblem(res, notAcceptable(req.path, '', ['json', 'html', 'cloudevent']));
  sendText(jsonLdEvent(entryOf(version), req.origin), req, res);
}

function sendText(text: string, req: Request<unknown>, res: Response): void {
  const body = Buffer.from(text);
  const headers = revalidated(contentTag(body));
  if (!answerByPrecondition(req, res, headers)) sendFile(res, contentTypeOf(req.format), body, headers);
}

/** Returns what timelines show of a version. */
function entryOf(version: RecordVersion): EventEntry {
  const { id, stream, position, recordedAt } = version.event;
  return {
    id,
    stream,
    type: version.type,
    occurred: occurrenceOf(version),
    headline: headline(version),
    ...termsOf(version),
    ...figuresOf(version),
    countries: [...rolesByCountry(version).keys()],
    topics: topicsOf(version),
    speechActs: speechActsOf(version),
    attribution: attributionOf(version),
    sources: version.sources.length,
    status: version.status,
    versions: version.versions,
    position,
    recordedAt,
    links: linksOf(version),
  };
}
