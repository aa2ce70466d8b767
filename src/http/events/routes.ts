import type { Express } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { byRepresentation } from '../protocol/negotiation.ts';
import { registerResource } from '../protocol/resource.ts';
import { showEventPage, showRecordPage } from './event-page.ts';
import { listEvents, showEvent } from './events.ts';
import { postEvents } from './post-events.ts';
import { showStream } from './streams.ts';

/** Registers the log, its events and its streams. */
export function registerEvents(app: Express, context: AppContext): void {
  registerResource(app, '/events', {
    get: (req, res) => listEvents(context, req, res),
    post: (req, res) => postEvents(context, req, res),
  });
  registerResource<{ id: string }>(app, '/events/:id', {
    get: byRepresentation({
      json: (req, res) => showEvent(context, req, res),
      html: (req, res) => showEventPage(context, req, res),
    }),
  });
  registerResource<{ stream: string }>(app, '/streams/:stream', {
    get: byRepresentation({
      json: (req, res) => showStream(context, req, res),
      html: (req, res) => showRecordPage(context, req, res),
    }),
  });
}
