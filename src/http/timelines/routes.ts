import { SseConnections } from '../live/sse.ts';
import type { ProjectionParameters } from '../operations/require-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Router } from '../protocol/router.ts';
import { cacheMetrics } from './cache-metrics.ts';
import { changesFormats } from './changes/handler.ts';
import { COMPARISON_FORMATS, sendComparison } from './compare/compare.ts';
import { compareDescription } from './compare/description.ts';
import { LIST_FORMATS } from './lists/list-route.ts';
import { oembedDescription, sendOembed } from './oembed.ts';
import { createPageCache } from './page-cache.ts';
import { actorListDescription, listActors } from './resources/actors.ts';
import { agreementListDescription, listAgreements } from './resources/agreement-list.ts';
import { countryListDescription, listCountries } from './resources/countries.ts';
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
import { listRelations, relationListDescription } from './resources/relations.ts';
import { listTopics, topicListDescription } from './resources/topics.ts';
import { type TimelineServices, timelineRoutes } from './timeline-routes.ts';
import { timelineTable } from './timeline-table.ts';

/** Registers the timelines, their live updates, and the lists of timelines. */
export function registerTimelines(router: Router, context: AppContext): void {
  const services: TimelineServices = {
    context,
    cache: createPageCache(context.limits.pageCacheBytesMax),
    connections: new SseConnections(context.limits, context.stopping),
  };
  context.metrics.addSource(() => cacheMetrics(services));
  const table = timelineTable(context);
  for (const { pattern, route } of table) timelineRoutes(router, pattern, route, services);
  router.register(
    '/compare',
    { get: (req, res) => sendComparison(context, req, res) },
    compareDescription,
    COMPARISON_FORMATS,
  );
  router.register(
    '/oembed',
    { get: (req, res) => sendOembed(context, table, req, res) },
    { get: oembedDescription },
  );
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
