import type { Request, Response } from 'express';
import { countryName } from '../../domain/countries/countries.ts';
import { countriesNamedLike } from '../../domain/countries/search.ts';
import type { IndexQuery, TimelineReader, TimelineSummary } from '../../projector/timeline-store.ts';
import type { FoundCountry, FoundTopic } from '../../web/pages/search-page.ts';
import { searchPage } from '../../web/pages/search-page.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { representationOf } from '../protocol/negotiation.ts';
import { invalidQuery, sendProblem } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';

const LIMIT_MAX = 50;
const LIMIT_DEFAULT = 10;
/** Topics that are looked through for a word within; one that begins as asked is found among any number. */
const TOPICS_MAX = 1_000;

/** `GET /search?q=`: countries by a name in any language, and topics. What nothing is recorded of comes last. */
export function showSearch({ projections: timelines }: AppContext, req: Request, res: Response): void {
  const query = new QueryParameters(req.originalUrl, ['q', 'limit']);
  const limit = query.count('limit', LIMIT_MAX, LIMIT_DEFAULT);
  const text = query.text('q')?.trim() ?? '';
  if (query.errors.length > 0) {
    sendProblem(res, invalidQuery(query.errors));
    return;
  }
  const countries = foundCountries(text, timelines.country.reader).slice(0, limit);
  const topics = foundTopics(text, timelines.topic.reader).slice(0, limit);
  const headers = { 'Cache-Control': 'no-cache' };
  if (representationOf(req.headers) === 'html') {
    sendHtml(res, 200, searchPage({ text, countries, topics }), headers);
  } else sendJson(res, 200, JSON.stringify({ query: text, countries, topics }), headers);
}

function foundCountries(text: string, reader: TimelineReader | undefined): readonly FoundCountry[] {
  const asOf = reader?.checkpoint()?.ordinal;
  const found = countriesNamedLike(text).map(({ code, name }) => {
    const entries = asOf === undefined ? 0 : (reader?.summary(code, asOf)?.entries ?? 0);
    return { code, name: countryName(code), matched: name, entries };
  });
  return found.sort((a, b) => Number(b.entries > 0) - Number(a.entries > 0));
}

function foundTopics(text: string, reader: TimelineReader | undefined): readonly FoundTopic[] {
  const slug = slugOf(text);
  const asOf = reader?.checkpoint()?.ordinal;
  if (slug === '' || reader === undefined || asOf === undefined) return [];
  const found = new Map<string, TimelineSummary>();
  for (const summary of [
    ...beginning(slug, reader, { limit: LIMIT_MAX, asOf }),
    ...within(slug, reader, { limit: TOPICS_MAX, asOf }),
  ]) {
    found.set(summary.key, summary);
  }
  return [...found.values()].map(({ key, entries }) => ({ slug: key, entries }));
}

/** By one search of the index: keys are in the order of their code units. */
function beginning(slug: string, reader: TimelineReader, range: IndexQuery): readonly TimelineSummary[] {
  const exact = reader.summary(slug, range.asOf);
  const after = reader.index({ ...range, after: slug }).filter(({ key }) => key.startsWith(slug));
  return exact === undefined ? after : [exact, ...after];
}

function within(slug: string, reader: TimelineReader, range: IndexQuery): readonly TimelineSummary[] {
  return reader.index(range).filter(({ key }) => key.includes(slug));
}

function slugOf(text: string): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-');
  return words.replace(/^-|-$/g, '');
}
