import type { Request, Response } from 'express';
import type {
  LogPoint,
  TimelinePage,
  TimelineQuery,
  TimelineReader,
} from '../../projector/timeline-store.ts';
import { buildId } from '../../web/shell/assets.ts';
import { canonicalUrl } from '../forms/canonical-query.ts';
import type { AppContext } from '../protocol/context.ts';
import { originOf, sendHtml } from '../protocol/html-response.ts';
import { type Representation, representationOf, VARIES } from '../protocol/negotiation.ts';
import { nextLink } from '../protocol/paging.ts';
import { evaluateReadPreconditions } from '../protocol/preconditions.ts';
import {
  invalidQuery,
  type Problem,
  projectionBehind,
  projectionBuilding,
  sendProblem,
} from '../protocol/problems.ts';
import { sendJson, sendNotModified, sendRedirect } from '../protocol/response.ts';
import { type AsOfOutcome, resolveAsOf } from './as-of.ts';
import { encodeTimelineCursor } from './cursor.ts';
import type { Page, PageCache } from './page-cache.ts';
import { PAGE_ONLY_PARAMETERS, type PageRequest, parsePageRequest } from './query.ts';
import {
  type FoundPage,
  htmlBody,
  jsonBody,
  type TimelineResponder,
  type TimelineRoute,
} from './representation.ts';
import { requireReader, staleSince } from './require-reader.ts';

const CACHE_CONTROL = { 'Cache-Control': 'no-cache' } as const;

/** What a page is read from: the rows, and the state of them that it shows. */
interface Reading {
  readonly reader: TimelineReader;
  readonly representation: Representation;
  readonly request: PageRequest;
  /** Undefined: the timeline as it stands. */
  readonly pinned: LogPoint | undefined;
}

/**
 * Answers with a page of a timeline. Its strong entity tag names the log, the projection and the moment that the page
 * shows: the last event that changed the timeline, or the one that was asked for. With the address, this determines
 * the page, so that one look-up, or none while the projection stands still, tells whether a page that the client or
 * the cache holds is good. Pages that follow by a cursor show the state in which the first one stood.
 */
export class TimelineHandler implements TimelineResponder {
  readonly suffix = '';
  readonly #resource: TimelineRoute;
  readonly #context: AppContext;
  readonly #cache: PageCache;
  /** Tells this log from another; stays the same once there is an event. */
  #lineage: string | undefined;

  constructor(resource: TimelineRoute, context: AppContext, cache: PageCache) {
    this.#resource = resource;
    this.#context = context;
    this.#cache = cache;
  }

