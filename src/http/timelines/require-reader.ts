import type { ServerResponse } from 'node:http';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { TimelineReader } from '../../projector/timeline-store.ts';
import type { Staleness } from '../../web/components/timeline-view.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { projectionBuilding } from '../protocol/problems.ts';

/**
 * Returns since when the served rows may be stale, and why; undefined while the log is connected and the projector
 * runs. If it is not known when that ended, it is the instant of the last event in the rows.
 */
export function stalenessOf(
  { connectivity }: Pick<AppContext, 'connectivity'>,
  { reader, state, isAlive }: MountedProjection,
): Staleness | undefined {
  if (connectivity.isConnected && state !== 'stopped' && isAlive) return undefined;
  const lastEvent = reader?.checkpoint()?.instant;
  const since = connectivity.isConnected
    ? lastEvent
    : (connectivity.unavailableSince?.toISOString() ?? lastEvent);
  if (since === undefined) return undefined;
  return connectivity.isConnected
    ? { since, cause: 'projection-stopped', reason: undefined }
    : { since, cause: 'log-unavailable', reason: connectivity.reason };
}

/** Returns the rows of a projection. Sends a problem and returns undefined while the first rows are being built. */
export function requireReader(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  projection: MountedProjection,
  res: ServerResponse,
): TimelineReader | undefined {
  const { reader } = projection;
  if (reader === undefined) sendProblem(res, projectionBuilding(projection.name));
  else setAge(context, projection, res);
  return reader;
}

/** Sets `Age` (RFC 9111 §5.1), in seconds, while the rows may be stale. */
function setAge(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  projection: MountedProjection,
  res: ServerResponse,
): void {
  const staleness = stalenessOf(context, projection);
  if (staleness === undefined) return;
  const ageMs = context.clock().getTime() - Date.parse(staleness.since);
  res.setHeader('Age', Math.max(Math.floor(ageMs / 1000), 0));
}
