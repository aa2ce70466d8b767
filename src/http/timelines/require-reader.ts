import type { ServerResponse } from 'node:http';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { TimelineReader } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { projectionBuilding } from '../protocol/problems.ts';

/**
 * Returns when the served rows became possibly stale (RFC 3339); undefined while the log is connected. If the log has
 * never been connected since the start, that is the instant of the last event in the rows.
 */
export function staleSince(
  { connectivity }: Pick<AppContext, 'connectivity'>,
  reader: TimelineReader,
): string | undefined {
  return connectivity.isConnected
    ? undefined
    : (connectivity.unavailableSince?.toISOString() ?? reader.checkpoint()?.instant);
}

/** Returns the rows of a projection. Sends a problem and returns undefined while the first rows are being built. */
export function requireReader(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  projection: MountedProjection,
  res: ServerResponse,
): TimelineReader | undefined {
  const { reader } = projection;
  if (reader === undefined) sendProblem(res, projectionBuilding(projection.name));
  else setAge(context, reader, res);
  return reader;
}

/** Sets `Age` (RFC 9111 §5.1), in seconds, while the log is unavailable. */
function setAge(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  reader: TimelineReader,
  res: ServerResponse,
): void {
  const since = staleSince(context, reader);
  if (since === undefined) return;
  res.setHeader('Age', Math.max(Math.floor((context.clock().getTime() - Date.parse(since)) / 1000), 0));
}
