import type { ServerResponse } from 'node:http';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { TimelineReader } from '../projector/timeline-store.ts';
import { projectionBuilding, sendProblem } from './problem-details.ts';

/** The rows that serve; undefined, and the problem is sent, while the first are being made. */
export function servingReader(timeline: MountedTimeline, res: ServerResponse): TimelineReader | undefined {
  if (timeline.reader === undefined) sendProblem(res, projectionBuilding(timeline.name));
  return timeline.reader;
}
