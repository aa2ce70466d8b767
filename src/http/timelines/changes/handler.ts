import type {
  EntryChangesPage,
  LogPoint,
  Ordinal,
  TimelineReader,
} from '../../../projector/timeline-store.ts';
import { timelineUrlOf } from '../../../web/components/since-form.ts';
import { type ChangesView, changesPage } from '../../../web/pages/changes-page.ts';
import type { Section } from '../../../web/shell/layout.ts';
import type { FeedWriter } from '../../formats/feed.ts';
import { formatLinks } from '../../formats/format-links.ts';
import { FEED_WRITERS } from '../../formats/writers.ts';
import { canonicalUrl } from '../../forms/canonical-query.ts';
import { audiencesOf } from '../../protocol/audiences.ts';
import { answerByPrecondition, contentTag, revalidated } from '../../protocol/conditional-response.ts';
import type { AppContext } from '../../protocol/context.ts';
import { sendFormAgain } from '../../protocol/form-again.ts';
import { contentTypeOf, type FormatName } from '../../protocol/formats.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { sendHtml } from '../../protocol/html-response.ts';
import { nextLink } from '../../protocol/paging.ts';
import { invalidCursor, invalidQuery, type Problem, projectionBuilding } from '../../protocol/problems.ts';
import { sendFile, sendJson, sendRedirect } from '../../protocol/response.ts';
import { shownLogPoint } from '../../protocol/state-token.ts';
import { resolveAsOf, resolvePageState } from '../as-of.ts';
import { pageUrlOf } from '../export.ts';
import { feedUrl } from '../feed.ts';
import type { TimelineResource } from '../representation.ts';
import { requireReader } from '../require-reader.ts';
import { causedChanges } from './caused-changes.ts';
import { changesFeed } from './feed.ts';
import { changesJson } from './json.ts';
import { type ChangesRequest, changesParameters, encodeChangesCursor, parseChangesRequest } from './query.ts';

/** How the changes of a timeline are shown. */
export interface ChangesResource
  extends Pick<TimelineResource, 'projection' | 'parameters' | 'roles' | 'absent' | 'title'> {
  /** The part of the site that has the timeline; absent if it has no page, so that its changes have none either. */
  readonly section?: Section;
}

/** A request for changes that can be read now. */
interface ChangesRead {
  readonly reader: TimelineReader;
  readonly request: ChangesRequest;
  /** The earlier state; undefined for the one before the first event. */
  readonly from: LogPoint | undefined;
  /** The later state; undefined while the log is empty. */
  readonly to: LogPoint | undefined;
}

type Prepared = { readonly problem: Problem } | { readonly read: ChangesRead };

/** Answers with what events changed in a timeline between two states. All pages are up to the state of the first. */
export class ChangesHandler {
  readonly #resource: ChangesResource;
  readonly #context: AppContext;

