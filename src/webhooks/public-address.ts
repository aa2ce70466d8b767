import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** An address that a host name resolves to. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name or a literal address. Rejects with the error of the resolver if there is no such host. */
export type Resolve = (host: string) => Promise<readonly HostAddress[]>;

/** As the operating system resolves names. */
export const resolveHost: Resolve = (host) => lookup(host, { all: true, verbatim: true });

/** The host is on this machine, in a private network, or nowhere on the internet. */
export class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
}

/** What the IANA registry of special-purpose addresses lists as not globally reachable, multicast and 6to4 relays. */
const special4 = subnets('ipv4', [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
]);
/** The only range of which global addresses are assigned, and what is special in it: tunnels and examples. */
const global6 = subnets('ipv6', ['2000::/3']);
const special6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
/** IPv6 addresses that end with an IPv4 address, for which the rules of IPv4 count: mapped and NAT64 (RFC 6052). */
const embedding6 = subnets('ipv6', ['::ffff:0:0/96', '64:ff9b::/96']);

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

/** Tells whether an IPv4 or IPv6 address belongs to the public internet. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !special4.check(address);
  if (isIP(address) !== 6) return false;
  // The check also matches rules of IPv4, so a zone would make it throw.
  const [bare = ''] = address.split('%');
  if (embedding6.check(bare, 'ipv6')) return isPublicAddress(embeddedAddress(bare));
  return global6.check(bare, 'ipv6') && !special6.check(bare, 'ipv6');
}

/** Returns the IPv4 address in the last 32 bits. The URL parser writes an IPv6 address in its canonical form. */
function embeddedAddress(address: string): string {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [high = 0, low = 0] = canonical
    .split(':')
    .slice(-2)
    .map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/**
 * Resolves a host to the addresses that may be connected to. The caller must connect to one of these and not resolve
 * the name again, as its answer may have changed.
 *
 * @param hostname as `URL.hostname` has it
 * @throws PrivateAddressError if none is public, unless private ones are allowed, and the errors of the resolver
 */
export async function allowedAddresses(
  hostname: string,
  allowsPrivate: boolean,
  resolve: Resolve = resolveHost,
): Promise<readonly HostAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = await resolve(host);
  const allowed = allowsPrivate ? addresses : addresses.filter(({ address }) => isPublicAddress(address));
  if (allowed.length > 0) return allowed;
  throw new PrivateAddressError(
    `${host} is not on the public internet; PRIVATE_WEBHOOKS=true allows private addresses`,
  );
}
