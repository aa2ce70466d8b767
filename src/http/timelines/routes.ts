import { SseConnections } from '../live/sse.ts';
import type { ProjectionParameters } from '../operations/require-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Router } from '../protocol/router.ts';
import { cacheMetrics } from './cache-metrics.ts';
import { changesFormats } from './changes/handler.ts';
import { LIST_FORMATS } from './list.ts';
import { createPageCache } from './page-cache.ts';
import { actorListDescription, actorTimelines, listActors } from './resources/actors.ts';
import {
  agreementListDescription,
  agreementTimelines,
  listAgreements,
  unlinkedShipments,
} from './resources/agreements.ts';
import { countryListDescription, countryTimelines, listCountries } from './resources/countries.ts';
import {
  listProjectedTimelines,
  PROJECTED_FORMATS,
  PROJECTED_LIST_FORMATS,
  type ProjectedTimelineParameters,
  projectedChanges,
  projectedChangesDescription,
  projectedListDescription,
  projectedTimeGateDescription,
  projectedTimeGates,
  projectedTimelineDescription,
  projectedTimelines,
  projectedTimeMapDescription,
  projectedTimeMaps,
} from './resources/projected-timelines.ts';
import { listRelations, relationListDescription, relationTimelines } from './resources/relations.ts';
import { statementTimelines } from './resources/statements.ts';
import { listTopics, topicListDescription, topicTimelines } from './resources/topics.ts';
import { type TimelineServices, timelineRoutes } from './timeline-routes.ts';

/** Registers the timelines, their live updates, and the lists of timelines. */
export function registerTimelines(router: Router, context: AppContext): void {
  const services: TimelineServices = {
    context,
    cache: createPageCache(context.limits.pageCacheBytesMax),
    connections: new SseConnections(context.limits, context.stopping),
  };
  context.metrics.addSource(() => cacheMetrics(services));
  timelineRoutes(router, '/countries/:code', countryTimelines(context), services);
  timelineRoutes(router, '/topics/:slug', topicTimelines(context), services);
  timelineRoutes(router, '/relations/:a/:b', relationTimelines(context), services);
  timelineRoutes(router, '/actors/:key', actorTimelines(context), services);
  timelineRoutes(router, '/statements', statementTimelines(context), services);
  timelineRoutes(router, '/mous/unknown', unlinkedShipments(context), services);
  timelineRoutes(router, '/mous/:stream', agreementTimelines(context), services);
  router.register(
    '/countries',
    { get: (req, res) => listCountries(context, req, res) },
    countryListDescription,
    LIST_FORMATS,
  );
  router.register(
    '/topics',
    { get: (req, res) => listTopics(context, req, res) },
    topicListDescription,
    LIST_FORMATS,
  );
  router.register(
    '/relations',
    { get: (req, res) => listRelations(context, req, res) },
    relationListDescription,
    LIST_FORMATS,
  );
  router.register(
    '/actors',
    { get: (req, res) => listActors(context, req, res) },
    actorListDescription,
    LIST_FORMATS,
  );
  router.register(
    '/mous',
    { get: (req, res) => listAgreements(context, req, res) },
    agreementListDescription,
    LIST_FORMATS,
  );
  router.register<ProjectionParameters>(
    '/projections/:name/timelines',
    {
      get: (req, res) => listProjectedTimelines(context, req, res),
    },
    projectedListDescription,
    PROJECTED_LIST_FORMATS,
  );
  router.register<ProjectedTimelineParameters>(
    '/projections/:name/timelines/:key',
    {
      get: projectedTimelines(services),
    },
    projectedTimelineDescription,
    PROJECTED_FORMATS,
  );
  router.register<ProjectedTimelineParameters>(
    '/projections/:name/timelines/:key/changes',
    { get: projectedChanges(services) },
    projectedChangesDescription,
    changesFormats({}),
  );
  router.register<ProjectedTimelineParameters>(
    '/projections/:name/timelines/:key/timegate',
    { get: projectedTimeGates(services) },
    projectedTimeGateDescription,
  );
  router.register<ProjectedTimelineParameters>(
    '/projections/:name/timelines/:key/timemap',
    { get: projectedTimeMaps(services) },
    projectedTimeMapDescription,
  );
}
