import { countryName } from '../../domain/countries/countries.ts';
import { searchCountries } from '../../domain/countries/search.ts';
import { slugOf } from '../../domain/fields/topic.ts';
import { limits } from '../../domain/values/limits.ts';
import type { IndexQuery, Ordinal, TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import type { FoundActor } from '../../web/components/actor-item.ts';
import type { FoundCountry, FoundTopic } from '../../web/pages/search-page.ts';
import type { AppContext } from '../protocol/context.ts';
import { findActors } from './search-actors.ts';

/** Topics that are searched for a match inside the slug. Matches at its start are found among any number of topics. */
const TOPICS_MAX = 1_000;

/** Timelines that are found by their name. */
export interface FoundNames {
  readonly countries: readonly FoundCountry[];
  readonly topics: readonly FoundTopic[];
  readonly actors: readonly FoundActor[];
}

export const NO_NAMES: FoundNames = { countries: [], topics: [], actors: [] };

/**
 * Finds countries by a name in any language, topics and actors. Of the countries that match equally well, those without
 * events come last.
 *
 * @param state the state to search; undefined for the present one of each projection
 */
export function findNames(
  { projections }: Pick<AppContext, 'projections'>,
  text: string,
  languages: readonly string[],
  limit: number,
  state: Ordinal | undefined,
): FoundNames {
  const { country, topic, actor } = projections;
  const asOf = (reader: TimelineReader | undefined) => state ?? reader?.checkpoint()?.ordinal;
  return {
    countries: findCountries(text, languages, country.reader, asOf(country.reader)).slice(0, limit),
    topics: findTopics(text, topic.reader, asOf(topic.reader), limit).slice(0, limit),
    actors: findActors(text, actor.reader, limit, asOf(actor.reader)),
  };
}

function findCountries(
  text: string,
  languages: readonly string[],
  reader: TimelineReader | undefined,
  asOf: Ordinal | undefined,
): readonly FoundCountry[] {
  const found = searchCountries(text, languages).map(({ code, name, rank }) => {
    const entries = asOf === undefined ? 0 : (reader?.summary(code, asOf)?.entries ?? 0);
    return { rank, country: { code, name: countryName(code), matched: name, entries } };
  });
  found.sort((a, b) => a.rank - b.rank || Number(b.country.entries > 0) - Number(a.country.entries > 0));
  return found.map(({ country }) => country);
}

function findTopics(
  text: string,
  reader: TimelineReader | undefined,
  asOf: Ordinal | undefined,
  limit: number,
): readonly FoundTopic[] {
  const slug = text.length > limits.topicCharsMax ? '' : slugOf(text);
  if (slug === '' || slug.length > limits.topicCharsMax || reader === undefined || asOf === undefined)
    return [];
  const matches = [
    ...topicsStartingWith(slug, reader, { limit, asOf }),
    ...reader.find({ text: slug, after: '', keysMax: TOPICS_MAX, asOf }),
  ];
  const distinct = new Map(matches.map((summary) => [summary.key, summary]));
  return [...distinct.values()].map(({ key, entries }) => ({ slug: key, entries }));
}

/** Needs one index query, as the keys are in the order of their code units. */
function topicsStartingWith(
  slug: string,
  reader: TimelineReader,
  range: IndexQuery,
): readonly TimelineSummary[] {
  const exact = reader.summary(slug, range.asOf);
  const after = reader.index({ ...range, after: slug }).filter(({ key }) => key.startsWith(slug));
  return exact === undefined ? after : [exact, ...after];
}
