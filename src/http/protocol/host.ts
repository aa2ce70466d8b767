import type { IncomingMessage } from 'node:http';
import { isLoopbackAddress, plainAddress, type Requester } from './requester.ts';

const HOST = /^(?<name>\[[0-9a-f:.]+\]|[\w.-]+)(?::(?<port>\d{1,5}))?$/i;
const LOOPBACK_NAME = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Returns the host that a request names, if it is not this server. */
export type HostCheck = (req: IncomingMessage, requester: Requester) => string | undefined;

/**
 * Makes a check against DNS rebinding: a site can make its own name resolve to the address of this server, and browsers
 * then treat its page as one of ours, which may read everything. A request must therefore name a host that is this
 * server's: a loopback name if it arrives on the loopback interface, or else one of the settings. A host that a proxy
 * has added is checked as well as the one that it sends, as it may pass on what a page made up. Clients of HTTP/1.0,
 * which no browser is, need not name one.
 *
 * @param allowedHosts names in lower case; with a port, only that port is meant
 */
export function hostCheck(allowedHosts: readonly string[], publicUrl: string | undefined): HostCheck {
  const publicName = publicUrl === undefined ? [] : [new URL(publicUrl).hostname];
  const allowed = new Set([...allowedHosts, ...publicName]);
  const isOurs = (host: string, isOnLoopback: boolean): boolean => {
    const text = host.toLowerCase();
    const name = HOST.exec(text)?.groups?.['name'];
    if (name === undefined) return false;
    return (isOnLoopback && LOOPBACK_NAME.test(name)) || allowed.has(name) || allowed.has(text);
  };
  return ({ headers: { host }, socket }, requester) => {
    const isOnLoopback = isLoopbackAddress(plainAddress(socket.localAddress ?? ''));
    const isUnknown = (name: string | undefined) => name !== undefined && !isOurs(name, isOnLoopback);
    if (isUnknown(host)) return host;
    return requester.host !== host && isUnknown(requester.host) ? requester.host : undefined;
  };
}

/** Returns scheme, host and port of absolute URLs: the public ones, or those that the client requested. */
export function requestedOrigin({ protocol, host }: Requester, publicUrl: string | undefined): string {
  return publicUrl ?? `${protocol}://${host ?? 'localhost'}`;
}
