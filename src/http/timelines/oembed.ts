import { EMBED_SIZE, type EmbedFrame, embedCode } from '../../web/text/embed-code.ts';
import { embedUrl, PageUrl } from '../../web/text/url.ts';
import { answerByPrecondition, contentTag, revalidated } from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import { type EndpointDescription, jsonBody, PROJECTION_PROBLEMS } from '../protocol/description.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { choiceParameter, countParameter, namesOf, textParameter } from '../protocol/parameters.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, projectionBuilding } from '../protocol/problems.ts';
import { QueryParameters } from '../protocol/query.ts';
import { sendJson } from '../protocol/response.ts';
import { oembedAnswer } from '../schemas/timelines.ts';
import { formatParameters } from './format-parameters.ts';
import { locateTimeline } from './locate-timeline.ts';
import { parsePageRequest } from './query.ts';
import type { TimelineRow } from './timeline-table.ts';

const PIXELS_MAX = 1_000_000;
const widthParameter = countParameter('maxwidth', PIXELS_MAX, EMBED_SIZE.width, 'The frame is not wider.');
const heightParameter = countParameter('maxheight', PIXELS_MAX, EMBED_SIZE.height, 'It is not higher.');
const formatParameter = choiceParameter('format', ['json', 'xml'], 'json', 'XML is not implemented.');
const EXAMPLE = 'http://127.0.0.1:8080/countries/PK';
const OEMBED_PARAMETERS = [
  {
    ...textParameter('url', 'Absolute URL of a timeline of this server, with its filter.', EXAMPLE),
    isRequired: true,
  },
  formatParameter,
  widthParameter,
  heightParameter,
  textParameter('dnt', 'Asks not to track readers, which no frame does.', '1'),
] as const;

export const oembedDescription: EndpointDescription = {
  id: 'getOembed',
  area: 'Timelines',
  permission: 'read',
  summary: 'What shows a timeline in a page of another site (https://oembed.com)',
  description:
    'All URLs are unknown unless the setting `EMBED_ORIGINS` allows other sites to embed timelines.',
  query: OEMBED_PARAMETERS,
  answers: { 200: { content: jsonBody(oembedAnswer) } },
  problems: [...PROJECTION_PROBLEMS, 'unknown-resource', 'unsupported-format'],
  isConditional: true,
};

interface OembedRequest extends Omit<EmbedFrame, 'title'> {
  readonly format: 'json' | 'xml';
}

type Prepared = { readonly problem: Problem } | { readonly frame: EmbedFrame };

/** `GET /oembed`: a frame with the timeline at a URL, for consumers of oEmbed 1.0. */
export function sendOembed(
  context: AppContext,
  table: readonly TimelineRow[],
  req: Request,
  res: Response,
): void {
  const prepared = prepare(context, table, req);
  if ('problem' in prepared) {
    sendProblem(res, prepared.problem);
    return;
  }
  const body = JSON.stringify(oembedOf(prepared.frame, req.origin));
  const headers = revalidated(contentTag(body));
  if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers);
}

function prepare(context: AppContext, table: readonly TimelineRow[], req: Request): Prepared {
  const query = new QueryParameters(req.originalUrl, namesOf(OEMBED_PARAMETERS));
  const { url: requested, format, width, height } = parseRequest(query);
  if (query.errors.length > 0) return { problem: invalidQuery(query.errors) };
  if (format === 'xml') return { problem: { code: 'unsupported-format', detail: 'Use format=json.' } };
  const found = findTimeline(context, table, requested, req);
  if ('problem' in found) return found;
  const { row, key, url } = found;
  const { projection, absent, title } = row.route;
  const { reader } = projection;
  if (reader === undefined) return { problem: projectionBuilding(projection.name) };
  const changed = reader.lastChange(key);
  const problem = changed === undefined ? absent(key) : undefined;
  if (problem !== undefined) return { problem: unknownTimeline(problem.detail) };
  const shown = title(key, changed ?? reader.checkpoint());
  return { frame: { url: `${req.origin}${embedUrl(url)}`, title: shown, width, height } };
}

function parseRequest(query: QueryParameters): OembedRequest {
  const url = query.text('url');
  if (url === undefined) query.refuse('url', 'Expected the URL of a timeline of this server.');
  const format = formatParameter.read(query);
  const width = Math.min(widthParameter.read(query), EMBED_SIZE.width);
  const height = Math.min(heightParameter.read(query), EMBED_SIZE.height);
  return { url: url ?? '', format, width, height };
}

interface FoundTimeline {
  readonly row: TimelineRow;
  readonly key: string;
  /** Path in its canonical spelling, and filter. */
  readonly url: PageUrl;
}

function findTimeline(
  { embedOrigins, store }: AppContext,
  table: readonly TimelineRow[],
  text: string,
  req: Request,
): FoundTimeline | { readonly problem: Problem } {
  if (embedOrigins.length === 0)
    return { problem: unknownTimeline('This server lets no other site embed it.') };
  if (!isOwn(text, req)) return { problem: unknownTimeline() };
  const { pathname, search } = new URL(text);
  const found = locateTimeline(table, pathname, search);
  if (found === undefined) return { problem: unknownTimeline() };
  if ('problem' in found) return { problem: unknownTimeline(found.problem.detail) };
  const { row, path, key } = found;
  const url = new PageUrl(`${path}${search}`);
  const { parameters, roles } = row.route;
  const parsed = parsePageRequest(url.with({}), formatParameters(parameters, 'embed'), store, roles?.(key));
  if (parsed.outcome === 'parsed') return { row, key, url };
  const [error] = parsed.errors;
  return { problem: unknownTimeline(error && `${error.parameter}: ${error.detail}`) };
}

/** True for a URL of this server, by its public name or the one that the request has. */
function isOwn(url: string, { origin, headers: { host } }: Request): boolean {
  return URL.canParse(url) && [origin, `http://${host}`].includes(new URL(url).origin);
}

/** @param detail says why, if more is known than that it is no timeline */
function unknownTimeline(detail = 'Expected the URL of a timeline of this server in `url`.'): Problem {
  return { code: 'unknown-resource', detail };
}

/** Members of a rich response (https://oembed.com, 2.3.4.4). */
function oembedOf(frame: EmbedFrame, origin: string): object {
  const { title, width, height } = frame;
  return {
    type: 'rich',
    version: '1.0',
    title,
    provider_name: 'Chancery',
    provider_url: origin,
    width,
    height,
    html: embedCode(frame),
  };
}
