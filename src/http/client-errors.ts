import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemDetails } from './protocol/problem-response.ts';
import { type Problem, RETRY_SOON, statusOf } from './protocol/problems.ts';

/** Until a client that reads no answer is disconnected. */
const LINGER_MS = 2_000;

const UNKNOWN_METHOD: Problem = { code: 'unknown-method', detail: 'Use GET, HEAD, POST or DELETE.' };

/**
 * Answers a request that Node.js could not parse, or that did not arrive in time. The connection is closed, as the
 * place where the next request begins is unknown.
 * @param response that is being made on this connection, to this request or to the one before
 */
export function answerClientError(error: Error, socket: Duplex, response?: ServerResponse): void {
  const { code } = error as NodeJS.ErrnoException;
  if (!socket.writable || code === 'ECONNRESET' || response?.headersSent) socket.destroy();
  // The response to the request before comes first. Its end closes the connection.
  else if (response?.req.complete) response.setHeader('Connection', 'close');
  else sendRawProblem(socket, problemOfClientError(code));
}

function problemOfClientError(code = ''): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers-too-large', detail: 'The URL and the headers may have 16 KiB together.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request-timeout', detail: 'The headers must arrive within a minute.' };
    case 'HPE_INVALID_METHOD':
      return UNKNOWN_METHOD;
    case 'HPE_INVALID_URL':
      return {
        code: 'malformed-request',
        detail:
          'The URL contains a character that must be percent-encoded in UTF-8: %E4%B8%AD instead of 中.',
      };
    default:
      return { code: 'malformed-request', detail: `The request is not HTTP/1.1 (${code}).` };
  }
}

/** Answers CONNECT, after which Node.js leaves the connection to the program. */
export function refuseConnect(_req: IncomingMessage, socket: Duplex): void {
  sendRawProblem(socket, UNKNOWN_METHOD);
}

/** Answers a client that has too many connections, whatever it sends. */
export function refuseConnection(socket: Duplex): void {
  sendRawProblem(socket, {
    code: 'too-many-requests',
    detail: 'There are too many connections from this address.',
    headers: RETRY_SOON,
  });
}

/** Sends a problem on a connection that has no response object. */
function sendRawProblem(socket: Duplex, problem: Problem): void {
  const requestId = randomUUID();
  const body = JSON.stringify(problemDetails(problem, requestId));
  const status = statusOf(problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'X-Content-Type-Options: nosniff',
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy: same-origin',
    ...Object.entries(problem.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
  ];
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.on('error', () => {}).on('close', () => clearTimeout(timer));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // What the client is still sending is read and dropped: unread bytes would reset the connection before it has read.
  socket.resume();
}
