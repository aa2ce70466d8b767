import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Detects DNS rebinding: a site can make its own name resolve to this machine, and the browser then treats its page as
 * one of ours, which may read everything. A request that arrives on the loopback interface must therefore name a
 * loopback host. Clients of HTTP/1.0, which no browser is, need not name one.
 */
export function isRebound({ headers: { host }, socket }: IncomingMessage): boolean {
  const localAddress = socket.localAddress ?? '';
  const isLoopback = localAddress === '::1' || /^(::ffff:)?127\./.test(localAddress);
  return isLoopback && host !== undefined && !LOOPBACK_HOST.test(host);
}
