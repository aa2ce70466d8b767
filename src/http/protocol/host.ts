import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Detects DNS rebinding: a site can make its own name resolve to this machine, and the browser then treats its page as
 * one of ours, which may read everything. A request that arrives on the loopback interface must therefore name a
 * loopback host, or that of the proxy which publishes the server. Clients of HTTP/1.0, which no browser is, need not
 * name one.
 */
export function isRebound(
  { headers: { host }, socket }: IncomingMessage,
  publicUrl: string | undefined,
): boolean {
  const localAddress = socket.localAddress ?? '';
  const isLoopback = localAddress === '::1' || /^(::ffff:)?127\./.test(localAddress);
  const isKnown = host === undefined || LOOPBACK_HOST.test(host) || isHostOf(publicUrl, host);
  return isLoopback && !isKnown;
}

function isHostOf(publicUrl: string | undefined, host: string): boolean {
  return publicUrl !== undefined && new URL(publicUrl).host === host.toLowerCase();
}

/**
 * Returns scheme, host and port of absolute URLs: the public ones, or those that the client requested. The server has
 * no TLS.
 */
export function requestedOrigin(
  { headers: { host } }: IncomingMessage,
  publicUrl: string | undefined,
): string {
  return publicUrl ?? `http://${host ?? 'localhost'}`;
}
