import type { Express } from 'express';
import { SseConnections } from '../live/sse.ts';
import type { ProjectionParameters } from '../operations/require-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import { registerResource } from '../protocol/resource.ts';
import { createPageCache } from './page-cache.ts';
import { actorTimelines, listActors } from './resources/actors.ts';
import { agreementTimelines, listAgreements, unlinkedShipments } from './resources/agreements.ts';
import { countryTimelines, listCountries } from './resources/countries.ts';
import {
  listProjectedTimelines,
  type ProjectedTimelineParameters,
  projectedTimelines,
} from './resources/projected-timelines.ts';
import { listRelations, relationTimelines } from './resources/relations.ts';
import { statementTimelines } from './resources/statements.ts';
import { listTopics, topicTimelines } from './resources/topics.ts';
import { type TimelineServices, timelineRoutes } from './timeline-routes.ts';

/** Registers the timelines, their live updates, and the lists of timelines. */
export function registerTimelines(app: Express, context: AppContext): void {
  const services: TimelineServices = {
    context,
    cache: createPageCache(context.limits.pageCacheBytesMax),
    connections: new SseConnections(context.limits, context.stopping),
  };
  timelineRoutes(app, '/countries/:code', countryTimelines(context), services);
  timelineRoutes(app, '/topics/:slug', topicTimelines(context), services);
  timelineRoutes(app, '/relations/:a/:b', relationTimelines(context), services);
  timelineRoutes(app, '/actors/:key', actorTimelines(context), services);
  timelineRoutes(app, '/statements', statementTimelines(context), services);
  timelineRoutes(app, '/mous/:stream', unlinkedShipments(context), services);
  timelineRoutes(app, '/mous/:stream', agreementTimelines(context), services);
  registerResource(app, '/countries', { get: (req, res) => listCountries(context, req, res) });
  registerResource(app, '/topics', { get: (req, res) => listTopics(context, req, res) });
  registerResource(app, '/relations', { get: (req, res) => listRelations(context, req, res) });
  registerResource(app, '/actors', { get: (req, res) => listActors(context, req, res) });
  registerResource(app, '/mous', { get: (req, res) => listAgreements(context, req, res) });
  registerResource<ProjectionParameters>(app, '/projections/:name/timelines', {
    get: (req, res) => listProjectedTimelines(context, req, res),
  });
  registerResource<ProjectedTimelineParameters>(app, '/projections/:name/timelines/:key', {
    get: projectedTimelines(services),
  });
}
