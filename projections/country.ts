import { defineTimeline, rolesByCountry } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/** What each country hosted, said, signed, sent, received, or was spoken of in. An event stands once, with all its roles. */
export const countryTimeline = defineTimeline({
  name: 'country',
  version: 2,
  partitionBy: (record) =>
    new Map([...rolesByCountry(record)].map(([country, roles]) => [country, { roles }])),
  entry: timelineEntry,
});
