import { defineTimeline, topicsOf } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/** Everything that was recorded on a topic. */
export const topicTimeline = defineTimeline({
  name: 'topic',
  version: 2,
  partitionBy: (record) => new Map(topicsOf(record).map((topic) => [topic, {}])),
  entry: timelineEntry,
});
