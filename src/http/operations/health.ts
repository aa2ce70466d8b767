import { describeRemoval } from '../../event-store/removals.ts';
import type { MountedProjection, ProjectionState } from '../../projector/mounted-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { sendJson } from '../protocol/response.ts';

/** Records that lost events. */
const WARNINGS_MAX = 100;
/** `GET /healthz`: 200 as long as the process answers. */
export function showHealth(_req: Request, res: Response): void {
  sendJson(res, 200, '{"status":"alive"}', NO_STORE);
}

/**
 * `GET /readyz`: 200 if the log is connected, every projection has caught up with it since the start, and every
 * projector is alive. A wrong clock and removed events are shown, but stop nothing.
 */
export function showReadiness(context: AppContext, res: Response): void {
  const { connectivity, projections, clockWatch, removals } = context;
  const states = Object.values(projections).map((projection) => {
    const { name, reader, retryInMs } = projection;
    const position = reader?.checkpoint()?.position ?? null;
    return { name, state: projectionStateOf(projection), position, retryInMs: retryInMs ?? null };
  });
  const log = {
    state: connectivity.isConnected ? 'connected' : 'unavailable',
    unavailableSince: connectivity.unavailableSince?.toISOString() ?? null,
    ...(connectivity.reason !== undefined && { reason: connectivity.reason }),
  };
  const warnings = removals.records.slice(0, WARNINGS_MAX).map(describeRemoval);
  const members = { log, warnings, clock: clockWatch.check(), projections: states };
  const causes = [
    ...(connectivity.isConnected ? [] : ['the log is unavailable']),
    ...states.filter(({ state }) => state !== 'live').map(({ name, state }) => `${name} is ${state}`),
  ];
  if (causes.length === 0) sendJson(res, 200, JSON.stringify({ status: 'ready', ...members }), NO_STORE);
  else sendProblem(res, { code: 'not-ready', detail: causes.join('; '), members, headers: NO_STORE });
}

/** Returns the state of a projection, or `silent` if its projector's heartbeat is overdue. */
export function projectionStateOf({ state, isAlive }: MountedProjection): ProjectionState | 'silent' {
  return isAlive || state === 'stopped' ? state : 'silent';
}
