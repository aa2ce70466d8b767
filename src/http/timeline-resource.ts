import type { Request, Response } from 'express';
import type { MountedTimeline } from '../projector/mounted-timeline.ts';
import type { Moment, TimelinePage, TimelineQuery, TimelineReader } from '../projector/timeline-store.ts';
import type { AppContext } from './app-context.ts';
import { type AsOfOutcome, resolveAsOf } from './as-of.ts';
import type { Page, PageCache } from './page-cache.ts';
import { nextLink } from './paging.ts';
import { judgeRead } from './preconditions.ts';
import {
  invalidQuery,
  type Problem,
  projectionBehind,
  projectionBuilding,
  sendProblem,
} from './problem-details.ts';
import { sendJson, sendNotModified } from './response.ts';
import { servingReader } from './serving-reader.ts';
import { encodeTimelineCursor } from './timeline-cursor.ts';
import { type PageRequest, parsePageRequest } from './timeline-query.ts';

/** The timelines of one projection, as resources. */
export interface TimelineResource {
  readonly timeline: MountedTimeline;
  /** Names of the query's parameters. */
  readonly parameters: readonly string[];
  /** Values of the parameter `roles` there; absent: those of a country. */
  readonly roles?: (key: string) => readonly string[];
  /** Member of the answer that says whose timeline it is, such as `"country":{"code":"PK","name":"Pakistan"}`. */
  readonly subject: (key: string, read: TimelinePage) => string;
  /** Set: the answer is the subject alone, made of so many entries at most, and not a page of entries. */
  readonly entriesMax?: number;
  /** For a timeline that no event has touched: the problem, or undefined when it is simply empty. */
  readonly absent: (key: string) => Problem | undefined;
}

const CACHE_CONTROL = { 'Cache-Control': 'no-cache' } as const;

/** What a page is read from: the rows, and the state of them that it shows. */
interface Reading {
  readonly reader: TimelineReader;
  readonly request: PageRequest;
  /** Undefined: the timeline as it stands. */
  readonly pinned: Moment | undefined;
}

/**
 * Answers with a page of a timeline. Its strong entity tag names the log, the projection and the moment that the page
 * shows: the last event that changed the timeline, or the one that was asked for. With the address, this determines
 * the page, so that one look-up, or none while the projection stands still, tells whether a page that the client or
 * the cache holds is good. Pages that follow by a cursor show the state in which the first one stood.
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
    const { timeline } = this.#resource;
    const reader = servingReader(this.#context, timeline, res);
    if (reader === undefined) return;
    const held = this.#cache.get(cacheKey(reader, req));
    if (held !== undefined && this.#isGood(reader, key, held)) {
      sendPage(req, res, held);
      return;
    }
    const read = await this.#prepare(key, req);
    if ('problem' in read) sendProblem(res, read.problem);
    else this.#sendRead(key, read.reading, req, res);
  }

  /** The position is taken before the look-up: what is projected in between makes the next one look again. */
  #isGood(reader: TimelineReader, key: string, page: Page): boolean {
    const { position } = this.#resource.timeline;
    if (page.isPinned || (page.goodAt === position && position !== undefined)) return true;
    if (page.etag !== this.#entityTag(reader, lastChange(reader, key))) return false;
    page.goodAt = position;
    return true;
  }

  /** Reads the request, and settles as soon as the timeline holds what it asks for. */
  async #prepare(key: string, req: Request): Promise<Prepared> {
    const { timeline, parameters, roles } = this.#resource;
    const { store, limits } = this.#context;
    const parsed = parsePageRequest(req.originalUrl, parameters, store, roles?.(key));
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
    return { reading: { reader, request, pinned: pinned?.moment } };
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
    const { reader, pinned } = reading;
    const touched = reader.lastChange(key);
    const problem = touched === undefined ? this.#resource.absent(key) : undefined;
    if (problem !== undefined) {
      sendProblem(res, problem);
      return;
    }
    const moment = pinned ?? touched ?? reader.checkpoint();
    const etag = this.#entityTag(reader, moment);
    if (judgeRead(req.headers, etag) !== 'proceed') {
      sendJudged(req, res, etag);
      return;
    }
    const page = this.#readPage(key, reading, moment, etag, req);
    this.#cache.set(cacheKey(reader, req), page);
    sendPage(req, res, page);
  }

  #readPage(key: string, reading: Reading, moment: Moment | undefined, etag: string, req: Request): Page {
    const { reader, request, pinned } = reading;
    const { subject, entriesMax } = this.#resource;
    const read =
      moment === undefined ? EMPTY_PAGE : reader.page(key, timelineQuery(request, moment, entriesMax));
    const cursor =
      moment === undefined || read.next === undefined || entriesMax !== undefined
        ? undefined
        : encodeTimelineCursor({
            lineage: this.#lineage ?? '',
            projection: this.#resource.timeline.name,
            timeline: key,
            order: request.filter.order,
            key: read.next,
            position: moment.position,
          });
    const asOf = moment === undefined ? null : { position: moment.position, instant: moment.instant };
    const head = `{${subject(key, read)},"asOf":${JSON.stringify(asOf)}`;
    const entries = `,"entries":[${read.entries.join(',')}],"next":${JSON.stringify(cursor ?? null)}`;
    const body = Buffer.from(`${head}${entriesMax === undefined ? entries : ''}}`);
    return {
      etag,
      body,
      link: nextLink(req.originalUrl, cursor),
      isPinned: pinned !== undefined,
      goodAt: undefined,
    };
  }

  #entityTag(reader: TimelineReader, moment: Moment | undefined): string {
    this.#lineage ??= reader.checkpoint()?.lineage;
    return `"${this.#lineage ?? 'empty'}.${reader.projection}.${moment?.ordinal ?? 0}"`;
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
function lastChange(reader: TimelineReader, key: string): Moment | undefined {
  return reader.lastChange(key) ?? reader.checkpoint();
}

function timelineQuery(
  { filter, cursor }: PageRequest,
  { ordinal }: Moment,
  limit = filter.limit,
): TimelineQuery {
  return { ...filter, limit, asOf: ordinal, ...(cursor !== undefined && { after: cursor.key }) };
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
