import { defineTimeline, rolesByCountry } from '../src/index.ts';
import { timelineEntry } from './timeline-entry.ts';

/**
 * The timeline of a country: the events in which it acted, such as hosting, speaking or signing, or was mentioned. An
 * event appears once, with all roles of the country.
 */
export const countryTimeline = defineTimeline({
  name: 'country',
  version: 6,
  partitionBy: (record) =>
    new Map([...rolesByCountry(record)].map(([country, roles]) => [country, { roles }])),
  entry: timelineEntry,
});
