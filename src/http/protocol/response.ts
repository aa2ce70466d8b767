import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers are data: no browser may take them for a page, or run anything in them. */
const SAFETY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'",
} as const;

/** Writes the head of an answer whose body follows in pieces. */
export function beginStream(res: ServerResponse, contentType: string, headers?: OutgoingHttpHeaders): void {
  res.writeHead(200, { 'Content-Type': contentType, ...SAFETY_HEADERS, ...headers });
}

/**
 * Sends ready-made JSON. Node leaves the body out of an answer to HEAD, and writes a text in one piece with the head;
 * bytes are for what is sent again and again.
 */
export function sendJson(
  res: ServerResponse,
  status: number,
  json: string | Buffer,
  headers?: OutgoingHttpHeaders,
  contentType = 'application/json',
): void {
  res.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(json),
    ...SAFETY_HEADERS,
    ...headers,
  });
  res.end(json);
}

export function sendFile(
  res: ServerResponse,
  contentType: string,
  body: Buffer,
  headers?: OutgoingHttpHeaders,
): void {
  res.writeHead(200, {
    'Content-Type': contentType,
    'Content-Length': body.byteLength,
    ...SAFETY_HEADERS,
    ...headers,
  });
  res.end(body);
}

/** 304 carries what a cache needs to refresh the answer that it holds (RFC 9110 §15.4.5). */
export function sendNotModified(res: ServerResponse, headers: OutgoingHttpHeaders): void {
  res.writeHead(304, headers);
  res.end();
}

/** A resource has one address; this is another name for it. */
export function sendRedirect(res: ServerResponse, location: string): void {
  res.writeHead(308, { Location: location, 'Content-Length': 0, ...SAFETY_HEADERS });
  res.end();
}

/** A form was taken; what came of it is at another address, to be got (RFC 9110 §15.4.4). */
export function sendSeeOther(res: ServerResponse, location: string): void {
  res.writeHead(303, { Location: location, 'Content-Length': 0, ...SAFETY_HEADERS });
  res.end();
}
