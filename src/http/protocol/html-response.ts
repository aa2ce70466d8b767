import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Html } from '../../web/shell/html.ts';

/**
 * A page loads what this server has and nothing else, runs no script but its own files, and cannot be framed. Nothing
 * on it makes markup from a text, so that no policy of trusted types has to exist.
 */
const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

/** Scheme, host and port under which a page was asked for, for texts that name its whole address. */
export function originOf(req: Request): string {
  return `${req.protocol}://${req.headers.host ?? 'localhost'}`;
}

export function sendHtml(
  res: ServerResponse,
  status: number,
  page: Html | Buffer,
  headers?: OutgoingHttpHeaders,
): void {
  const body = Buffer.isBuffer(page) ? page : Buffer.from(String(page));
  res.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': body.byteLength,
    ...PAGE_HEADERS,
    ...headers,
  });
  res.end(body);
}
