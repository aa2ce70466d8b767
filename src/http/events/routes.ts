import type { AppContext } from '../protocol/context.ts';
import { byRepresentation } from '../protocol/negotiation.ts';
import type { Router } from '../protocol/router.ts';
import {
  appendEventsDescription,
  EVENT_ID,
  getEventDescription,
  getStreamDescription,
  listEventsDescription,
  RECORD_NAME,
} from './descriptions.ts';
import { showEventPage, showRecordPage } from './event-page.ts';
import { listEvents, showEvent } from './events.ts';
import { postEvents } from './post-events.ts';
import { showStream } from './streams.ts';

/** Registers the log, its events and its streams. */
export function registerEvents(router: Router, context: AppContext): void {
  router.register(
    '/events',
    {
      get: (req, res) => listEvents(context, req, res),
      post: (req, res) => postEvents(context, req, res),
    },
    { get: listEventsDescription, post: appendEventsDescription() },
  );
  router.register<{ id: string }>(
    '/events/:id',
    {
      get: byRepresentation({
        json: (req, res) => showEvent(context, req, res),
        html: (req, res) => showEventPage(context, req, res),
      }),
    },
    { path: { id: EVENT_ID }, get: getEventDescription },
  );
  router.register<{ stream: string }>(
    '/streams/:stream',
    {
      get: byRepresentation({
        json: (req, res) => showStream(context, req, res),
        html: (req, res) => showRecordPage(context, req, res),
      }),
    },
    { path: { stream: RECORD_NAME }, get: getStreamDescription },
  );
}
