import { countryName } from '../../domain/countries/countries.ts';
import { searchCountries } from '../../domain/countries/search.ts';
import { slugOf } from '../../domain/fields/topic.ts';
import { limits } from '../../domain/values/limits.ts';
import type { IndexQuery, TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import { type FoundCountry, type FoundTopic, searchPage } from '../../web/pages/search-page.ts';
import { preferredLanguages } from '../protocol/accept-language.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { representationOf } from '../protocol/negotiation.ts';
import { countParameter, namesOf, textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { findActors } from './search-actors.ts';

const LIMIT_MAX = 50;
const limitParameter = countParameter('limit', LIMIT_MAX, 10, 'Results of each kind.');
const textToFind = textParameter('q', 'A name or a part of it, in any language.', 'pakistan');
export const SEARCH_PARAMETERS = [textToFind, limitParameter];
/** Topics that are searched for a match inside the slug. Matches at its start are found among any number of topics. */
const TOPICS_MAX = 1_000;

/**
 * `GET /search?q=`: countries by a name in any language, topics, and actors. Of the countries that match equally well,
 * those without events come last.
 */
export function showSearch({ projections }: AppContext, req: Request, res: Response): void {
  const query = new QueryParameters(req.originalUrl, namesOf(SEARCH_PARAMETERS));
  const limit = limitParameter.read(query);
  const text = query.text(textToFind.name)?.trim() ?? '';
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const languages = preferredLanguages(req.headers);
  const countries = findCountries(text, languages, projections.country.reader).slice(0, limit);
  const topics = findTopics(text, projections.topic.reader).slice(0, limit);
  const actors = findActors(text, projections.actor.reader, limit);
  const headers = { 'Cache-Control': 'no-cache', Vary: 'Accept, Accept-Language' };
  if (representationOf(req.headers) === 'html') {
    sendHtml(res, 200, searchPage({ text, countries, topics, actors }), headers);
  } else sendJson(res, 200, JSON.stringify({ query: text, countries, topics, actors }), headers);
}

function findCountries(
  text: string,
  languages: readonly string[],
  reader: TimelineReader | undefined,
): readonly FoundCountry[] {
  const asOf = reader?.checkpoint()?.ordinal;
  const found = searchCountries(text, languages).map(({ code, name, rank }) => {
    const entries = asOf === undefined ? 0 : (reader?.summary(code, asOf)?.entries ?? 0);
    return { rank, country: { code, name: countryName(code), matched: name, entries } };
  });
  found.sort((a, b) => a.rank - b.rank || Number(b.country.entries > 0) - Number(a.country.entries > 0));
  return found.map(({ country }) => country);
}

function findTopics(text: string, reader: TimelineReader | undefined): readonly FoundTopic[] {
  const slug = text.length > limits.topicCharsMax ? '' : slugOf(text);
  const asOf = reader?.checkpoint()?.ordinal;
  if (slug === '' || slug.length > limits.topicCharsMax || reader === undefined || asOf === undefined)
    return [];
  const matches = [
    ...topicsStartingWith(slug, reader, { limit: LIMIT_MAX, asOf }),
    ...topicsContaining(slug, reader, { limit: TOPICS_MAX, asOf }),
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

function topicsContaining(
  slug: string,
  reader: TimelineReader,
  range: IndexQuery,
): readonly TimelineSummary[] {
  return reader.index(range).filter(({ key }) => key.includes(slug));
}
