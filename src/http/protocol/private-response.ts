import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The headers of a response that no cache may store. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const;

/** Responses that depend on who makes the request. */
const privateResponses = new WeakSet<ServerResponse>();

/** Keeps shared caches from answering another client with the response (RFC 9111 §5.2.2.7). */
export function keepPrivate(res: ServerResponse): void {
  privateResponses.add(res);
}

/** Writes the head of a response. All responses of handlers are written here. */
export function writeHead(res: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  res.writeHead(
    status,
    privateResponses.has(res) ? { ...headers, ...privateCaching(res, headers) } : headers,
  );
}

/** A browser must not answer from its own cache either, once somebody has signed out, which `Vary` says. */
function privateCaching(res: ServerResponse, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const [control, varying] = [headers['Cache-Control'], headers.Vary ?? res.getHeader('Vary')];
  const vary = 'Authorization, Cookie';
  return {
    'Cache-Control': privateControl(control === undefined ? '' : String(control)),
    Vary: varying === undefined ? vary : `${varying}, ${vary}`,
  };
}

function privateControl(control: string): string {
  if (control === '') return 'private';
  return control === 'no-store' ? control : `private, ${control.replace(/^public, /, '')}`;
}
