import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../access/principal.ts';
import { refusalOf } from './authorization.ts';
import type { AppContext } from './context.ts';
import { type EndpointDescription, type RouteDescription, withFormats } from './description.ts';
import { withoutFeedToken } from './feed-token.ts';
import { type FormatName, splitSuffix } from './formats.ts';
import type { Handler, Request } from './handler.ts';
import { requestedOrigin } from './host.ts';
import { negotiate, prefersPage, VARIES, varyBy } from './negotiation.ts';
import { keepPrivate, NO_STORE } from './private-response.ts';
import { sendProblem } from './problem-response.ts';
import { notAcceptable, type Problem } from './problems.ts';
import { pathOf, queryStringOf } from './query.ts';
import type { ReceivedRequest } from './received-request.ts';
import { byMethod, type MethodHandlers } from './resource.ts';
import { sendFound } from './response.ts';

/** What a path refers to. */
interface Match extends Pick<Request, 'pattern' | 'params' | 'path' | 'suffix'> {
  readonly handler: Handler;
  /** The description of each method. Other methods have no handler, and are always refused. */
  readonly endpoints: ReadonlyMap<string, EndpointDescription>;
  /** The formats to choose from; none if the handler chooses itself. */
  readonly formats: readonly FormatName[];
  /** The format that the suffix of the path names. */
  readonly named: FormatName | undefined;
}

/** A pattern with what the API description says about it. */
export interface DescribedRoute {
  readonly pattern: string;
  readonly description: RouteDescription;
}

type RouterContext = Pick<AppContext, 'publicUrl' | 'authenticate' | 'openReads' | 'quotas'>;

/** Each takes at most two kilobytes. */
const MATCHES_MAX = 4_096;
/** Express parses URLs with other characters by other rules. A path keeps the whole URL in memory. */
const REMEMBERED_URL = /^\/[^#\\]{0,1023}$/;

/** Answers a request after an exception. */
export type ExceptionHandler = (error: unknown, req: IncomingMessage, res: ServerResponse) => void;

/**
 * Calls the handlers of URLs. Express matches a path that is requested for the first time, which takes longer than to
 * send a cached response. The match depends on the path alone, so it is remembered for all later requests.
 */
export class Router {
  readonly #express = express.Router();
  readonly #matches = new LRUCache<string, Match>({ max: MATCHES_MAX });
  readonly #context: RouterContext;
  readonly #answerException: ExceptionHandler;
  readonly #routes: DescribedRoute[] = [];

  constructor(context: RouterContext, answerException: ExceptionHandler) {
    this.#context = context;
    this.#answerException = answerException;
  }

  /**
   * Registers the handlers of a URL. If a path matches several patterns, the first one counts. With formats, a suffix
   * of the path or else `Accept` chooses one for GET and HEAD, and requests for another one are refused.
   * @param pattern in the syntax of Express, such as `/countries/:code`
   * @throws RangeError if the description leaves out a method, its permission or a parameter of the path, or has others
   */
  register<Parameters = Record<string, string>>(
    pattern: string,
    handlers: MethodHandlers<Parameters>,
    description: RouteDescription,
    formats: readonly FormatName[] = [],
  ): void {
    requireDescribed(pattern, Object.keys(handlers), description);
    this.#routes.push({ pattern, description: withFormats(description, formats) });
    const handler = byMethod(handlers) as Handler;
    const endpoints = endpointsOf(description);
    this.#express.all(pattern, (req, res, next) => {
      const requested = pathOf(req.originalUrl);
      const suffixed = req.url === req.originalUrl ? undefined : splitSuffix(requested);
      if (suffixed !== undefined && formats.length === 0) return next();
      const { path, format: named } = suffixed ?? { path: requested, format: undefined };
      const suffix = requested.slice(path.length);
      const params = req.params as Match['params'];
      const match = { pattern, params, path, suffix, named, handler, endpoints, formats };
      if (REMEMBERED_URL.test(req.originalUrl)) this.#matches.set(requested, match);
      return this.#call(match, req.originalUrl, req as express.Request & ReceivedRequest, res);
    });
  }

  /** In the order of their registration. */
  get routes(): readonly DescribedRoute[] {
    return this.#routes;
  }

  handle(req: ReceivedRequest, res: ServerResponse): void {
    const url = req.url ?? '';
    const match = this.#matches.get(pathOf(url));
    if (match === undefined) this.#match(url, req, res);
    else void this.#call(match, url, req, res);
  }

  /** A path that ends like the suffix of a format may still be one of a route without formats. */
  #match(url: string, req: ReceivedRequest, res: ServerResponse): void {
    const suffixed = splitSuffix(pathOf(url));
    const sendUnknown = () => void this.#sendUnknown(url, req, res);
    if (suffixed === undefined) this.#route(url, url, req, res, sendUnknown);
    else {
      const matched = `${suffixed.path}${queryStringOf(url)}`;
      this.#route(url, matched, req, res, () => this.#route(url, url, req, res, sendUnknown));
    }
  }

  /** A page about the problem depends on who asks, as every page does. */
  async #sendUnknown(originalUrl: string, req: ReceivedRequest, res: ServerResponse): Promise<void> {
    try {
      const origin = requestedOrigin(req.requester, this.#context.publicUrl);
      const request = Object.assign(req, { originalUrl, origin, feedToken: undefined });
      const principal = await this.#context.authenticate(request);
      if (principal.authenticatedBy !== 'local') keepPrivate(res);
      Object.assign(req, { principal });
      sendProblem(res, { code: 'unknown-resource' });
    } catch (error) {
      this.#answerException(error, req, res);
    }
  }

  /** @param matched the URL that is compared with the patterns */
  #route(
    url: string,
    matched: string,
    req: IncomingMessage,
    res: ServerResponse,
    otherwise: () => void,
  ): void {
    const request = Object.assign(req, { url: matched, originalUrl: url }) as express.Request;
    this.#express(request, res as express.Response, (error?: unknown) => {
      req.url = url;
      if (error === undefined) otherwise();
      else this.#answerException(error, req, res);
    });
  }

  async #call(
    { pattern, params, path, suffix, named, handler, endpoints, formats }: Match,
    requestedUrl: string,
    req: ReceivedRequest,
    res: ServerResponse,
  ): Promise<void> {
    try {
      const method = req.method ?? '';
      const { publicUrl, authenticate, openReads } = this.#context;
      const origin = requestedOrigin(req.requester, publicUrl);
      const { url, feedToken } = withoutFeedToken(requestedUrl);
      const request = { method, url, originalUrl: url, feedToken, origin, path, suffix, pattern, params };
      const principal = await authenticate(Object.assign(req, request));
      Object.assign(req, { principal });
      const endpoint = endpoints.get(method);
      if (principal.authenticatedBy !== 'local' && endpoint?.isShared !== true) keepPrivate(res);
      const refusal = this.#countFor(principal, req) ?? refusalOf(principal, endpoint?.permission ?? 'none');
      if (refusal !== undefined) return sendRefusal(refusal, url, req, res);
      const isNegotiated = formats.length > 0 && isRead(method);
      if (isNegotiated && named === undefined) varyBy(res, 'Accept');
      const format = isNegotiated ? chooseFormat(named, formats, req) : 'json';
      if (format === undefined) {
        return sendProblem(res, notAcceptable(path, queryStringOf(url), formats));
      }
      const formatRefusal = refusalOf(principal, endpoint?.formatPermissions?.[format] ?? 'none');
      if (formatRefusal !== undefined) return sendProblem(res, formatRefusal);
      const answered = handler(Object.assign(req, { format }) as unknown as Request, res);
      await (isRead(method) ? openReads.track(res, principal, answered) : answered);
    } catch (error) {
      this.#answerException(error, req, res);
    }
  }

  /** A request counts for its address until it is known who makes it. */
  #countFor(principal: Principal, { quota }: ReceivedRequest): Problem | undefined {
    const own = this.#context.quotas.ofPrincipal(principal);
    return own === undefined ? undefined : quota.handOver(own);
  }
}

