import { z } from 'zod';
import type { LogPoint, Ordinal, TimelineReader } from '../../../projector/timeline-store.ts';
import { answerByPrecondition, contentTag, revalidated } from '../../protocol/conditional-response.ts';
import type { AppContext } from '../../protocol/context.ts';
import type { Request, Response } from '../../protocol/handler.ts';
import { decodeCursor, encodeCursor, linkTarget } from '../../protocol/paging.ts';
import { sendProblem } from '../../protocol/problem-response.ts';
import {
  CURSOR_EXPECTED,
  invalidCursor,
  invalidQuery,
  noMementos,
  type Problem,
} from '../../protocol/problems.ts';
import { QueryParameters } from '../../protocol/query.ts';
import { sendJson } from '../../protocol/response.ts';
import { parseRequestedState, stateToken } from '../../protocol/state-token.ts';
import { resolveAsOf } from '../as-of.ts';
import { formatParameters } from '../format-parameters.ts';
import { requireReader } from '../require-reader.ts';
import { httpDate, LINK_FORMAT, type MementoUrls, mementoState, mementoUrlsOf } from './links.ts';
import type { MementoResource } from './timegate.ts';

/** Mementos of one page. */
const PAGE_MEMENTOS = 1_000;

/** Name of the projection, key of the timeline, and token of the last memento of the page before. */
const timemapCursor = z.tuple([z.literal('timemap'), z.string(), z.string(), z.string()]);

type Start = { readonly problem: Problem } | { readonly after: Ordinal };

/** A page of the mementos of a timeline, oldest first. */
interface TimeMapPage {
  readonly mementos: readonly LogPoint[];
  /** The first memento of the next page; undefined on the last page. */
  readonly next: LogPoint | undefined;
  readonly isFirst: boolean;
}

/** The TimeMap of a timeline (RFC 7089 §5): the list of its states, in the link format of RFC 6690. */
export class TimeMapHandler {
  readonly #resource: MementoResource;
  readonly #context: AppContext;

  constructor(resource: MementoResource, context: AppContext) {
    this.#resource = resource;
    this.#context = context;
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    const { projection, parameters, absent } = this.#resource;
    const query = new QueryParameters(req.originalUrl, [...formatParameters(parameters, 'html'), 'cursor']);
    const cursor = query.parsed('cursor', (text) => decodeCursor(text, timemapCursor), CURSOR_EXPECTED);
    if (query.errors.length > 0) return sendProblem(res, invalidQuery(query.errors));
    const start = cursor === undefined ? FROM_FIRST : await this.#start(key, cursor);
    if ('problem' in start) return sendProblem(res, start.problem);
    const reader = requireReader(this.#context, projection, res);
    if (reader === undefined) return;
    const page = readPage(reader, key, start.after);
    if (page === undefined) return sendProblem(res, absent(key) ?? noMementos());
    const self = `${req.origin}${req.originalUrl}`;
    const body = this.#format(page, key, reader, mementoUrlsOf(req, '/timemap'), self);
    const headers = revalidated(contentTag(body));
    if (!answerByPrecondition(req, res, headers)) sendJson(res, 200, body, headers, LINK_FORMAT);
  }

  async #start(key: string, cursor: z.infer<typeof timemapCursor>): Promise<Start> {
    const { projection } = this.#resource;
    const [, name, timeline, token] = cursor;
    const state = parseRequestedState(token, this.#context.store);
    if (name !== projection.name || timeline !== key || state?.history === undefined) {
      return { problem: invalidCursor('is from another list') };
    }
    const last = await resolveAsOf(state, projection, this.#context, 'cursor');
    return last.outcome === 'refused' ? last : { after: last.logPoint.ordinal };
  }

  #format(
    { mementos, next, isFirst }: TimeMapPage,
    key: string,
    reader: TimelineReader,
    urls: MementoUrls,
    self: string,
  ): string {
    const lineage = reader.checkpoint()?.lineage ?? '';
    const [oldest, newest] = [mementos[0], mementos.at(-1)];
    const links = mementos.map((logPoint) => {
      const isEnd = [
        isFirst && logPoint === oldest && 'first',
        next === undefined && logPoint === newest && 'last',
      ];
      const relations = isEnd.filter((relation) => relation !== false);
      return urls.mementoLink(mementoState(lineage, logPoint), ...relations);
    });
    const span =
      oldest && newest ? `; from="${httpDate(oldest.instant)}"; until="${httpDate(newest.instant)}"` : '';
    const following = next && newest && urls.timemapPage(this.#cursorAfter(key, stateToken(lineage, newest)));
    const [original, timegate] = urls.links;
    return [
      original,
      timegate,
      `${linkTarget(self)}; rel="self"; type="${LINK_FORMAT}"${span}`,
      ...(following && next
        ? [`${linkTarget(following)}; rel="timemap"; type="${LINK_FORMAT}"; from="${httpDate(next.instant)}"`]
        : []),
      ...links,
    ].join(',\n');
  }

  #cursorAfter(key: string, token: string): string {
    return encodeCursor(['timemap', this.#resource.projection.name, key, token]);
  }
}

const FROM_FIRST: Start = { after: 0 as Ordinal };

/** Returns undefined for a timeline that no event has changed. */
function readPage(reader: TimelineReader, key: string, after: Ordinal): TimeMapPage | undefined {
  const last = reader.lastChange(key);
  if (last === undefined) return undefined;
  const query = { after, upTo: last.ordinal, order: 'asc', limit: PAGE_MEMENTOS + 1 } as const;
  const found = reader.changePoints(key, query);
  return { mementos: found.slice(0, PAGE_MEMENTOS), next: found[PAGE_MEMENTOS], isFirst: after === 0 };
}
