import type {
  LogPoint,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
} from '../../projector/timeline-store.ts';
import type { Moments } from '../../web/components/timeline-changes.ts';
import { buildId } from '../../web/shell/assets.ts';
import { EXPORT_WRITERS, FEED_WRITERS } from '../formats/writers.ts';
import { canonicalUrl } from '../forms/canonical-query.ts';
import { audiencesKey } from '../protocol/audiences.ts';
import { CITATION_WRITERS } from '../protocol/citation-response.ts';
import {
  answerByPrecondition,
  contentTag,
  immutable,
  revalidated,
} from '../protocol/conditional-response.ts';
import type { AppContext } from '../protocol/context.ts';
import type { FormatName } from '../protocol/formats.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { embedPolicy, sendHtml } from '../protocol/html-response.ts';
import { varyBy } from '../protocol/negotiation.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, projectionBehind, projectionBuilding } from '../protocol/problems.ts';
import { sendJson, sendRedirect } from '../protocol/response.ts';
import { type ShownState, shownLogPoint } from '../protocol/state-token.ts';
import { isInFuture, resolveAsOf, resolvePageState } from './as-of.ts';
import { encodeTimelineCursor } from './cursor.ts';
import { sendTimelineCitation, sendTimelineExport, sendTimelinePackage } from './export.ts';
import { sendFeed } from './feed.ts';
import { formatParameters } from './format-parameters.ts';
import { linkHeaders } from './memento/headers.ts';
import { negotiateDatetime } from './memento/negotiate-datetime.ts';
import { readMoments } from './moments.ts';
import type { CachedPage, PageCache, PageFormat } from './page-cache.ts';
import { PAGE_ORDER, type PageRequest, parsePageRequest } from './query.ts';
import { EMPTY_PAGE, sendRefusedForm } from './refused-form.ts';
import { type TimelineResource, timelineHtml, timelineJson } from './representation.ts';
import { requireReader, stalenessOf } from './require-reader.ts';

/** A request that can be read now. */
interface PageRead {
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** The state that the request names; undefined for the present one. */
  readonly pinned: LogPoint | undefined;
  /** The last change of the timeline; undefined if no event has touched it. */
  readonly changed: LogPoint | undefined;
  /** Undefined for formats other than pages. */
  readonly moments: Moments | undefined;
  /** False if the state that the request names may still get events. */
  readonly isFinal: boolean;
}

type Prepared = { readonly problem: Problem } | { readonly read: PageRead };

/**
 * Answers with a page of a timeline. The strong entity tag names the state that the page shows: the last event that
 * changed the timeline, or the one that the request names. It ends with a hash of the page. The state and the URL
 * determine the page, so that one look-up tells whether a page of the cache is fresh; none is needed as long as the
 * projection does not move. Pages that are reached by a cursor show the state of the first page.
 */
export class TimelineHandler {
  readonly #resource: TimelineResource;
  readonly #context: AppContext;
  readonly #cache: PageCache;
  /** Who may frame the page, and what it may do there. */
  readonly #embedPolicy: string;

