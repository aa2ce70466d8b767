import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that matches a route. */
export interface Request<Parameters = Record<string, string>> extends IncomingMessage {
  readonly method: string;
  /** Path and query as requested. */
  readonly originalUrl: string;
  /** Path as requested. */
  readonly path: string;
  /** Pattern of the route, such as `/countries/:code`. */
  readonly pattern: string;
  /** The segments of the path that the pattern names, percent-decoded. */
  readonly params: Readonly<Parameters>;
}

export type Response = ServerResponse;

/** An exception becomes a problem. */
export type Handler<Parameters = Record<string, string>> = (
  req: Request<Parameters>,
  res: Response,
) => void | Promise<void>;