  constructor(resource: ChangesResource, context: AppContext) {
    this.#resource = resource;
    this.#context = context;
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const { projection } = this.#resource;
    const { format } = req;
    const canonical = format === 'html' ? canonicalUrl(req.originalUrl) : undefined;
    if (canonical !== undefined) return sendRedirect(res, canonical);
    if (requireReader(this.#context, projection, res) === undefined) return;
    const prepared = await this.#prepare(key, format, req);
    if ('problem' in prepared) return this.#sendRefusal(key, prepared.problem, req, res);
    const { read } = prepared;
    const page = readPage(key, read);
    const view = await this.#view(key, read, page, req);
    const writeFeed = FEED_WRITERS[format];
    if (writeFeed !== undefined) sendChangesFeed(view, read.reader, writeFeed, req, res);
    else sendChangesPage(view, req, res);
  }

  /** Parses the request, and waits until the projection contains what it asks for. */
  async #prepare(key: string, format: FormatName, req: Request<unknown>): Promise<Prepared> {
    const { projection, parameters, roles, absent } = this.#resource;
    const { store } = this.#context;
    const order = FEED_WRITERS[format] === undefined ? 'asc' : 'desc';
    const { request, errors } = parseChangesRequest(req.originalUrl, parameters, roles?.(key), order, store);
    if (errors.length > 0) return { problem: invalidQuery(errors) };
    const { cursor } = request;
    const from = request.from && (await resolveAsOf(request.from, projection, this.#context, 'from'));
    if (from?.outcome === 'refused') return from;
    const state = { projection, key, order: request.order, cursor, asOf: request.to };
    const to = await resolvePageState(state, this.#context, 'to');
    if (to?.outcome === 'refused') return to;
    // A rebuild may have replaced the rows while the request was waiting.
    const { reader } = projection;
    if (reader === undefined) return { problem: projectionBuilding(projection.name) };
    const changed = reader.lastChange(key);
    const problem = changed === undefined ? absent(key) : undefined;
    if (problem !== undefined) return { problem };
    const [start, named] = [from?.logPoint, to?.logPoint];
    if (cursor !== undefined && cursor.from !== (start?.ordinal ?? 0)) {
      return { problem: invalidCursor('does not agree with from') };
    }
    if (start !== undefined && named !== undefined && named.ordinal < start.ordinal) {
      return { problem: invalidQuery([TO_BEFORE_FROM]) };
    }
    const end = named ?? laterOf(start, changed ?? reader.checkpoint());
    return { read: { reader, request, from: start, to: end } };
  }

  #sendRefusal(key: string, problem: Problem, req: Request<unknown>, res: Response): void {
    const { projection, title, section = 'search', absent } = this.#resource;
    const changed = projection.reader?.lastChange(key);
    const isAbsent = changed === undefined && absent(key) !== undefined;
    const nothing = {
      formats: [],
      from: undefined,
      to: undefined,
      changes: [],
      isFirst: true,
      next: undefined,
    };
    const page = { url: pageUrlOf(req), origin: req.origin, section, order: 'asc' } as const;
    sendFormAgain(problem, req, res, (errors) =>
      isAbsent ? undefined : changesPage({ ...nothing, ...page, title: title(key, changed), errors }),
    );
  }

  async #view(
    key: string,
    { reader, request, from, to }: ChangesRead,
    { changes, next }: EntryChangesPage,
    req: Request<unknown>,
  ): Promise<ChangesView> {
    const { projection, title, section = 'search', parameters } = this.#resource;
    const [start, end] = [from, to].map((logPoint) => shownLogPoint(reader, logPoint));
    const place = {
      projection: projection.name,
      timeline: key,
      order: request.order,
      from: from?.ordinal ?? 0,
    };
    return {
      url: pageUrlOf(req),
      origin: req.origin,
      formats: formatLinks(req, changesFormats(this.#resource), end?.token, (format) =>
        changesParameters(parameters, format),
      ),
      title: title(key, to),
      section,
      from: start,
      to: end,
      order: request.order,
      errors: [],
      changes: await causedChanges(this.#context, changes),
      isFirst: request.cursor === undefined,
      next: next && end && encodeChangesCursor({ ...place, key: next }, end.token),
    };
  }
}

/** The formats of the changes of a timeline. */
export function changesFormats({ section }: Pick<ChangesResource, 'section'>): readonly FormatName[] {
  return section === undefined ? ['json', 'atom', 'jsonfeed'] : ['json', 'html', 'atom', 'jsonfeed'];
}

const TO_BEFORE_FROM = {
  parameter: 'to',
  code: 'invalid-value',
  detail: 'It lies before `from`.',
} as const;

function readPage(key: string, { reader, request, from, to }: ChangesRead): EntryChangesPage {
  if (to === undefined) return { changes: [], next: undefined };
  const { filter, order, limit, cursor } = request;
  const range = { after: from?.ordinal ?? BEFORE_FIRST, upTo: to.ordinal, order, limit };
  const start = cursor && { start: cursor.key };
  return reader.entryChanges(key, { ...filter, ...range, changesMax: CHANGES_MAX, ...start });
}

/** Changes that are scanned for one page, which takes some milliseconds. If few match, a page is short. */
const CHANGES_MAX = 5_000;

/** The state before the first event. */
const BEFORE_FIRST = 0 as Ordinal;

/** The last change of a timeline may lie before the earlier state. */
function laterOf(a: LogPoint | undefined, b: LogPoint | undefined): LogPoint | undefined {
  return a !== undefined && b !== undefined && a.ordinal > b.ordinal ? a : (b ?? a);
}

function sendChangesPage(view: ChangesView, req: Request<unknown>, res: Response): void {
  const isPage = req.format === 'html';
  const body = isPage
    ? changesPage(view).encode(audiencesOf(req.principal))
    : changesJson(view, timelineUrlOf(view.url));
  const headers = revalidated(contentTag(body, view.to?.token));
  if (answerByPrecondition(req, res, headers)) return;
  const all = { ...headers, ...nextLink(req.originalUrl, view.next) };
  if (isPage) sendHtml(res, 200, body, all);
  else sendJson(res, 200, body, all);
}

function sendChangesFeed(
  view: ChangesView,
  reader: TimelineReader,
  write: FeedWriter,
  req: Request<unknown>,
  res: Response,
): void {
  const url = feedUrl(req);
  const lineage = reader.checkpoint()?.lineage ?? '';
  const body = Buffer.from(write(changesFeed(view, url, req.origin, lineage)));
  const headers = revalidated(contentTag(body, view.to?.token));
  if (answerByPrecondition(req, res, headers)) return;
  sendFile(res, contentTypeOf(req.format), body, { ...headers, ...nextLink(url, view.next) });
}
