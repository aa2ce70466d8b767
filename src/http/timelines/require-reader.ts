import type { ServerResponse } from 'node:http';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { TimelineReader } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { projectionBuilding, sendProblem } from '../protocol/problems.ts';

/**
 * Since when it is not known whether the rows that serve hold the whole log, as that is away: RFC 3339; undefined while
 * it is there. Where it was not there since the start, since the last event that they hold.
 */
export function staleSince(
  { connectivity }: Pick<AppContext, 'connectivity'>,
  reader: TimelineReader,
): string | undefined {
  return connectivity.isConnected
    ? undefined
    : (connectivity.unavailableSince?.toISOString() ?? reader.checkpoint()?.instant);
}

/** The rows that serve; undefined, and the problem is sent, while the first are being made. */
export function requireReader(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  timeline: MountedProjection,
  res: ServerResponse,
): TimelineReader | undefined {
  const { reader } = timeline;
  if (reader === undefined) sendProblem(res, projectionBuilding(timeline.name));
  else tellAge(context, reader, res);
  return reader;
}

/** `Age` (RFC 9111 §5.1), in seconds, while the log is away. */
function tellAge(
  context: Pick<AppContext, 'connectivity' | 'clock'>,
  reader: TimelineReader,
  res: ServerResponse,
): void {
  const since = staleSince(context, reader);
  if (since === undefined) return;
  res.setHeader('Age', Math.max(Math.floor((context.clock().getTime() - Date.parse(since)) / 1000), 0));
}