  async send(key: string, req: Request, res: Response): Promise<void> {
    const { timeline } = this.#resource;
    const representation = this.#resource.page === undefined ? 'json' : representationOf(req.headers);
    if (this.#resource.page !== undefined) res.setHeader('Vary', VARIES.Vary);
    const address = representation === 'html' ? canonicalUrl(req.originalUrl) : undefined;
    if (address !== undefined) return sendRedirect(res, address);
    const reader = requireReader(this.#context, timeline, res);
    if (reader === undefined) return;
    const held = this.#cache.get(this.#cacheKey(reader, representation, req));
    if (held !== undefined && this.#isGood(reader, key, held)) {
      sendPage(req, res, held);
      return;
    }
    const read = await this.#prepare(key, representation, req);
    if ('problem' in read) sendProblem(res, read.problem);
    else this.#sendRead(key, read.reading, req, res);
  }

  /** The position is taken before the look-up: what is projected in between makes the next one look again. */
  #isGood(reader: TimelineReader, key: string, page: Page): boolean {
    const { position } = this.#resource.timeline;
    if (page.isPinned || (page.goodAt === position && position !== undefined)) return true;
    if (page.etag !== this.#entityTag(reader, page.representation, lastChange(reader, key))) return false;
    page.goodAt = position;
    return true;
  }

  /** Reads the request, and settles as soon as the timeline holds what it asks for. */
  async #prepare(key: string, representation: Representation, req: Request): Promise<Prepared> {
    const { timeline, parameters, roles, beside } = this.#resource;
    const { store, limits } = this.#context;
    const known = representation === 'html' ? [...parameters, ...PAGE_ONLY_PARAMETERS] : parameters;
    const parsed = parsePageRequest(req.originalUrl, known, store, roles?.(key));
    if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
    const { request } = parsed;
    const { after } = request;
    if (after !== undefined && !(await timeline.waitFor(after, limits.afterTimeoutMs))) {
      return { problem: projectionBehind(after) };
    }
    const pinned = await this.#pinned(key, request);
    if (pinned?.outcome === 'refused') return pinned;
    // The rows may have given way to others while the request was waiting.
    const { reader } = timeline;
    if (reader === undefined) return { problem: projectionBuilding(timeline.name) };
    const position = reader.checkpoint()?.position;
    if (representation === 'html' && beside !== undefined && position !== undefined) {
      if (!(await beside.waitFor(position, limits.afterTimeoutMs)))
        return { problem: projectionBehind(position) };
    }
    return { reading: { reader, representation, request, pinned: pinned?.moment } };
  }

  /** The moment that the cursor, or else `asOf`, asks for; undefined: the present. Together they must mean the same. */
  async #pinned(key: string, { asOf, cursor, filter }: PageRequest): Promise<AsOfOutcome | undefined> {
    const { timeline } = this.#resource;
    const asked = asOf && (await resolveAsOf(asOf, timeline, this.#context));
    if (asked?.outcome === 'refused' || cursor === undefined) return asked;
    const lineage = timeline.reader?.checkpoint()?.lineage;
    if (lineage !== undefined && cursor.lineage !== lineage) return refusedCursor('comes from another log');
    if (cursor.projection !== timeline.name || cursor.timeline !== key || cursor.order !== filter.order) {
      return refusedCursor('is that of another list, or of another order');
    }
    const { position } = cursor;
    const held = await resolveAsOf({ position }, timeline, this.#context, 'cursor');
    if (held.outcome === 'refused') return held;
    if (held.moment.position !== position) return refusedCursor('was not given by this server');
    const isSame = asked === undefined || asked.moment.ordinal === held.moment.ordinal;
    return isSame ? held : refusedCursor('shows another moment than asOf');
  }

  #sendRead(key: string, reading: Reading, req: Request, res: Response): void {
    const { reader, representation, pinned } = reading;
    const touched = reader.lastChange(key);
    const problem = touched === undefined ? this.#resource.absent(key) : undefined;
    if (problem !== undefined) {
      sendProblem(res, problem);
      return;
    }
    const moment = pinned ?? touched ?? reader.checkpoint();
    const etag = this.#entityTag(reader, representation, moment);
    if (evaluateReadPreconditions(req.headers, etag) !== 'proceed') {
      sendJudged(req, res, etag);
      return;
    }
    const page = this.#readPage(key, reading, moment, etag, req);
    this.#cache.set(this.#cacheKey(reader, representation, req), page);
    sendPage(req, res, page);
  }

  #readPage(key: string, reading: Reading, moment: LogPoint | undefined, etag: string, req: Request): Page {
    const { reader, representation, request, pinned } = reading;
    const read = moment === undefined ? EMPTY_PAGE : reader.page(key, this.#query(request, moment));
    const cursor = this.#cursor(key, request, read, moment);
    const since = staleSince(this.#context, reader);
    const found: FoundPage = { key, reader, request, moment, read, cursor, unknownSince: since };
    return {
      representation,
      etag,
      body: Buffer.from(
        representation === 'html' ? htmlBody(this.#resource, found, req) : jsonBody(this.#resource, found),
      ),
      link: nextLink(req.originalUrl, cursor),
      isPinned: pinned !== undefined,
      goodAt: undefined,
    };
  }

  #query({ filter, cursor }: PageRequest, { ordinal }: LogPoint): TimelineQuery {
    const limit = this.#resource.entriesMax ?? filter.limit;
    return { ...filter, limit, asOf: ordinal, ...(cursor !== undefined && { after: cursor.key }) };
  }

  /** Of the next page; undefined on the last one, and where the answer is one thing. */
  #cursor(
    key: string,
    { filter }: PageRequest,
    { next }: TimelinePage,
    moment: LogPoint | undefined,
  ): string | undefined {
    if (moment === undefined || next === undefined || this.#resource.entriesMax !== undefined)
      return undefined;
    return encodeTimelineCursor({
      lineage: this.#lineage ?? '',
      projection: this.#resource.timeline.name,
      timeline: key,
      order: filter.order,
      key: next,
      position: moment.position,
    });
  }

  #entityTag(reader: TimelineReader, representation: Representation, moment: LogPoint | undefined): string {
    this.#lineage ??= reader.checkpoint()?.lineage;
    const edition = representation === 'html' ? `.${this.#edition(reader)}` : '';
    return `"${this.#lineage ?? 'empty'}.${reader.projection}.${moment?.ordinal ?? 0}${edition}"`;
  }

  /** What a page for people is made of beside the rows: it also says when the log is away. */
  #edition(reader: TimelineReader): string {
    const since = staleSince(this.#context, reader);
    return since === undefined ? buildId() : `${buildId()}.${Date.parse(since)}`;
  }

  /** A page names the host under which it was asked for. */
  #cacheKey(reader: TimelineReader, representation: Representation, req: Request): string {
    const form = representation === 'html' ? ` ${this.#edition(reader)} ${originOf(req)}` : '';
    return `${reader.projection}${form} ${req.originalUrl}`;
  }
}

type Prepared = { readonly problem: Problem } | { readonly reading: Reading };

function refusedCursor(what: string): AsOfOutcome {
  const detail = `The cursor ${what}; begin with the first page.`;
  const problem = invalidQuery([{ parameter: 'cursor', code: 'invalid-value', detail }]);
  return { outcome: 'refused', problem };
}

const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

/** Of the timeline, or, when no event has touched it, of the log as far as it is projected. */
function lastChange(reader: TimelineReader, key: string): LogPoint | undefined {
  return reader.lastChange(key) ?? reader.checkpoint();
}

function sendPage(req: Request, res: Response, { representation, etag, body, link }: Page): void {
  const headers = { ETag: etag, ...CACHE_CONTROL, ...link };
  if (evaluateReadPreconditions(req.headers, etag) !== 'proceed') sendJudged(req, res, etag);
  else if (representation === 'html') sendHtml(res, 200, body, headers);
  else sendJson(res, 200, body, headers);
}

/** The answer to a conditional request that gets no page. */
function sendJudged(req: Request, res: Response, etag: string): void {
  if (evaluateReadPreconditions(req.headers, etag) === 'failed')
    sendProblem(res, { code: 'precondition-failed' });
  else sendNotModified(res, { ETag: etag, ...CACHE_CONTROL });
}
