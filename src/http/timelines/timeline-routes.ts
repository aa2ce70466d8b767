import { EMBED_PATH } from '../../web/text/url.ts';
import type { SseConnections } from '../live/sse.ts';
import { TimelineUpdates } from '../live/updates.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Handler, Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import type { Problem } from '../protocol/problems.ts';
import { queryStringOf } from '../protocol/query.ts';
import { sendRedirect } from '../protocol/response.ts';
import type { Router } from '../protocol/router.ts';
import { ChangesHandler, type ChangesResource, changesFormats } from './changes/handler.ts';
import {
  describeChanges,
  describeEmbed,
  describeFacets,
  describeSteps,
  describeTimeGate,
  describeTimeline,
  describeTimeMap,
  describeUpdates,
  type TimelineDescription,
} from './descriptions.ts';
import { FacetsHandler, facetsFormats, hasCounts } from './facets/handler.ts';
import { TimelineHandler } from './handler.ts';
import { TimeGateHandler } from './memento/timegate.ts';
import { TimeMapHandler } from './memento/timemap.ts';
import type { PageCache } from './page-cache.ts';
import type { TimelineResource } from './representation.ts';
import { StepHandler } from './step-handler.ts';

/** What a URL refers to. */
export type TimelineLocation =
  | { readonly kind: 'timeline'; readonly key: string }
  /** The URL is another spelling; `path` is the canonical one. */
  | { readonly kind: 'moved'; readonly path: string }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** The timelines of a projection at URLs of their own. */
export interface TimelineRoute<Parameters> extends TimelineResource, ChangesResource {
  readonly description: TimelineDescription;
  readonly locate: (req: Pick<Request<Parameters>, 'params' | 'originalUrl'>) => TimelineLocation;
}

/** What all timeline routes share. */
export interface TimelineServices {
  readonly context: AppContext;
  readonly cache: PageCache;
  readonly connections: SseConnections;
}

/**
 * Registers a timeline and, below its path, its live updates (`/live`), its changes (`/changes`), where its slider
 * leads (`/as-of`), its counts (`/facets`), its TimeGate and its TimeMap (`/timegate`, `/timemap`). What other sites
 * show of it in a frame is at its path after `/embed`.
 * @param path in the syntax of Express, such as `/countries/:code`
 */
export function timelineRoutes<Parameters>(
  router: Router,
  path: string,
  route: TimelineRoute<Parameters>,
  { context, cache, connections }: TimelineServices,
): void {
  const handler = new TimelineHandler(route, context, cache);
  const updates = new TimelineUpdates(route, context, connections);
  const changes = new ChangesHandler(route, context);
  router.register(
    path,
    { get: locating(route, '', handler) },
    describeTimeline(route, route.description),
    route.formats,
  );
  router.register(
    `${EMBED_PATH}${path}`,
    { get: locating(route, '', { send: (key, req, res) => handler.sendEmbed(key, req, res) }, EMBED_PATH) },
    describeEmbed(route, route.description),
    ['html'],
  );
  router.register(
    `${path}/changes`,
    { get: locating(route, '/changes', changes) },
    describeChanges(route, route.description),
    changesFormats(route),
  );
  if (route.entriesMax === undefined && hasCounts(route.parameters)) {
    const facets = new FacetsHandler(route, context);
    router.register(
      `${path}/facets`,
      { get: locating(route, '/facets', facets) },
      describeFacets(route, route.description),
      facetsFormats(route),
    );
  }
  const timegate = new TimeGateHandler(route, context);
  router.register(
    `${path}/timegate`,
    { get: locating(route, '/timegate', timegate) },
    describeTimeGate(route, route.description),
  );
  const timemap = new TimeMapHandler(route, context);
  router.register(
    `${path}/timemap`,
    { get: locating(route, '/timemap', timemap) },
    describeTimeMap(route, route.description),
  );
  const steps = new StepHandler(route, context);
  router.register(
    `${path}/as-of`,
    { get: locating(route, '/as-of', steps) },
    describeSteps(route, route.description),
  );
  router.register(
    `${path}/live`,
    { get: locating(route, '/live', updates) },
    describeUpdates(route, route.description),
  );
}

/** Answers requests for a timeline. */
export interface TimelineResponder {
  send(key: string, req: Request<unknown>, res: Response): Promise<void>;
}

function locating<Parameters>(
  { locate }: TimelineRoute<Parameters>,
  suffix: '' | '/live' | '/as-of' | '/changes' | '/facets' | '/timegate' | '/timemap',
  responder: TimelineResponder,
  prefix: '' | typeof EMBED_PATH = '',
): Handler<Parameters> {
  return (req, res) => {
    const location = locate(req);
    switch (location.kind) {
      case 'timeline':
        return responder.send(location.key, req, res);
      case 'moved':
        return sendRedirect(
          res,
          `${prefix}${location.path}${suffix}${req.suffix}${queryStringOf(req.originalUrl)}`,
        );
      case 'refused':
        return sendProblem(res, location.problem);
    }
  };
}
