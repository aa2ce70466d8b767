import { LRUCache } from 'lru-cache';
import type { Principal } from '../../access/principal.ts';
import { growingTo } from '../../domain/values/cache-bounds.ts';
import { memoize } from '../../web/shell/memoize.ts';
import { isLoopbackAddress, type Requester } from '../protocol/requester.ts';
import type { BodyBudget } from './body-budget.ts';
import { type ClientLimits, ClientQuota } from './client-quota.ts';

/** Clients that are remembered, at some 500 bytes each. Beyond that, those seen least recently are forgotten. */
const CLIENTS_MAX = 10_000;

export const UNLIMITED: ClientLimits = {
  requestsPerMinute: Number.POSITIVE_INFINITY,
  concurrentRequests: Number.POSITIVE_INFINITY,
  streams: Number.POSITIVE_INFINITY,
  bodyBytes: Number.POSITIVE_INFINITY,
};

export interface ClientQuotasOptions {
  readonly limits: ClientLimits;
  /** The budget that the bodies of each client are a part of. */
  readonly bodies: BodyBudget;
  readonly monotonicMs: () => number;
  /** True if a proxy publishes the server, so that what comes from this machine may come from anywhere. */
  readonly isPublished: boolean;
}

/**
 * The quotas of the clients. A client is an authenticated principal or, without authentication, an address. Clients on
 * this machine are not limited unless they use a key.
 */
export class ClientQuotas {
  readonly #options: ClientQuotasOptions;
  readonly #quotas = new LRUCache<string, ClientQuota>(growingTo(CLIENTS_MAX));
  readonly #unlimited: ClientQuota;

  constructor(options: ClientQuotasOptions) {
    const { bodies, monotonicMs } = options;
    this.#options = options;
    this.#unlimited = new ClientQuota(UNLIMITED, bodies, monotonicMs);
  }

  /** The quota of the address that a request comes from. */
  ofAddress({ address, isForwarded }: Requester): ClientQuota {
    const isLocal = isLoopbackAddress(address) && !isForwarded && !this.#options.isPublished;
    return isLocal ? this.#unlimited : this.#of(networkOf(address));
  }

  /** The quota of a principal; undefined if it is nobody in particular, whose address counts. */
  ofPrincipal({ authenticatedBy, key, name }: Principal): ClientQuota | undefined {
    if (authenticatedBy === 'local' || authenticatedBy === 'public') return undefined;
    return this.#of(key === undefined ? `name ${name}` : `key ${key}`);
  }

  #of(client: string): ClientQuota {
    const known = this.#quotas.get(client);
    if (known !== undefined) return known;
    const { limits, bodies, monotonicMs } = this.#options;
    const quota = new ClientQuota(limits, bodies, monotonicMs);
    this.#quotas.set(client, quota);
    return quota;
  }
}

/**
 * Returns what stands for the client at an address. With IPv6, everybody has as many addresses as they want within a
 * network of 64 bits (RFC 6177), so these count as one.
 */
export function networkOf(address: string): string {
  return address.includes(':') ? networkOfIpv6(address) : address;
}

const networkOfIpv6 = memoize((address: string): string => {
  const [head = [], tail = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  const network = [...head, ...zeros, ...tail].slice(0, 4);
  return network.map((group) => Number.parseInt(group, 16).toString(16)).join(':');
});
