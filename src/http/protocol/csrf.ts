import type { IncomingMessage } from 'node:http';
import { isRebound } from './host.ts';

/**
 * Detects requests that change data and come from a page of another origin (cross-site request forgery). Browsers send
 * `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) and `Origin` with such requests; programs send neither.
 */
export function isForgeable(req: IncomingMessage, publicUrl: string | undefined): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD' && isCrossOrigin(req, publicUrl);
}

function isCrossOrigin(req: IncomingMessage, publicUrl: string | undefined): boolean {
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined || origin === publicUrl) return false;
  const isSameHost = URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return !isSameHost || isRebound(req, publicUrl);
}
