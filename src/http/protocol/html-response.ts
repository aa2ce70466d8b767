import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Html } from '../../web/shell/html.ts';
import { audiencesOf } from './audiences.ts';
import { sendBody } from './content-coding.ts';
import type { Request } from './handler.ts';

/**
 * Pages load resources of this server only, run no script but its own files, and cannot be framed. No script creates
 * markup from strings, so no Trusted Types policy is allowed. What a reader looks at is kept from the sites that the
 * page links to.
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
  'X-DNS-Prefetch-Control': 'off',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
} as const;

/**
 * Returns the content security policy of a page that other sites may show in a frame. It runs no script and sends no
 * form, so that a site that frames it can make a reader do nothing by a click.
 *
 * @param origins that may frame it, among them `*` for all; empty if none may
 */
export function embedPolicy(origins: readonly string[]): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${origins.length === 0 ? "'none'" : origins.join(' ')}`,
  ].join('; ');
}

export function sendHtml(
  res: ServerResponse,
  status: number,
  page: Html | Buffer,
  headers?: OutgoingHttpHeaders,
): void {
  const body = Buffer.isBuffer(page)
    ? page
    : page.encode(audiencesOf((res.req as Partial<Request>).principal));
  sendBody(res, status, { 'Content-Type': 'text/html; charset=utf-8', ...PAGE_HEADERS, ...headers }, body);
}
