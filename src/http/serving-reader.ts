import type { ServerResponse } from 'node:http';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { TimelineReader } from '../projector/timeline-store.ts';
import type { AppContext } from './app-context.ts';
import { projectionBuilding, sendProblem } from './problem-details.ts';

/** The rows that serve; undefined, and the problem is sent, while the first are being made. */
export function servingReader(
  context: Pick<AppContext, 'contact' | 'clock'>,
  timeline: MountedTimeline,
  res: ServerResponse,
): TimelineReader | undefined {
  const { reader } = timeline;
  if (reader === undefined) sendProblem(res, projectionBuilding(timeline.name));
  else if (!context.contact.isThere) tellAge(context, reader, res);
  return reader;
}

/**
 * `Age` (RFC 9111 §5.1): seconds since the rows were last known to hold the whole log, which is away. Where it was not
 * there since the start, since the last event that they hold.
 */
function tellAge(
  { contact, clock }: Pick<AppContext, 'contact' | 'clock'>,
  reader: TimelineReader,
  res: ServerResponse,
): void {
  const instant = reader.checkpoint()?.instant;
  const knownMs = contact.lostAt?.getTime() ?? (instant === undefined ? undefined : Date.parse(instant));
  if (knownMs === undefined) return;
  res.setHeader('Age', Math.max(Math.floor((clock().getTime() - knownMs) / 1000), 0));
}
