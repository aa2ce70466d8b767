import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Lets pages of another origin read, without cookies (Fetch standard, CORS protocol), and with a key that they have.
 * Writes stay forbidden to them. Returns true if the request was a preflight, which is answered.
 *
 * @param origin `*`, or the one origin
 */
export function allowReads(req: IncomingMessage, res: ServerResponse, origin: string): boolean {
  const isPreflight = req.method === 'OPTIONS' && req.headers.origin !== undefined;
  const method = isPreflight ? req.headers['access-control-request-method'] : req.method;
  if (method !== 'GET' && method !== 'HEAD') return false;
  res.setHeader('Access-Control-Allow-Origin', origin);
  if (!isPreflight) {
    res.setHeader('Access-Control-Expose-Headers', '*');
    return false;
  }
  res.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD',
    // The asterisk does not stand for this one, with which scripts send a key.
    'Access-Control-Allow-Headers': 'Authorization, *',
    'Access-Control-Max-Age': PREFLIGHT_VALID_S,
  });
  res.end();
  return true;
}

const PREFLIGHT_VALID_S = 86_400;
