import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { parse as parseForwarded } from 'forwarded-parse';
import { LRUCache } from 'lru-cache';

/** Who sent a request, and what it asked for, as far as trusted proxies say. */
export interface Requester {
  /** IP address. IPv4 is not written as IPv6. */
  readonly address: string;
  /** Name, and port if there is one, of the URL that was requested. Undefined in HTTP/1.0 without a host. */
  readonly host: string | undefined;
  readonly protocol: 'http' | 'https';
  /** True if a trusted proxy forwarded the request. */
  readonly isForwarded: boolean;
}

/**
 * Tells who sent a request.
 * @throws ForwardingError
 */
export type RequesterReader = (req: IncomingMessage) => Requester;

/** The proxies contradict one another, or their headers are malformed, so the sender is unknown. */
export class ForwardingError extends Error {
  override readonly name = 'ForwardingError';
}

/** What a proxy says about the request that it received. */
interface Hop {
  readonly address: string | undefined;
  readonly host?: string | undefined;
  readonly protocol?: string | undefined;
}

/**
 * Reads `Forwarded` (RFC 7239) and `X-Forwarded-For`, `-Host` and `-Proto`, and believes them only as far as each
 * proxy on the way is trusted, from the last one backwards: what an untrusted client sent itself is at the beginning.
 * A proxy passes on the headers that it does not know. So if both kinds are there and name different clients, one of
 * them may be the client's own, and the request has no known sender.
 *
 * @param trustedProxies addresses and networks, such as `10.0.0.0/8`
 */
export function requesterReader(trustedProxies: readonly string[]): RequesterReader {
  const isTrusted = addressCheck(trustedProxies);
  return (req) => {
    const address = plainAddress(req.socket.remoteAddress ?? '');
    const direct: Requester = { address, host: req.headers.host, protocol: 'http', isForwarded: false };
    return isTrusted(address) ? forwarded(req, direct, isTrusted) : direct;
  };
}

const CHECKED_MAX = 4_096;

/** Returns a function that tells whether an address is one of these, or in one of these networks. */
export function addressCheck(members: readonly string[]): (address: string) => boolean {
  if (members.length === 0) return () => false;
  const list = addressList(members);
  const isMember = (address: string): boolean =>
    isIP(address) !== 0 && list.check(address, familyOf(address));
  // A check takes ten times as long as a look-up of the last one.
  const checked = new LRUCache<string, boolean>({ max: CHECKED_MAX, memoMethod: isMember });
  return (address) => checked.memo(address);
}

/** True if only this machine can be at the address. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** Returns an IP address as it is compared and logged: no IPv4 in IPv6 notation, and no zone. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : '';
  return isIP(mapped) === 4 ? mapped : address.replace(/%.*$/, '');
}

function forwarded(
  req: IncomingMessage,
  direct: Requester,
  isTrusted: (address: string) => boolean,
): Requester {
  const standard = walk(standardHops(req), direct, isTrusted);
  const custom = walk(customHops(req), direct, isTrusted);
  if (standard === undefined || custom === undefined) return standard ?? custom ?? direct;
  const isAmbiguous = standard.address !== custom.address || standard.host !== custom.host;
  if (isAmbiguous) throw new ForwardingError('Forwarded and X-Forwarded-… name different clients or hosts.');
  return standard;
}

/**
 * Goes from proxy to proxy, from the last one to the one that an untrusted client has sent the request to. Returns
 * undefined if no proxy says anything.
 */
function walk(
  hops: readonly Hop[],
  direct: Requester,
  isTrusted: (address: string) => boolean,
): Requester | undefined {
  let requester: Requester | undefined;
  for (const { address, host, protocol } of hops.toReversed()) {
    requester = {
      address: address ?? requester?.address ?? direct.address,
      host: host ?? requester?.host ?? direct.host,
      protocol: protocol?.toLowerCase() === 'https' ? 'https' : 'http',
      isForwarded: true,
    };
    if (address === undefined || !isTrusted(address)) break;
  }
  return requester;
}

function standardHops({ headers: { forwarded } }: IncomingMessage): readonly Hop[] {
  if (forwarded === undefined) return [];
  try {
    return parseForwarded(forwarded).map(({ for: node = '', host, proto }) => {
      return { address: addressOf(node), host, protocol: proto };
    });
  } catch {
    throw new ForwardingError('Forwarded is malformed.');
  }
}

/** Proxies append to `X-Forwarded-For`, but most replace the others. What is missing at the beginning is repeated. */
function customHops(req: IncomingMessage): readonly Hop[] {
  const [nodes, hosts, protocols] = ['for', 'host', 'proto'].map((name) => {
    const text = req.headers[`x-forwarded-${name}`]?.toString() ?? '';
    return text.split(',').map((member) => member.trim());
  }) as [string[], string[], string[]];
  if ([nodes, hosts, protocols].every((values) => values.join('') === '')) return [];
  return nodes.map((node, index) => {
    const nearest = (values: readonly string[]) => values.at(index - nodes.length) || values[0] || undefined;
    return { address: addressOf(node), host: nearest(hosts), protocol: nearest(protocols) };
  });
}

const WITH_PORT = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+))(?::[\w.-]+)?$/;

/** Returns the IP address of a node (RFC 7239 §6), with or without a port; undefined if the proxy hides it. */
function addressOf(node: string): string | undefined {
  const { v6, v4 } = WITH_PORT.exec(node)?.groups ?? {};
  const address = v6 ?? v4 ?? node;
  return isIP(address) === 0 ? undefined : plainAddress(address);
}

function addressList(members: readonly string[]): BlockList {
  const list = new BlockList();
  for (const member of members) {
    const [address = '', bits] = member.split('/');
    const family = familyOf(address);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
