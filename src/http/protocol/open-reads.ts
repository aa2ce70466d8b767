import type { ServerResponse } from 'node:http';
import type { Authenticator } from '../../access/authenticator.ts';
import type { Principal } from '../../access/principal.ts';

/** A key that another process revokes is seen within a quarter of a second, so a stream ends within half a second. */
const CHECK_INTERVAL_MS = 250;

/**
 * The responses in progress: live updates and downloads. They are cut off when their key or session ends. Those that
 * have ended are forgotten at the next check, which saves a listener on each response.
 */
export class OpenReads {
  readonly #open = new Map<ServerResponse, Principal>();

  constructor(access: Pick<Authenticator, 'isCurrent'>, stopping: AbortSignal) {
    const checking = setInterval(() => this.#cut(access), CHECK_INTERVAL_MS).unref();
    stopping.addEventListener('abort', () => clearInterval(checking));
  }

  /** Ignores responses that have ended. */
  add(res: ServerResponse, principal: Principal): void {
    if (res.writableEnded || res.closed) return;
    this.#open.set(res, principal);
  }

  #cut(access: Pick<Authenticator, 'isCurrent'>): void {
    for (const [res, principal] of this.#open) {
      if (res.closed) this.#open.delete(res);
      else if (!access.isCurrent(principal)) res.destroy();
    }
  }
}
