import { SseConnections } from '../live/sse.ts';
import { CITATION_FORMATS } from '../protocol/citation-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Handler } from '../protocol/handler.ts';
import { byFormat, type FormatHandlers, formatsOf } from '../protocol/negotiation.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  appendEventsDescription,
  EVENT_ID,
  getEventDescription,
  getStreamDescription,
  listEventsDescription,
  RECORD_NAME,
} from './descriptions.ts';
import { citeEvent, citeRecord } from './event-citation.ts';
import { sendLogFeed, sendRecordFeed } from './event-feed.ts';
import { sendCloudEvent, sendJsonLd } from './event-formats.ts';
import { EVENT_FORMATS, RECORD_FORMATS, showEventPage, showRecordPage } from './event-page.ts';
import { listEvents, showEvent } from './events.ts';
import { followLog, sendLogAsNdjson, sendLogAsTable, sendLogPackage } from './log-stream.ts';
import { postEvents } from './post-events.ts';
import { showStream } from './streams.ts';

/** Registers the log, its events and its streams. */
export function registerEvents(router: Router, context: AppContext): void {
  const connections = new SseConnections(context.limits, context.stopping);
  const log: FormatHandlers<Record<string, string>> = {
    json: (req, res) => listEvents(context, req, res),
    ndjson: (req, res) => sendLogAsNdjson(context, req, res),
    sse: (req, res) => followLog(context, connections, req, res),
    csv: withoutParameters((req, res) => sendLogAsTable(context, req, res)),
    datapackage: withoutParameters((req, res) => sendLogPackage(req, res)),
    atom: (req, res) => sendLogFeed(context, req, res),
    jsonfeed: (req, res) => sendLogFeed(context, req, res),
  };
  router.register(
    '/events',
    { get: byFormat(log), post: (req, res) => postEvents(context, req, res) },
    { get: listEventsDescription, post: appendEventsDescription() },
    formatsOf(log),
  );
  const event: FormatHandlers<{ id: string }> = {
    json: (req, res) => showEvent(context, req, res),
    html: (req, res) => showEventPage(context, req, res),
    jsonld: withoutParameters((req, res) => sendJsonLd(context, req, res)),
    cloudevent: withoutParameters((req, res) => sendCloudEvent(context, req, res)),
    ...citedBy<{ id: string }>(withoutParameters((req, res) => citeEvent(context, req, res))),
  };
  router.register(
    '/events/:id',
    { get: byFormat(event) },
    { path: { id: EVENT_ID }, get: getEventDescription },
    EVENT_FORMATS,
  );
  const record: FormatHandlers<{ stream: string }> = {
    json: (req, res) => showStream(context, req, res),
    html: (req, res) => showRecordPage(context, req, res),
    atom: (req, res) => sendRecordFeed(context, req, res),
    jsonfeed: (req, res) => sendRecordFeed(context, req, res),
    ...citedBy<{ stream: string }>(withoutParameters((req, res) => citeRecord(context, req, res))),
  };
  router.register(
    '/streams/:stream',
    { get: byFormat(record) },
    { path: { stream: RECORD_NAME }, get: getStreamDescription },
    RECORD_FORMATS,
  );
}

/** The same handler for every format of citations. */
function citedBy<Parameters>(handler: Handler<Parameters>): FormatHandlers<Parameters> {
  return Object.fromEntries(CITATION_FORMATS.map((format) => [format, handler]));
}
