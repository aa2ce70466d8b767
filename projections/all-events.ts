import { defineTimeline } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/**
 * One timeline of all events, under the key `*`. It is not mounted, as nothing reads it; subscriptions to all events
 * send its entries.
 */
export const allEvents = defineTimeline({
  name: 'events',
  version: 1,
  partitionBy: () => new Map([['*', {}]]),
  entry: timelineEntry,
});
