import type { ProjectionStop, Rebuild } from '../../projector/mounted-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson } from '../protocol/response.ts';
import { type ProjectionParameters, requireProjection } from './require-projection.ts';

/** `GET /projections/{name}/rebuild`: the running rebuild, or the last one since the server started. */
export function showRebuild(context: AppContext, req: Request<ProjectionParameters>, res: Response): void {
  const projection = requireProjection(context, req, res);
  if (projection === undefined) return;
  const rebuild = context.rebuilds.last(projection.name);
  if (rebuild === undefined) sendProblem(res, { code: 'no-rebuild' });
  else sendJson(res, 200, JSON.stringify(rebuildJson(rebuild)), NO_STORE);
}

/** `POST /projections/{name}/rebuild`: rebuilds the rows from the whole log, while the present rows keep serving. */
export function startRebuild(context: AppContext, req: Request<ProjectionParameters>, res: Response): void {
  const projection = requireProjection(context, req, res);
  if (projection === undefined) return;
  const { name } = projection;
  const isStarted = context.rebuilds.start(name);
  const rebuild = rebuildJson(context.rebuilds.last(name));
  const headers = { ...NO_STORE, Location: rebuildUrl(name) };
  if (isStarted) req.audit.did({ action: 'rebuild' }, name);
  if (isStarted) sendJson(res, 202, JSON.stringify(rebuild), headers);
  else sendProblem(res, { code: 'rebuild-running', members: { rebuild }, headers });
}

/** `DELETE /projections/{name}/rebuild`: cancels the running rebuild and discards its rows. */
export function cancelRebuild(context: AppContext, req: Request<ProjectionParameters>, res: Response): void {
  const projection = requireProjection(context, req, res);
  if (projection === undefined) return;
  const { name } = projection;
  if (!context.rebuilds.cancel(name)) {
    sendProblem(res, { code: 'no-rebuild', detail: 'No rebuild is running.' });
    return;
  }
  req.audit.did({ action: 'rebuild-cancelled' }, name);
  const headers = { ...NO_STORE, Location: rebuildUrl(name) };
  sendJson(res, 202, JSON.stringify(rebuildJson(context.rebuilds.last(name))), headers);
}

function rebuildUrl(name: string): string {
  return `/projections/${name}/rebuild`;
}

export function rebuildJson(rebuild: Rebuild | undefined): object | null {
  if (rebuild === undefined) return null;
  const { projections, state, startedAt, endedAt, events, total, eventsPerSecond, stop } = rebuild;
  return {
    projections,
    state,
    startedAt,
    endedAt: endedAt ?? null,
    events,
    total: total ?? null,
    eventsPerSecond,
    stoppedBy: stopJson(stop),
  };
}

export function stopJson(stop: ProjectionStop | undefined): object | null {
  return stop === undefined ? null : { event: stop.eventId ?? null, reason: stop.reason };
}
