import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { showEventPage, showRecordPage } from './events/event-page.ts';
import { listEvents, recordEvents, showEvent } from './events/events.ts';
import { showStream } from './events/streams.ts';
import { RECORD_FORMS, RecordFormResource, showFormChoice, showReceipt } from './forms/record-forms.ts';
import { SseConnections } from './live/sse.ts';
import { TimelineUpdates } from './live/updates.ts';
import { showHealth, showReadiness } from './operations/health.ts';
import {
  cancelRebuild,
  listProjections,
  showProjection,
  showRebuild,
  startRebuild,
} from './operations/projections.ts';
import { type AppContext, HTTP_LIMITS, type HttpLimits } from './protocol/context.ts';
import { refuseCrossOrigin } from './protocol/csrf.ts';
import { byRepresentation, VARIES } from './protocol/negotiation.ts';
import { problemOfFault, sendProblem } from './protocol/problems.ts';
import { showAsset } from './site/assets.ts';
import { showFrontPage } from './site/front-page.ts';
import { showHome, showProblemType } from './site/home.ts';
import { showSearch } from './site/search.ts';
import { TimelineHandler } from './timelines/handler.ts';
import { PageCache } from './timelines/page-cache.ts';
import type { AnswersFor } from './timelines/representation.ts';
import { listAgreements, showAgreement } from './timelines/resources/agreements.ts';
import { countryTimelines, listCountries } from './timelines/resources/countries.ts';
import { listProjectedTimelines, projectedTimelines } from './timelines/resources/projected-timelines.ts';
import { listRelations, relationTimelines } from './timelines/resources/relations.ts';
import { listStatements } from './timelines/resources/statements.ts';
import { listTopics, topicTimelines } from './timelines/resources/topics.ts';

export interface AppDependencies extends Omit<AppContext, 'limits'> {
  /** Absent: those of a server in use. */
  readonly limits?: HttpLimits;
}

/** The API, not listening yet. Handlers read and write by themselves: nothing but the routing is express's. */
export function createApp({ limits = HTTP_LIMITS, ...dependencies }: AppDependencies): Express {
  const context: AppContext = { ...dependencies, limits };
  const cache = new PageCache(limits.pageCacheBytesMax);
  const streams = new SseConnections(limits, context.stopping);
  const app = express();
  app.disable('x-powered-by');
  app.use(refuseCrossOrigin);
  app
    .route('/events')
    .post((req, res) => recordEvents(context, req, res))
    .get((req, res) => listEvents(context, req, res))
    .all(allowOnly('GET, HEAD, POST'));
  const get = <Parameters = Record<string, string>>(path: string, show: RequestHandler<Parameters>) => {
    app.route(path).get<Parameters>(show).all(allowOnly('GET, HEAD'));
  };
  const getWithNews = <Parameters>(
    path: string,
    show: (context: AppContext, answersFor: AnswersFor) => RequestHandler<Parameters>,
  ) => {
    get(
      path,
      show(context, (resource) => new TimelineHandler(resource, context, cache)),
    );
    get(
      `${path}/live`,
      show(context, (resource) => new TimelineUpdates(resource, context, streams)),
    );
  };
  getWithNews('/countries/:code', countryTimelines);
  getWithNews('/topics/:slug', topicTimelines);
  getWithNews('/relations/:a/:b', relationTimelines);
  getWithNews('/statements', listStatements);
  getWithNews('/mous/:stream', showAgreement);
  get<{ name: string; key: string }>('/projections/:name/timelines/:key', projectedTimelines(context, cache));
  get<{ name: string }>('/projections/:name/timelines', (req, res) =>
    listProjectedTimelines(context, req, res),
  );
  get<{ id: string }>(
    '/events/:id',
    byRepresentation({
      json: (req, res) => showEvent(context, req, res),
      html: (req, res) => showEventPage(context, req, res),
    }),
  );
  get<{ stream: string }>(
    '/streams/:stream',
    byRepresentation({
      json: (req, res) => showStream(context, req, res),
      html: (req, res) => showRecordPage(context, req, res),
    }),
  );
  get('/countries', (req, res) => listCountries(context, req, res));
  get('/topics', (req, res) => listTopics(context, req, res));
  get('/projections', (req, res) => listProjections(context, req, res));
  get<{ name: string }>('/projections/:name', (req, res) => showProjection(context, req, res));
  app
    .route('/projections/:name/rebuild')
    .get((req, res) => showRebuild(context, req, res))
    .post((req, res) => startRebuild(context, req, res))
    .delete((req, res) => cancelRebuild(context, req, res))
    .all(allowOnly('GET, HEAD, POST, DELETE'));
  get('/record', showFormChoice);
  for (const form of RECORD_FORMS) {
    const resource = new RecordFormResource(context, form);
    app
      .route(`/record/${form.path}`)
      .get((req, res) => resource.show(req, res))
      .post((req, res) => resource.take(req, res))
      .all(allowOnly('GET, HEAD, POST'));
  }
  get<{ id: string }>('/record/receipts/:id', (req, res) => showReceipt(context, req, res));
  get('/relations', (req, res) => listRelations(context, req, res));
  get('/mous', (req, res) => listAgreements(context, req, res));
  get<{ file: string }>('/assets/:file', showAsset);
  get('/healthz', showHealth);
  get('/readyz', (_req, res) => showReadiness(context, res));
  get('/problems/:code', showProblemType);
  get('/', byRepresentation({ json: showHome, html: (req, res) => showFrontPage(context, req, res) }));
  get('/search', (req, res) => showSearch(context, req, res.setHeader('Vary', VARIES.Vary)));
  app.use((_req, res) => sendProblem(res, { code: 'unknown-resource' }));
  app.use(answerFault(context));
  return app;
}

/** Express hands a route's GET the HEAD requests as well. */
function allowOnly(methods: string): RequestHandler {
  return (_req, res) => {
    sendProblem(res, { code: 'method-not-allowed', detail: `Use ${methods}.`, headers: { Allow: methods } });
  };
}

function answerFault({ signal }: AppContext): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const problem = problemOfFault(error);
    if (problem.code === 'internal-error') {
      signal({ kind: 'request-failed', method: req.method, path: req.path, error });
    }
    if (res.headersSent) res.destroy();
    else sendProblem(res, problem);
  };
}
