import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { sendProblem } from './problems.ts';

/**
 * Lets no page of another site change anything here. A browser says where a page comes from (`Sec-Fetch-Site`,
 * `Origin`), and any page may send a form to an address of the machine that it is shown on. Programs say neither, and
 * are not concerned.
 */
export const refuseCrossOrigin: RequestHandler = (req, res, next) => {
  if (['GET', 'HEAD'].includes(req.method) || !isForeign(req)) next();
  else sendProblem(res, { code: 'cross-origin-request' });
};

function isForeign(req: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host } = req.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  const isOwn = URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return !isOwn || isRebound(req);
}

/**
 * A name of another site can be made to lead to this machine, and the browser then takes its page for one of ours. What
 * comes in by the loopback interface was meant for a name of that.
 */
function isRebound({ headers, socket }: IncomingMessage): boolean {
  const arrivedAt = socket.localAddress ?? '';
  const isLoopback = arrivedAt === '::1' || /^(::ffff:)?127\./.test(arrivedAt);
  return isLoopback && !LOOPBACK_HOST.test(headers.host ?? '');
}

const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;
