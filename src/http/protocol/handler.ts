import type { ServerResponse } from 'node:http';
import type { Principal } from '../../access/principal.ts';
import type { FormatName } from './formats.ts';
import type { ReceivedRequest } from './received-request.ts';
import type { RequestAudit } from './request-audit.ts';

/** A request that matches a route. */
export interface Request<Parameters = Record<string, string>> extends ReceivedRequest {
  readonly method: string;
  /** Who makes the request, and has the permission that the endpoint needs. */
  readonly principal: Principal;
  readonly audit: RequestAudit;
  /** Path and query as requested, without the secret of a feed URL. */
  readonly originalUrl: string;
  /** Scheme, host and port of absolute URLs in the response. */
  readonly origin: string;
  /** The secret of a feed URL, which links to other pages of the feed repeat. */
  readonly feedToken: string | undefined;
  /** Path as requested, without the suffix of a format. */
  readonly path: string;
  /** The format to answer in: that of the suffix, or the one that `Accept` prefers. JSON if the route has no choice. */
  readonly format: FormatName;
  /** The suffix of a format with its dot, such as `.csv`; empty if the path has none. */
  readonly suffix: string;
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
