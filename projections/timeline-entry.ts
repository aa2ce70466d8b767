import {
  type Actor,
  attributionOf,
  countryName,
  figuresOf,
  headline,
  headlineQuote,
  linksOf,
  occurrenceOf,
  outletsOf,
  type RecordVersion,
  relaysOf,
  rolesByCountry,
  searchableTextsOf,
  searchableWords,
  speechActsOf,
  type TimelineEntry,
  termsOf,
  topicsOf,
} from '../src/index.ts';

/**
 * Returns the entry that the timelines of countries, topics, relations and actors show for an event. Its outlets,
 * relays and words are filtered by; they are not shown.
 */
export function timelineEntry(record: RecordVersion): TimelineEntry {
  const { event } = record;
  const quote = headlineQuote(record);
  const line = headline(record);
  const countries = [...rolesByCountry(record).keys()];
  const topics = topicsOf(record);
  return {
    id: event.id,
    stream: event.stream,
    type: event.type,
    occurred: occurrenceOf(record),
    headline: line,
    ...(quote && { headlineQuote: quote }),
    ...termsOf(record),
    ...figuresOf(record),
    countries,
    topics,
    speechActs: speechActsOf(record),
    attribution: attributionOf(record),
    sources: record.sources.length,
    status: record.status,
    versions: record.versions,
    position: event.position,
    recordedAt: event.recordedAt,
    links: linksOf(record),
    ...(record.redactions && { redactions: record.redactions }),
    outlets: outletsOf(record),
    relays: relaysOf(record),
    words: searchableWords([line, ...countries.map(countryName), ...topics, ...searchableTextsOf(record)]),
  };
}

/** An actor without the names in other languages. */
export type NamedActor = Omit<Actor, 'names'>;

export function namedActor({ name, kind, country, identifiers }: Actor): NamedActor {
  return { name, kind, ...(country !== undefined && { country }), ...(identifiers && { identifiers }) };
}
