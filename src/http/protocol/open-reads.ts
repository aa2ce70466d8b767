import type { ServerResponse } from 'node:http';
import type { Authenticator } from '../../access/authenticator.ts';
import type { Principal } from '../../access/principal.ts';

/** A key that another process revokes is seen within a quarter of a second, so a stream ends within half a second. */
const CHECK_INTERVAL_MS = 250;

/**
 * The responses in progress: live updates and downloads. They are cut off when their key or session ends. A response
 * that its handler has ended is forgotten at once, since keeping many of them makes garbage collection expensive. The
 * others are forgotten at a check after their end, which saves a listener on each.
 */
export class OpenReads {
  readonly #open = new Map<ServerResponse, Principal>();

  constructor(access: Pick<Authenticator, 'isCurrent'>, stopping: AbortSignal) {
    const checking = setInterval(() => this.#cut(access), CHECK_INTERVAL_MS).unref();
    stopping.addEventListener('abort', () => clearInterval(checking));
  }

  /** @param answered settles when the handler has done its part, after which a response may still be in progress */
  async track(res: ServerResponse, principal: Principal, answered: void | Promise<void>): Promise<void> {
    if (res.writableEnded || res.closed) return answered;
    this.#open.set(res, principal);
    try {
      await answered;
    } finally {
      if (res.writableEnded) this.#open.delete(res);
    }
  }

  #cut(access: Pick<Authenticator, 'isCurrent'>): void {
    for (const [res, principal] of this.#open) {
      if (res.closed) this.#open.delete(res);
      else if (!access.isCurrent(principal)) res.destroy();
    }
  }
}