  constructor(resource: TimelineResource, context: AppContext, cache: PageCache) {
    this.#resource = resource;
    this.#context = context;
    this.#cache = cache;
    this.#embedPolicy = embedPolicy(context.embedOrigins);
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const { format } = req;
    if (format === 'json' || format === 'html') return this.#sendPage(key, format, req, res);
    if (requireReader(this.#context, this.#resource.projection, res) === undefined) return;
    const prepared = await this.#prepare(key, format, req);
    if ('problem' in prepared) return sendProblem(res, prepared.problem);
    const { reader, pinned, changed, request } = prepared.read;
    const problem = changed === undefined ? this.#resource.absent(key) : undefined;
    if (problem !== undefined) return sendProblem(res, problem);
    const read = {
      key,
      reader,
      request,
      asOf: shownLogPoint(reader, pinned ?? changed ?? reader.checkpoint()),
    };
    if (CITATION_WRITERS[format] !== undefined) return sendTimelineCitation(this.#resource, read, req, res);
    if (format === 'datapackage') return sendTimelinePackage(this.#resource, read, req, res);
    const [writeFeed, writer] = [FEED_WRITERS[format], EXPORT_WRITERS[format]];
    if (writeFeed !== undefined) sendFeed(this.#resource, writeFeed, read, req, res);
    else if (writer !== undefined)
      await sendTimelineExport(this.#context, this.#resource, writer, read, req, res);
  }

  /** Answers with the page that other sites show in a frame. Its URL is that of the timeline, after `/embed`. */
  async sendEmbed(key: string, req: Request<unknown>, res: Response): Promise<void> {
    await this.#sendPage(key, 'embed', req, res);
  }

  async #sendPage(key: string, format: PageFormat, req: Request<unknown>, res: Response): Promise<void> {
    const hasMementos = format !== 'embed';
    if (hasMementos) varyBy(res, 'Accept-Datetime');
    const canonical = format === 'json' ? undefined : canonicalUrl(req.originalUrl);
    if (canonical !== undefined) return sendRedirect(res, canonical);
    const reader = requireReader(this.#context, this.#resource.projection, res);
    if (reader === undefined) return;
    const problem = hasMementos ? negotiateDatetime(reader, key, req, res) : undefined;
    if (problem !== undefined) return sendProblem(res, problem);
    const cached = this.#cache.get(this.#cacheKey(reader, format, req));
    const isCached = cached !== undefined && this.#isFresh(reader, key, cached);
    this.#context.metrics.pageRequested(isCached);
    if (isCached) {
      this.#sendCached(req, res, cached);
      return;
    }
    const prepared = await this.#prepare(key, format, req);
    if ('read' in prepared) this.#readAndSend(key, format, prepared.read, req, res);
    else if (format === 'html')
      sendRefusedForm(this.#context, this.#resource, key, prepared.problem, req, res);
    else sendProblem(res, prepared.problem);
  }

  /** Takes the position before the look-up, so that events projected in between cause another look-up next time. */
  #isFresh(reader: TimelineReader, key: string, page: CachedPage): boolean {
    const { position } = this.#resource.projection;
    if (page.rows.deref() !== reader) return false;
    if (page.isPinned || (page.freshAt === position && position !== undefined)) return true;
    if (page.ordinal !== lastChange(reader, key)?.ordinal) return false;
    page.freshAt = position;
    return true;
  }

  /** Parses the request, and waits until the projections contain what it asks for. */
  async #prepare(key: string, format: FormatName | PageFormat, req: Request<unknown>): Promise<Prepared> {
    const { projection, parameters, roles, requires } = this.#resource;
    const { store, limits } = this.#context;
    const known = formatParameters(parameters, format);
    const isPage = format === 'html' || format === 'embed';
    const order = isPage && parameters.includes('order') ? PAGE_ORDER : 'asc';
    const parsed = parsePageRequest(req.originalUrl, known, store, roles?.(key), order);
    if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
    const { request } = parsed;
    const { after, asOf, cursor, filter } = request;
    if (after?.history !== undefined) {
      const reached = await resolveAsOf(after, projection, this.#context, 'after');
      if (reached.outcome === 'refused') return reached;
    } else if (after !== undefined && !(await projection.waitFor(after.position, limits.afterTimeoutMs))) {
      return { problem: projectionBehind(after.position) };
    }
    const isFeed = format !== 'embed' && FEED_WRITERS[format] !== undefined;
    const pagedBy = isFeed ? 'recorded' : filter.order;
    const state = { projection, key, order: pagedBy, cursor, asOf } as const;
    const pinned = await resolvePageState(state, this.#context);
    if (pinned?.outcome === 'refused') return pinned;
    // A rebuild may have replaced the rows while the request was waiting.
    const { reader } = projection;
    if (reader === undefined) return { problem: projectionBuilding(projection.name) };
    if (requires !== undefined && (requires.by === 'all' || format === 'html')) {
      const position = reader.checkpoint()?.position;
      if (position !== undefined && !(await requires.projection.waitFor(position, limits.afterTimeoutMs))) {
        return { problem: projectionBehind(position) };
      }
    }
    const isFinal = asOf === undefined || !isInFuture(asOf, this.#context.clock);
    const changed = reader.lastChange(key);
    const shown = { reader, pinned: pinned?.logPoint, changed };
    const moments =
      format === 'html' ? await readMoments(this.#context, { ...shown, key, filter }) : undefined;
    return { read: { ...shown, request, moments, isFinal } };
  }

  #readAndSend(key: string, format: PageFormat, read: PageRead, req: Request<unknown>, res: Response): void {
    const { reader, pinned, changed } = read;
    const problem = changed === undefined ? this.#resource.absent(key) : undefined;
    if (problem !== undefined) {
      sendProblem(res, problem);
      return;
    }
    const latest = changed ?? reader.checkpoint();
    const asOf = shownLogPoint(reader, pinned ?? latest);
    const page = this.#readPage(key, format, { ...read, latest }, asOf, req);
    if (read.isFinal) this.#cache.set(this.#cacheKey(reader, format, req), page);
    this.#sendCached(req, res, page);
  }

  #readPage(
    key: string,
    format: PageFormat,
    { reader, request, pinned, moments, latest }: PageRead & { readonly latest: LogPoint | undefined },
    asOf: (LogPoint & ShownState) | undefined,
    req: Request<unknown>,
  ): CachedPage {
    const page = asOf === undefined ? EMPTY_PAGE : reader.page(key, this.#query(request, asOf));
    const nextCursor = this.#nextCursor(key, request, page, asOf);
    const staleness = stalenessOf(this.#context, this.#resource.projection);
    const isEmbeddable = this.#context.embedOrigins.length > 0;
    const data = {
      key,
      reader,
      request,
      asOf,
      page,
      nextCursor,
      errors: [],
      staleness,
      isEmbeddable,
      moments,
    };
    const body =
      format === 'json'
        ? timelineJson(this.#resource, data)
        : timelineHtml(this.#resource, data, format, req);
    const links =
      format === 'embed'
        ? {}
        : linkHeaders(req, { reader, key, isFirst: request.cursor === undefined, nextCursor, pinned });
    return {
      rows: new WeakRef(reader),
      format,
      etag: contentTag(format === 'embed' ? `${this.#embedPolicy}${body}` : body, asOf?.token),
      ordinal: format === 'html' ? latest?.ordinal : asOf?.ordinal,
      body,
      links,
      // The slider of a page has the changes since the state, too.
      isPinned: pinned !== undefined && format !== 'html',
      isPermanent: format === 'json' && namesHistory(request),
      freshAt: undefined,
    };
  }

  /** Answers to requests with `Accept-Datetime` may change: they depend on what the last state is. */
  #sendCached(req: Request<unknown>, res: Response, page: CachedPage): void {
    const { format, etag, body, isPermanent } = page;
    const isImmutable = isPermanent && req.headers['accept-datetime'] === undefined;
    const headers = { ...(isImmutable ? immutable(etag) : revalidated(etag)), ...page.links };
    if (answerByPrecondition(req, res, headers)) return;
    if (format === 'json') sendJson(res, 200, body, headers);
    else if (format === 'html') sendHtml(res, 200, body, headers);
    else sendHtml(res, 200, body, { ...headers, 'Content-Security-Policy': this.#embedPolicy });
  }

  #query({ filter, cursor }: PageRequest, { ordinal }: LogPoint): TimelineQuery {
    const limit = this.#resource.entriesMax ?? filter.limit;
    return { ...filter, limit, asOf: ordinal, ...(cursor !== undefined && { after: cursor.key }) };
  }

  /** Returns undefined on the last page, and if the timeline is shown as one object. */
  #nextCursor(
    key: string,
    { filter }: PageRequest,
    { next }: TimelinePage,
    shown: ShownState | undefined,
  ): string | undefined {
    const { projection, entriesMax } = this.#resource;
    if (shown === undefined || next === undefined || entriesMax !== undefined) return undefined;
    const place = { projection: projection.name, timeline: key, order: filter.order, key: next };
    return encodeTimelineCursor(place, shown.token);
  }

  /** Names what an HTML page depends on besides the rows: the build, and whether it may be stale. */
  #pageVersion(): string {
    const staleness = stalenessOf(this.#context, this.#resource.projection);
    return staleness === undefined ? buildId() : `${buildId()}.${staleness.cause}.${staleness.since}`;
  }

  /** Contains the origin, as pages and links contain absolute URLs, and those whom the markup of a page is for. */
  #cacheKey(reader: TimelineReader, format: PageFormat, req: Request<unknown>): string {
    const page = format === 'json' ? '' : ` ${this.#pageVersion()} ${audiencesKey(req.principal)}`;
    return `${reader.projection}${page} ${req.origin} ${req.originalUrl}`;
  }
}

/** Returns the last change of the timeline or, if no event has touched it, the checkpoint of the projection. */
function lastChange(reader: TimelineReader, key: string): LogPoint | undefined {
  return reader.lastChange(key) ?? reader.checkpoint();
}

/** True if the request names a state of a history by a token, so that the URL can never give another page. */
function namesHistory({ asOf, cursor }: PageRequest): boolean {
  return cursor !== undefined || (asOf !== undefined && 'history' in asOf);
}
