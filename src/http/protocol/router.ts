import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { LRUCache } from 'lru-cache';
import type { RouteDescription } from './description.ts';
import type { Handler, Request } from './handler.ts';
import { sendProblem } from './problem-response.ts';
import { pathOf } from './query.ts';
import { byMethod, type MethodHandlers } from './resource.ts';

/** What a path refers to. */
interface Match extends Pick<Request, 'pattern' | 'params'> {
  readonly handler: Handler;
}

/** A pattern with what the API description says about it. */
export interface DescribedRoute {
  readonly pattern: string;
  readonly description: RouteDescription;
}

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
  readonly #answerException: ExceptionHandler;
  readonly #routes: DescribedRoute[] = [];

  constructor(answerException: ExceptionHandler) {
    this.#answerException = answerException;
  }

  /**
   * Registers the handlers of a URL. If a path matches several patterns, the first one counts.
   * @param pattern in the syntax of Express, such as `/countries/:code`
   * @throws RangeError if the description leaves out a method or a parameter of the path, or has another one
   */
  register<Parameters = Record<string, string>>(
    pattern: string,
    handlers: MethodHandlers<Parameters>,
    description: RouteDescription,
  ): void {
    requireDescribed(pattern, Object.keys(handlers), description);
    this.#routes.push({ pattern, description });
    const handler = byMethod(handlers) as Handler;
    this.#express.all(pattern, (req, res) => {
      const match = { pattern, params: req.params as Match['params'], handler };
      const path = pathOf(req.originalUrl);
      if (REMEMBERED_URL.test(req.originalUrl)) this.#matches.set(path, match);
      return this.#call(match, path, req, res);
    });
  }

  /** In the order of their registration. */
  get routes(): readonly DescribedRoute[] {
    return this.#routes;
  }

  handle(req: IncomingMessage, res: ServerResponse): void {
    const path = pathOf(req.url ?? '');
    const match = this.#matches.get(path);
    if (match === undefined) this.#match(req, res);
    else void this.#call(match, path, req, res);
  }

  #match(req: IncomingMessage, res: ServerResponse): void {
    this.#express(req as express.Request, res as express.Response, (error?: unknown) => {
      if (error === undefined) sendProblem(res, { code: 'unknown-resource' });
      else this.#answerException(error, req, res);
    });
  }

  async #call(
    { pattern, params, handler }: Match,
    path: string,
    req: IncomingMessage,
    res: ServerResponse,
  ): Promise<void> {
    try {
      await handler(
        Object.assign(req, { method: req.method ?? '', originalUrl: req.url ?? '', path, pattern, params }),
        res,
      );
    } catch (error) {
      this.#answerException(error, req, res);
    }
  }
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
  const unknown = described.filter((name) => !needed.includes(name));
  if (unknown.length > 0) throw new RangeError(`${pattern} has no ${unknown.join(', ')} to describe.`);
}
