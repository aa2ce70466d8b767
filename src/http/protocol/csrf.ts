import type { ReceivedRequest } from './received-request.ts';

/**
 * Detects requests that change data and come from a page of another origin (cross-site request forgery). Browsers send
 * `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) and `Origin` with such requests; programs send neither.
 * The host that was requested must have been checked.
 */
export function isForgeable(req: ReceivedRequest, publicUrl: string | undefined): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD' && isCrossOrigin(req, publicUrl);
}

function isCrossOrigin({ headers, requester }: ReceivedRequest, publicUrl: string | undefined): boolean {
  const { 'sec-fetch-site': site, origin } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined || origin === publicUrl) return false;
  return !URL.canParse(origin) || new URL(origin).host !== requester.host?.toLowerCase();
}
