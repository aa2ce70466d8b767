import { defineTimeline } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/**
 * One timeline of all events, under the key `*`, for searches. Subscriptions to all events send its entries as well.
 */
export const allEvents = defineTimeline({
  name: 'events',
  version: 2,
  partitionBy: () => new Map([['*', {}]]),
  entry: timelineEntry,
});
