import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { NewEventNotifier } from '../../event-store/paging.ts';
import { backoffMs, pause } from '../../event-store/retry.ts';
import type { ServerConnection } from '../connection/server-connection.ts';
import { cancelSoon } from '../connection/session.ts';
import { newEventSubscriptionRequest } from './read-requests.ts';

export interface NewEventListenerOptions {
  readonly connection: ServerConnection;
  readonly prefix: string;
  readonly notifier: NewEventNotifier;
  /** How long the server may take to confirm the subscription. */
  readonly timeoutMs: number;
}

/**
 * Notifies when the log has new events, of any process. One subscription to the server serves all subscriptions of this
 * process. It only says that there is something to read, so it may break, repeat events or omit some. It is renewed
 * until the listener is closed. Each renewal notifies too, for what was missed in between.
 */
export class NewEventListener {
  readonly #options: NewEventListenerOptions;
  readonly #closing = new AbortController();
  #failures = 0;
  #listening: Promise<void> | undefined;

  constructor(options: NewEventListenerOptions) {
    this.#options = options;
  }

  /** Starts on the first call. */
  listen(): void {
    this.#listening ??= this.#listen();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#subscribe().catch(() => {});
      if (signal.aborted) return;
      await pause(backoffMs(this.#failures), signal);
      this.#failures += 1;
    }
  }

  /** Settles when the subscription ends, with an error or without. */
  async #subscribe(): Promise<void> {
    const { connection, prefix, notifier, timeoutMs } = this.#options;
    const session = await connection.session();
    const withoutDeadline = session.callArguments(Number.POSITIVE_INFINITY);
    const call = session.track(session.service.read(newEventSubscriptionRequest(prefix), ...withoutDeadline));
    const confirmationTimer = setTimeout(() => cancelSoon(call), timeoutMs);
    call.on('data', (response: ReadResp) => {
      clearTimeout(confirmationTimer);
      this.#failures = 0;
      connection.markConnected(session);
      if (response.hasConfirmation() || response.hasEvent()) notifier.notify();
    });
    try {
      await new Promise<void>((resolve, reject) => call.on('end', resolve).on('error', reject));
    } catch (error) {
      throw connection.handleFailure(session, error);
    } finally {
      clearTimeout(confirmationTimer);
    }
  }

  /** The subscription itself ends with the connection. */
  close(): void {
    this.#closing.abort();
  }
}
