import {
  type Actor,
  attributionOf,
  figuresOf,
  headline,
  headlineQuote,
  linksOf,
  occurrenceOf,
  type RecordVersion,
  rolesByCountry,
  speechActsOf,
  type TimelineEntry,
  termsOf,
  topicsOf,
} from '../src/index.ts';

/** Returns the entry that the timelines of countries, topics and relations show for an event. */
export function timelineEntry(record: RecordVersion): TimelineEntry {
  const { event } = record;
  const quote = headlineQuote(record);
  return {
    id: event.id,
    stream: event.stream,
    type: event.type,
    occurred: occurrenceOf(record),
    headline: headline(record),
    ...(quote && { headlineQuote: quote }),
    ...termsOf(record),
    ...figuresOf(record),
    countries: [...rolesByCountry(record).keys()],
    topics: topicsOf(record),
    speechActs: speechActsOf(record),
    attribution: attributionOf(record),
    sources: record.sources.length,
    status: record.status,
    versions: record.versions,
    position: event.position,
    recordedAt: event.recordedAt,
    links: linksOf(record),
    ...(record.redactions && { redactions: record.redactions }),
  };
}

/** An actor without the names in other languages. */
export type NamedActor = Omit<Actor, 'names'>;

export function namedActor({ name, kind, country, identifiers }: Actor): NamedActor {
  return { name, kind, ...(country !== undefined && { country }), ...(identifiers && { identifiers }) };
}
