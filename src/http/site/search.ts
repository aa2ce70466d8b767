import { Readable } from 'node:stream';
import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';
import { type FoundEntries, type SearchView, searchPage } from '../../web/pages/search-page.ts';
import { actorUrl, countryUrl, PageUrl, topicUrl } from '../../web/text/url.ts';
import { topicLabel } from '../../web/text/vocabulary.ts';
import { type ExportWriter, writeExport } from '../formats/export-writer.ts';
import { formatLinks } from '../formats/format-links.ts';
import { SEARCH_COLUMNS } from '../formats/list-columns.ts';
import { EXPORT_WRITERS } from '../formats/writers.ts';
import { canonicalUrl } from '../forms/canonical-query.ts';
import { preferredLanguages } from '../protocol/accept-language.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendFormAgain } from '../protocol/form-again.ts';
import { contentTypeOf, type FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendHtml } from '../protocol/html-response.ts';
import { invalidQuery, type Problem } from '../protocol/problems.ts';
import { sendJson, sendRedirect } from '../protocol/response.ts';
import { shownLogPoint, shownStateJson } from '../protocol/state-token.ts';
import { sendStream } from '../protocol/stream-response.ts';
import { resolvePageState } from '../timelines/as-of.ts';
import { encodeTimelineCursor } from '../timelines/cursor.ts';
import { requireReader } from '../timelines/require-reader.ts';
import { ALL_EVENTS_KEY } from '../timelines/resources/all-events.ts';
import { searchSummary, withExcerpts } from './search-entries.ts';
import { type FoundNames, findNames, NO_NAMES } from './search-names.ts';
import { DEFAULT_LIMIT, NAMES_PARAMETERS, parseSearch, type SearchRequest } from './search-query.ts';

export const SEARCH_FORMATS: readonly FormatName[] = ['json', 'html', 'csv', 'ndjson'];

/**
 * `GET /search?q=`: countries, topics and actors by their names, and the entries in which the words are said. Exports
 * have the names only; those of the entries are those of `/search/entries`.
 */
export async function showSearch(context: AppContext, req: Request, res: Response): Promise<void> {
  const writer = EXPORT_WRITERS[req.format];
  const canonical = req.format === 'html' ? canonicalUrl(req.originalUrl, DEFAULT_LIMIT) : undefined;
  if (canonical !== undefined) return sendRedirect(res, canonical);
  const request = parseSearch(req.originalUrl, context.store, writer !== undefined);
  if ('errors' in request) return sendRefusal(invalidQuery(request.errors), req, res);
  const { text, results, order, cursor, asOf, limit } = request;
  const projection = context.projections.events;
  const state = await resolvePageState({ projection, key: ALL_EVENTS_KEY, order, cursor, asOf }, context);
  if (state?.outcome === 'refused') return sendRefusal(state.problem, req, res);
  const languages = preferredLanguages(req.headers);
  const names =
    results === 'entries' || cursor !== undefined
      ? NO_NAMES
      : findNames(context, text, languages, limit, state?.logPoint.ordinal);
  if (writer !== undefined) return sendNames(context, writer, text, names, req, res);
  let found: FoundEntries | undefined;
  if (results !== 'names' && text !== '') {
    const reader = requireReader(context, projection, res);
    if (reader === undefined) return;
    found = await findEntries(context, reader, request, state?.logPoint);
  }
  if (req.format === 'html') {
    const { reader } = projection;
    const pinned = reader && shownLogPoint(reader, state?.logPoint);
    sendHtml(res, 200, searchPage(viewOf(req, request, names, found, pinned)), HEADERS);
  } else sendJson(res, 200, searchJson(request, names, found), HEADERS);
}

const HEADERS = { 'Cache-Control': 'no-cache', Vary: 'Accept, Accept-Language' };

function sendRefusal(problem: Problem, req: Request, res: Response): void {
  const nothing = { asOf: undefined, isPast: false, found: undefined };
  const view = { ...NO_NAMES, ...nothing, formats: [], text: '', isFirst: true };
  const request = { origin: req.origin, url: new PageUrl(req.originalUrl) };
  sendFormAgain(problem, req, res, (errors) => searchPage({ ...view, ...request, errors }));
}

/** @param pinned the state that the request names; undefined for the present one */
async function findEntries(
  context: AppContext,
  reader: TimelineReader,
  request: SearchRequest,
  pinned: LogPoint | undefined,
): Promise<FoundEntries | undefined> {
  const asOf = shownLogPoint(reader, pinned ?? reader.checkpoint());
  if (asOf === undefined) return undefined;
  const { filter, order, limit, cursor } = request;
  const query = { ...filter, order, limit, asOf: asOf.ordinal, ...(cursor && { after: cursor.key }) };
  const page = reader.page(ALL_EVENTS_KEY, query);
  const place = { projection: context.projections.events.name, timeline: ALL_EVENTS_KEY, order };
  return {
    asOf,
    summary: searchSummary(reader, request, asOf),
    entries: await withExcerpts(context, reader, page, filter.text, asOf),
    next: page.next && encodeTimelineCursor({ ...place, key: page.next }, asOf.token),
  };
}

function searchJson(
  { text, results }: SearchRequest,
  names: FoundNames,
  found: FoundEntries | undefined,
): string {
  const head = JSON.stringify({ query: text, ...names });
  if (results === 'names' || text === '') return head;
  const { asOf, summary, entries = [], next } = found ?? {};
  const { total = 0, isTotalExact = true, counts = NO_COUNTS, firstAppeared } = summary ?? {};
  const shown = entries.map(
    ({ entry, matches }) => `${entry.slice(0, -1)},"matches":${JSON.stringify(matches)}}`,
  );
  const { occurred = null, recorded = null } = firstAppeared ?? {};
  const rest = { total, isTotalExact, counts, firstAppeared: { occurred, recorded } };
  const tail = `"entries":[${shown.join(',')}],"next":${JSON.stringify(next ?? null)}}`;
  return `${head.slice(0, -1)},"asOf":${shownStateJson(asOf)},${JSON.stringify(rest).slice(1, -1)},${tail}`;
}

const NO_COUNTS = { countries: [], topics: [], types: [], years: [] };

function viewOf(
  req: Request,
  { text, cursor, asOf }: SearchRequest,
  names: FoundNames,
  found: FoundEntries | undefined,
  pinned: SearchView['asOf'],
): SearchView {
  return {
    ...names,
    errors: [],
    formats: formatLinks(req, SEARCH_FORMATS, undefined, () => NAMES_PARAMETERS),
    origin: req.origin,
    url: new PageUrl(req.originalUrl),
    text,
    isFirst: cursor === undefined,
    asOf: pinned,
    isPast: asOf !== undefined,
    found,
  };
}

/** Sends the names as one list. */
async function sendNames(
  context: AppContext,
  writer: ExportWriter,
  text: string,
  { countries, topics, actors }: FoundNames,
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
  await sendStream(context, req, res, contentTypeOf(req.format), writeExport(writer, view, pages), HEADERS);
}
