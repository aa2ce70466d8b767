import type { Request, Response } from 'express';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { Change, TimelinePage, TimelineQuery, TimelineReader } from '../projector/timeline-store.ts';
import type { AppContext } from './app-context.ts';
import type { Page, PageCache } from './page-cache.ts';
import { nextLink } from './paging.ts';
import { judgeRead } from './preconditions.ts';
import { type Problem, projectionBehind, sendProblem } from './problem-details.ts';
import { sendJson, sendNotModified } from './response.ts';
import { encodeTimelineCursor, type PageRequest, parsePageRequest } from './timeline-query.ts';

/** The timelines of one projection, as resources. */
export interface TimelineResource {
  readonly timeline: MountedTimeline;
  /** Names of the query's parameters. */
  readonly parameters: readonly string[];
  /** Member of the answer that says whose timeline it is, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (key: string) => string;
  /** For a timeline that no event has touched: the problem, or undefined when it is simply empty. */
  readonly absent: (key: string) => Problem | undefined;
}

const CACHE_CONTROL = { 'Cache-Control': 'no-cache' } as const;

/**
 * Answers with a page of a timeline. Its strong entity tag names the log, the projection and the last event that
 * changed the timeline; with the address, this determines the page, so that one look-up, or none while the projection
 * stands still, tells whether a page that the client or the cache holds is good. Pages that follow by a cursor show the state in which the first one stood.
 */
export class TimelinePages {
  readonly #resource: TimelineResource;
  readonly #context: AppContext;
  readonly #cache: PageCache;
  /** Tells this log from another; stays the same once there is an event. */
  #lineage: string | undefined;

  constructor(resource: TimelineResource, context: AppContext, cache: PageCache) {
    this.#resource = resource;
    this.#context = context;
    this.#cache = cache;
  }

  async send(key: string, req: Request, res: Response): Promise<void> {
    const held = this.#cache.get(cacheKey(this.#resource.timeline.reader, req));
    if (held !== undefined && this.#isGood(key, held)) {
      sendPage(req, res, held);
      return;
    }
    const request = await this.#readableRequest(req, res);
    if (request !== undefined) this.#sendRead(key, request, req, res);
  }

  /** The position is taken before the look-up: what is projected in between makes the next one look again. */
  #isGood(key: string, page: Page): boolean {
    const { position, reader } = this.#resource.timeline;
    if (page.isPinned || (page.goodAt === position && position !== undefined)) return true;
    if (page.etag !== this.#entityTag(lastChange(reader, key))) return false;
    page.goodAt = position;
    return true;
  }

  /** The request, as soon as the timeline holds what it asks for; undefined when it was answered with a problem. */
  async #readableRequest(req: Request, res: Response): Promise<PageRequest | undefined> {
    const { timeline, parameters } = this.#resource;
    const { store, limits } = this.#context;
    const parsed = parsePageRequest(req.originalUrl, parameters, store);
    if (parsed.outcome === 'refused') {
      sendProblem(res, { code: 'invalid-query', members: { errors: parsed.errors } });
      return undefined;
    }
    const { after } = parsed.request;
    if (after === undefined || (await timeline.waitFor(after, limits.afterTimeoutMs))) return parsed.request;
    sendProblem(res, projectionBehind(after));
    return undefined;
  }

  #sendRead(key: string, request: PageRequest, req: Request, res: Response): void {
    const { timeline, absent } = this.#resource;
    const { reader } = timeline;
    const touched = reader.lastChange(key);
    const problem = touched === undefined ? absent(key) : undefined;
    if (problem !== undefined) {
      sendProblem(res, problem);
      return;
    }
    const change = request.cursor?.asOf ?? touched ?? reader.checkpoint();
    const etag = this.#entityTag(change);
    if (judgeRead(req.headers, etag) !== 'proceed') {
      sendJudged(req, res, etag);
    } else if (
      request.cursor !== undefined &&
      request.cursor.asOf.ordinal > (reader.checkpoint()?.ordinal ?? 0)
    ) {
      sendProblem(res, projectionBehind(request.cursor.asOf.position));
    } else {
      const page = this.#readPage(key, request, change, etag, req);
      this.#cache.set(cacheKey(reader, req), page);
      sendPage(req, res, page);
    }
  }

  #readPage(key: string, request: PageRequest, change: Change | undefined, etag: string, req: Request): Page {
    const { timeline, subject } = this.#resource;
    const read =
      change === undefined ? EMPTY_PAGE : timeline.reader.page(key, timelineQuery(request, change));
    const cursor =
      change === undefined || read.next === undefined
        ? undefined
        : encodeTimelineCursor({ key: read.next, asOf: change });
    const asOf = change === undefined ? null : { position: change.position, instant: change.instant };
    const head = `{${subject(key)},"asOf":${JSON.stringify(asOf)},"entries":[`;
    const body = Buffer.from(`${head}${read.entries.join(',')}],"next":${JSON.stringify(cursor ?? null)}}`);
    return {
      etag,
      body,
      link: nextLink(req.originalUrl, cursor),
      isPinned: request.cursor !== undefined,
      goodAt: undefined,
    };
  }

  #entityTag(change: Change | undefined): string {
    const { reader } = this.#resource.timeline;
    this.#lineage ??= reader.checkpoint()?.lineage;
    return `"${this.#lineage ?? 'empty'}.${reader.projection}.${change?.ordinal ?? 0}"`;
  }
}

const EMPTY_PAGE: TimelinePage = { entries: [], next: undefined };

/** Of the timeline, or, when no event has touched it, of the log as far as it is projected. */
function lastChange(reader: TimelineReader, key: string): Change | undefined {
  return reader.lastChange(key) ?? reader.checkpoint();
}

function timelineQuery({ filter, cursor }: PageRequest, { ordinal }: Change): TimelineQuery {
  return { ...filter, asOf: ordinal, ...(cursor !== undefined && { after: cursor.key }) };
}

function cacheKey(reader: TimelineReader, req: Request): string {
  return `${reader.projection} ${req.originalUrl}`;
}

function sendPage(req: Request, res: Response, { etag, body, link }: Page): void {
  if (judgeRead(req.headers, etag) !== 'proceed') sendJudged(req, res, etag);
  else sendJson(res, 200, body, { ETag: etag, ...CACHE_CONTROL, ...link });
}

/** The answer to a conditional request that gets no page. */
function sendJudged(req: Request, res: Response, etag: string): void {
  if (judgeRead(req.headers, etag) === 'failed') sendProblem(res, { code: 'precondition-failed' });
  else sendNotModified(res, { ETag: etag, ...CACHE_CONTROL });
}
