import type { Express } from 'express';
import type { AppContext } from '../protocol/context.ts';
import { registerResource } from '../protocol/resource.ts';
import { showHealth, showReadiness } from './health.ts';
import { listProjections, showProjection } from './projections.ts';
import { cancelRebuild, showRebuild, startRebuild } from './rebuilds.ts';
import type { ProjectionParameters } from './require-projection.ts';

/** Registers what operators use: health, projections and rebuilds. */
export function registerOperations(app: Express, context: AppContext): void {
  registerResource(app, '/healthz', { get: showHealth });
  registerResource(app, '/readyz', { get: (_req, res) => showReadiness(context, res) });
  registerResource(app, '/projections', { get: (_req, res) => listProjections(context, res) });
  registerResource<ProjectionParameters>(app, '/projections/:name', {
    get: (req, res) => showProjection(context, req, res),
  });
  registerResource<ProjectionParameters>(app, '/projections/:name/rebuild', {
    get: (req, res) => showRebuild(context, req, res),
    post: (req, res) => startRebuild(context, req, res),
    delete: (req, res) => cancelRebuild(context, req, res),
  });
}
