import type { Express } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { registerResource, withoutParameters } from '../protocol/resource.ts';
import { showHealth, showReadiness } from './health.ts';
import { listProjections, showProjection } from './projections.ts';
import { cancelRebuild, showRebuild, startRebuild } from './rebuilds.ts';
import type { ProjectionParameters } from './require-projection.ts';

/** Registers what operators use: health, projections and rebuilds. */
export function registerOperations(app: Express, context: AppContext): void {
  registerResource(app, '/healthz', { get: withoutParameters(showHealth) });
  registerResource(app, '/readyz', { get: withoutParameters((_req, res) => showReadiness(context, res)) });
  registerResource(app, '/projections', {
    get: withoutParameters((_req, res) => listProjections(context, res)),
  });
  registerResource<ProjectionParameters>(app, '/projections/:name', {
    get: withoutParameters((req, res) => showProjection(context, req, res)),
  });
  registerResource<ProjectionParameters>(app, '/projections/:name/rebuild', {
    get: withoutParameters((req, res) => showRebuild(context, req, res)),
    post: withoutParameters((req, res) => startRebuild(context, req, res)),
    delete: withoutParameters((req, res) => cancelRebuild(context, req, res)),
  });
}
