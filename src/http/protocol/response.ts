import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { sendBody, varyingByCoding } from './content-coding.ts';
import { VARIES } from './negotiation.ts';
import { NO_STORE, writeHead } from './private-response.ts';

/**
 * A browser must neither guess another media type for a response nor run anything in it, nor give it to a page of
 * another site.
 */
const SAFETY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Sends the head of a response whose body is streamed. */
export function beginStream(res: ServerResponse, contentType: string, headers?: OutgoingHttpHeaders): void {
  writeHead(res, 200, { 'Content-Type': contentType, ...SAFETY_HEADERS, ...headers });
}

/**
 * Sends serialized JSON. A string goes out in one write with the head; a buffer avoids encoding a cached body again.
 * Node sends no body in response to HEAD.
 */
export function sendJson(
  res: ServerResponse,
  status: number,
  json: string | Buffer,
  headers?: OutgoingHttpHeaders,
  contentType = 'application/json',
): void {
  sendBody(res, status, { 'Content-Type': contentType, ...SAFETY_HEADERS, ...headers }, json);
}

export function sendFile(
  res: ServerResponse,
  contentType: string,
  body: Buffer,
  headers?: OutgoingHttpHeaders,
): void {
  sendBody(res, 200, { 'Content-Type': contentType, ...SAFETY_HEADERS, ...headers }, body);
}

/** Sends 304 with the headers that a cache needs to refresh its stored response (RFC 9110 §15.4.5). */
export function sendNotModified(res: ServerResponse, headers: OutgoingHttpHeaders): void {
  writeHead(res, 304, { ...headers, Vary: varyingByCoding(res, headers) });
  res.end();
}

/** Sends 204, for something that was removed. */
export function sendNoContent(res: ServerResponse): void {
  writeHead(res, 204, NO_STORE);
  res.end();
}

/** Redirects permanently to the canonical URL of the resource. */
export function sendRedirect(res: ServerResponse, location: string): void {
  writeHead(res, 308, { Location: location, 'Content-Length': 0, ...SAFETY_HEADERS });
  res.end();
}

/** Redirects temporarily. */
export function sendFound(
  res: ServerResponse,
  location: string,
  headers: OutgoingHttpHeaders = VARIES,
): void {
  writeHead(res, 302, { Location: location, 'Content-Length': 0, ...headers, ...SAFETY_HEADERS });
  res.end();
}

/** Redirects the browser that submitted a form to the page of the result (RFC 9110 §15.4.4). */
export function sendSeeOther(res: ServerResponse, location: string, headers?: OutgoingHttpHeaders): void {
  writeHead(res, 303, { Location: location, 'Content-Length': 0, ...headers, ...SAFETY_HEADERS });
  res.end();
}
