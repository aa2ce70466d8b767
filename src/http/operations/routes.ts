import type { AppContext } from '../protocol/context.ts';
import { withoutParameters } from '../protocol/resource.ts';
import type { Router } from '../protocol/router.ts';
import {
  cancelRebuildDescription,
  getProjectionDescription,
  getRebuildDescription,
  healthDescription,
  listProjectionsDescription,
  metricsDescription,
  readinessDescription,
  startRebuildDescription,
} from './descriptions.ts';
import { showHealth, showReadiness } from './health.ts';
import { logMetrics, processMetrics, projectionMetrics, showMetrics } from './metrics.ts';
import { listProjections, showProjection } from './projections.ts';
import { cancelRebuild, showRebuild, startRebuild } from './rebuilds.ts';
import { PROJECTION_NAME, type ProjectionParameters } from './require-projection.ts';

/** Registers what operators use: health, projections and rebuilds. */
export function registerOperations(router: Router, context: AppContext): void {
  const path = { name: PROJECTION_NAME };
  router.register('/healthz', { get: withoutParameters(showHealth) }, { get: healthDescription });
  router.register(
    '/readyz',
    { get: withoutParameters((_req, res) => showReadiness(context, res)) },
    { get: readinessDescription },
  );
  router.register(
    '/metrics',
    { get: withoutParameters((_req, res) => showMetrics(context, res)) },
    { get: metricsDescription },
  );
  for (const source of [logMetrics, projectionMetrics, processMetrics]) {
    context.metrics.addSource(() => source(context));
  }
  router.register(
    '/projections',
    {
      get: withoutParameters((_req, res) => listProjections(context, res)),
    },
    { get: listProjectionsDescription },
  );
  router.register<ProjectionParameters>(
    '/projections/:name',
    {
      get: withoutParameters((req, res) => showProjection(context, req, res)),
    },
    { path, get: getProjectionDescription },
  );
  router.register<ProjectionParameters>(
    '/projections/:name/rebuild',
    {
      get: withoutParameters((req, res) => showRebuild(context, req, res)),
      post: withoutParameters((req, res) => startRebuild(context, req, res)),
      delete: withoutParameters((req, res) => cancelRebuild(context, req, res)),
    },
    { path, get: getRebuildDescription, post: startRebuildDescription, delete: cancelRebuildDescription },
  );
}
