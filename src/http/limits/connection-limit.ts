import type { Socket } from 'node:net';
import { isLoopbackAddress, plainAddress } from '../protocol/requester.ts';
import { networkOf } from './client-quotas.ts';

/**
 * Limits the open connections of one address. Those of this machine and of trusted proxies are not limited, as they may
 * be those of many clients.
 */
export class ConnectionLimit {
  readonly #connectionsMax: number;
  readonly #isTrustedProxy: (address: string) => boolean;
  /** Connections by network. It has no more members than there are open connections. */
  readonly #open = new Map<string, number>();

  constructor(connectionsMax: number, isTrustedProxy: (address: string) => boolean) {
    this.#connectionsMax = connectionsMax;
    this.#isTrustedProxy = isTrustedProxy;
  }

  /** Counts a connection until it is closed. Returns false if it is one too many. */
  admit(socket: Pick<Socket, 'remoteAddress' | 'on'>): boolean {
    const address = plainAddress(socket.remoteAddress ?? '');
    if (isLoopbackAddress(address) || this.#isTrustedProxy(address)) return true;
    const network = networkOf(address);
    const open = this.#open.get(network) ?? 0;
    if (open >= this.#connectionsMax) return false;
    this.#open.set(network, open + 1);
    socket.on('close', () => {
      const left = (this.#open.get(network) ?? 1) - 1;
      if (left === 0) this.#open.delete(network);
      else this.#open.set(network, left);
    });
    return true;
  }
}
