import type { OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { countryName } from '../../domain/countries/countries.ts';
import { searchCountries } from '../../domain/countries/search.ts';
import { slugOf } from '../../domain/fields/topic.ts';
import { limits } from '../../domain/values/limits.ts';
import type { IndexQuery, TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import {
  type FoundCountry,
  type FoundTopic,
  type SearchView,
  searchPage,
} from '../../web/pages/search-page.ts';
import { actorUrl, countryUrl, topicUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportWriter, writeExport } from '../formats/export-writer.ts';
import { formatLinks } from '../formats/format-links.ts';
import { SEARCH_COLUMNS } from '../formats/list-columns.ts';
import { EXPORT_WRITERS } from '../formats/writers.ts';
import { preferredLanguages } from '../protocol/accept-language.ts';
import type { AppContext } from '../protocol/context.ts';
import { contentTypeOf, type FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { countParameter, namesOf, textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { sendStream } from '../protocol/stream-response.ts';
import { findActors } from './search-actors.ts';

const LIMIT_MAX = 50;
const limitParameter = countParameter('limit', LIMIT_MAX, 10, 'Results of each kind.');
const textToFind = textParameter('q', 'A name or a part of it, in any language.', 'pakistan');
export const SEARCH_PARAMETERS = [textToFind, limitParameter];
/** Topics that are searched for a match inside the slug. Matches at its start are found among any number of topics. */
const TOPICS_MAX = 1_000;

const PARAMETERS = ['q', 'limit'];
export const SEARCH_FORMATS: readonly FormatName[] = ['json', 'html', 'csv', 'ndjson'];

/**
 * `GET /search?q=`: countries by a name in any language, topics, and actors. Of the countries that match equally well,
 * those without events come last.
 */
export async function showSearch(context: AppContext, req: Request, res: Response): Promise<void> {
  const query = new QueryParameters(req.originalUrl, namesOf(SEARCH_PARAMETERS));
  const limit = limitParameter.read(query);
  const text = query.text(textToFind.name)?.trim() ?? '';
  if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
  const { projections } = context;
  const languages = preferredLanguages(req.headers);
  const countries = findCountries(text, languages, projections.country.reader).slice(0, limit);
  const topics = findTopics(text, projections.topic.reader).slice(0, limit);
  const actors = findActors(text, projections.actor.reader, limit);
  const formats = formatLinks(req, SEARCH_FORMATS, undefined, () => PARAMETERS);
  const found = { formats, origin: req.origin, url: req.originalUrl, text, countries, topics, actors };
  const headers = { 'Cache-Control': 'no-cache', Vary: 'Accept, Accept-Language' };
  const writer = EXPORT_WRITERS[req.format];
  if (writer !== undefined) await sendResults(context, writer, found, headers, req, res);
  else if (req.format === 'html') sendHtml(res, 200, searchPage(found), headers);
  else sendJson(res, 200, JSON.stringify({ query: text, countries, topics, actors }), headers);
}

/** Sends all results as one list. */
async function sendResults(
  context: AppContext,
  writer: ExportWriter,
  { text, countries, topics, actors }: SearchView,
  headers: OutgoingHttpHeaders,
  req: Request,
  res: Response,
): Promise<void> {
  const items = [
    ...countries.map(({ code, name, entries }) => ({
      kind: 'country',
      key: code,
      name,
      entries,
      path: countryUrl(code),
    })),
    ...topics.map(({ slug, entries }) => ({
      kind: 'topic',
      key: slug,
      name: topicLabel(slug),
      entries,
      path: topicUrl(slug),
    })),
    ...actors.map(({ key, name, entries }) => ({ kind: 'actor', key, name, entries, path: actorUrl(key) })),
  ].map((item) => JSON.stringify(item));
  const view = {
    title: `Search: ${text}`,
    origin: req.origin,
    url: req.originalUrl,
    asOf: undefined,
    columns: SEARCH_COLUMNS,
    parse: JSON.parse,
  };
  const pages = Readable.from([items]);
  await sendStream(context, req, res, contentTypeOf(req.format), writeExport(writer, view, pages), headers);
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
