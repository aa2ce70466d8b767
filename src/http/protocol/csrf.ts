import type { IncomingMessage } from 'node:http';

/**
 * Detects requests that change data and come from a page of another origin (cross-site request forgery). Browsers send
 * `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) and `Origin` with such requests; programs send neither.
 */
export function isForgeable(req: IncomingMessage): boolean {
  return req.method !== 'GET' && req.method !== 'HEAD' && isCrossOrigin(req);
}

function isCrossOrigin(req: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  const isSameHost = URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return !isSameHost || isRebound(req);
}

/**
 * Detects DNS rebinding: a site can make its own name resolve to this machine, and the browser then treats its page as
 * one of ours. A request that arrives on the loopback interface must therefore use a loopback name.
 */
function isRebound({ headers, socket }: IncomingMessage): boolean {
  const localAddress = socket.localAddress ?? '';
  const isLoopback = localAddress === '::1' || /^(::ffff:)?127\./.test(localAddress);
  return isLoopback && !LOOPBACK_HOST.test(headers.host ?? '');
}

const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