/** Sends browsers that ask for a page to the page for signing in. */
function sendRefusal(
  refusal: Problem,
  url: string,
  { method = '', headers }: IncomingMessage,
  res: ServerResponse,
): void {
  const mayRedirect = refusal.code === 'authentication-required' && isRead(method) && prefersPage(headers);
  if (!mayRedirect) sendProblem(res, refusal);
  else
    sendFound(res, `/sign-in?${new URLSearchParams({ return: url })}`, {
      ...VARIES,
      ...NO_STORE,
    });
}

/** HEAD is like GET. */
function endpointsOf({ path, ...endpoints }: RouteDescription): Match['endpoints'] {
  const described = Object.entries(endpoints as Record<string, EndpointDescription>);
  return new Map([
    ...described.map(([method, endpoint]) => [method.toUpperCase(), endpoint] as const),
    ['HEAD', endpoints.get],
  ]);
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The names of the parameters in a pattern. */
export function pathParametersOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(/[:*](\w+)/g)].map(([, name = '']) => name);
}

function requireDescribed(
  pattern: string,
  methods: readonly string[],
  { path = {}, ...endpoints }: RouteDescription,
): void {
  const [needed, described] = [
    [...methods, ...pathParametersOf(pattern)],
    [...Object.keys(endpoints), ...Object.keys(path)],
  ];
  const missing = needed.filter((name) => !described.includes(name));
  if (missing.length > 0) throw new RangeError(`${pattern} has no description of ${missing.join(', ')}.`);
  const open = Object.entries(endpoints).filter(([, { permission }]) => permission === undefined);
  if (open.length > 0) throw new RangeError(`${pattern} does not say which permission it needs.`);
  const unknown = described.filter((name) => !needed.includes(name));
  if (unknown.length > 0) throw new RangeError(`${pattern} has no ${unknown.join(', ')} to describe.`);
}

function chooseFormat(
  named: FormatName | undefined,
  formats: readonly FormatName[],
  { headers }: IncomingMessage,
): FormatName | undefined {
  if (named === undefined) return negotiate(headers, formats);
  return formats.includes(named) ? named : undefined;
}
