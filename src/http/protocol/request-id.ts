import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const REQUEST_ID_HEADER = 'X-Request-Id';
const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * Gives every request an id: the client's `X-Request-Id` if it is well-formed, otherwise a random UUID. The response
 * carries it in the same header, and problem details and signals mention it.
 */
export function assignRequestId(req: IncomingMessage, res: ServerResponse): void {
  const given = req.headers['x-request-id'];
  const isWellFormed = typeof given === 'string' && WELL_FORMED.test(given);
  res.setHeader(REQUEST_ID_HEADER, isWellFormed ? given : randomUUID());
}

/** Returns the id of the request that is answered. */
export function requestIdOf(res: ServerResponse): string {
  return String(res.getHeader(REQUEST_ID_HEADER));
}
