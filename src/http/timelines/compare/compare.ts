import { Readable } from 'node:stream';
import { countryName } from '../../../domain/countries/countries.ts';
import type { LogPoint, TimelineReader } from '../../../projector/timeline-store.ts';
import { sumOf } from '../../../web/chart/sum-of.ts';
import { axisOf, binEntries } from '../../../web/chart/time-bins.ts';
import {
  type ComparedCountry,
  type Comparison,
  comparePage,
  comparisonTitle,
} from '../../../web/pages/compare-page.ts';
import { PageUrl, relationUrl } from '../../../web/text/url.ts';
import { type ComparedBin, comparisonColumns } from '../../formats/comparison-columns.ts';
import { formatLinks } from '../../formats/format-links.ts';
import { EXPORT_WRITERS } from '../../formats/writers.ts';
import { canonicalUrl } from '../../forms/canonical-query.ts';
import {
  answerByPrecondition,
  contentTag,
  revalidated,
  sendConditionalPage,
} from '../../protocol/conditional-response.ts';
import type { AppContext } from '../../protocol/context.ts';
import { sendFormAgain } from '../../protocol/form-again.ts';
import type { FormatName } from '../../protocol/formats.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { invalidQuery, type Problem } from '../../protocol/problems.ts';
import { sendJson, sendRedirect } from '../../protocol/response.ts';
import { type ShownState, shownLogPoint, shownStateJson } from '../../protocol/state-token.ts';
import { resolveAsOf } from '../as-of.ts';
import { datedCountsOf, exactly, filteredTotal, NO_ENTRIES, summaryAt, totalIn } from '../entry-counts.ts';
import { sendDataPackage, sendExport } from '../export.ts';
import { TIMELINE_PARAMETERS } from '../query.ts';
import { requireReader, stalenessOf } from '../require-reader.ts';
import { COMPARED_MIN, type CompareRequest, parseCompareRequest } from './compare-request.ts';

export const COMPARISON_FORMATS: readonly FormatName[] = ['json', 'html', 'csv', 'ndjson', 'datapackage'];

type State = (LogPoint & ShownState) | undefined;

/**
 * `GET /compare?countries=`: how many entries the timelines of some countries have, on one time axis. Files have a row
 * for each country and bin.
 */
export async function sendComparison(context: AppContext, req: Request, res: Response): Promise<void> {
  const isPage = req.format === 'html';
  const canonical = isPage ? canonicalUrl(req.originalUrl) : undefined;
  if (canonical !== undefined) return sendRedirect(res, canonical);
  const projection = context.projections.country;
  const reader = requireReader(context, projection, res);
  if (reader === undefined) return;
  const parsed = parseCompareRequest(req.originalUrl, context.store, isPage ? 0 : COMPARED_MIN);
  if (parsed.outcome === 'refused') return sendRefusal(invalidQuery(parsed.errors), req, res);
  const { request } = parsed;
  const resolved = request.asOf && (await resolveAsOf(request.asOf, projection, context));
  if (resolved?.outcome === 'refused') return sendRefusal(resolved.problem, req, res);
  const asOf = shownLogPoint(reader, resolved?.logPoint ?? reader.checkpoint());
  const comparison = compare(reader, request, asOf, req);
  if (req.format === 'json') {
    const body = comparisonJson(comparison, asOf);
    const headers = revalidated(contentTag(body, asOf?.token));
    if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers);
    return;
  }
  if (!isPage) return sendFile(context, comparison, asOf, req, res);
  const page = comparePage({
    ...comparison,
    formats: formatLinks(req, COMPARISON_FORMATS, asOf?.token, () => TIMELINE_PARAMETERS.comparison),
    errors: [],
    isPast: request.asOf !== undefined,
    staleness: stalenessOf(context, projection),
  });
  sendConditionalPage(req, res, page, asOf?.token);
}

async function sendFile(
  context: AppContext,
  { url, countries }: Comparison,
  asOf: State,
  req: Request,
  res: Response,
): Promise<void> {
  const title = comparisonTitle(countries);
  const exported = { title, columns: comparisonColumns(url), parse: JSON.parse, asOf };
  const writer = EXPORT_WRITERS[req.format];
  if (writer === undefined) return sendDataPackage(exported, req, res);
  const items = countries.flatMap(comparedBins).map((bin) => JSON.stringify(bin));
  await sendExport(context, writer, exported, Readable.from([items]), req, res);
}

function comparedBins({ code, name, total, bins }: ComparedCountry): readonly ComparedBin[] {
  if (bins === undefined) {
    return total === 0 ? [] : [{ code, name, from: null, to: null, entries: null, possible: null }];
  }
  return bins.bins.map(({ from, to, certain, possible }) => {
    return { code, name, from, to, entries: sumOf(certain), possible };
  });
}

function sendRefusal(problem: Problem, req: Request, res: Response): void {
  const url = new PageUrl(req.originalUrl);
  const nothing = {
    countries: [],
    unit: undefined,
    isPast: false,
    staleness: undefined,
    asOf: undefined,
    formats: [],
  };
  sendFormAgain(problem, req, res, (errors) => comparePage({ ...nothing, url, errors, filter: {} }));
}

function compare(reader: TimelineReader, request: CompareRequest, asOf: State, req: Request): Comparison {
  const { filter } = request;
  const counted = request.countries.map((code) => {
    return { code, dates: asOf && datedCountsOf(reader, code, filter, asOf) };
  });
  const known = counted.flatMap(({ dates }) => (dates === undefined ? [] : [dates]));
  const axis = axisOf(known, filter);
  const countries = counted.map(({ code, dates }): ComparedCountry => {
    const named = { code, name: countryName(code) };
    if (asOf === undefined) return { ...named, ...NO_ENTRIES, summary: undefined, bins: undefined };
    const total = dates ? exactly(totalIn(dates, filter)) : filteredTotal(reader, code, filter, asOf);
    const bins = dates && binEntries(dates, filter, axis);
    return { ...named, ...total, summary: summaryAt(reader, code, asOf), bins };
  });
  return { url: new PageUrl(req.originalUrl), filter, asOf, countries, unit: axis?.unit };
}

function comparisonJson({ countries, unit }: Comparison, asOf: State): string {
  const shown = countries.map(({ code, name, total, isTotalExact, bins }) => ({
    code,
    name,
    total,
    isTotalExact,
    kinds: bins?.kinds ?? [],
    bins: (bins?.bins ?? []).map(({ from, to, certain, possible }) => ({
      from,
      to,
      entries: certain,
      possible,
    })),
  }));
  const [first = '', second = ''] = countries.map(({ code }) => code).sort();
  const relation = countries.length === 2 ? relationUrl(first, second) : null;
  const rest = JSON.stringify({ unit: unit ?? null, relation, countries: shown });
  return `{"asOf":${shownStateJson(asOf)},${rest.slice(1)}`;
}
