import { SseConnections } from '../live/sse.ts';
import type { ProjectionParameters } from '../operations/require-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Router } from '../protocol/router.ts';
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
export function registerTimelines(router: Router, context: AppContext): void {
  const services: TimelineServices = {
    context,
    cache: createPageCache(context.limits.pageCacheBytesMax),
    connections: new SseConnections(context.limits, context.stopping),
  };
  timelineRoutes(router, '/countries/:code', countryTimelines(context), services);
  timelineRoutes(router, '/topics/:slug', topicTimelines(context), services);
  timelineRoutes(router, '/relations/:a/:b', relationTimelines(context), services);
  timelineRoutes(router, '/actors/:key', actorTimelines(context), services);
  timelineRoutes(router, '/statements', statementTimelines(context), services);
  timelineRoutes(router, '/mous/unknown', unlinkedShipments(context), services);
  timelineRoutes(router, '/mous/:stream', agreementTimelines(context), services);
  router.register('/countries', { get: (req, res) => listCountries(context, req, res) });
  router.register('/topics', { get: (req, res) => listTopics(context, req, res) });
  router.register('/relations', { get: (req, res) => listRelations(context, req, res) });
  router.register('/actors', { get: (req, res) => listActors(context, req, res) });
  router.register('/mous', { get: (req, res) => listAgreements(context, req, res) });
  router.register<ProjectionParameters>('/projections/:name/timelines', {
    get: (req, res) => listProjectedTimelines(context, req, res),
  });
  router.register<ProjectedTimelineParameters>('/projections/:name/timelines/:key', {
    get: projectedTimelines(services),
  });
}
