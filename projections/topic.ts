import { defineTimeline, topicsOf } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/** The timeline of a topic: all events on it. */
export const topicTimeline = defineTimeline({
  name: 'topic',
  version: 6,
  partitionBy: (record) => new Map(topicsOf(record).map((topic) => [topic, {}])),
  entry: timelineEntry,
});
