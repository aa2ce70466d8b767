import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { NewEventNotifier } from '../../event-store/paging.ts';
import { cancelSoon, type ServerConnection } from '../connection/server-connection.ts';
import { pause, pauseAfter } from '../pause.ts';
import { newEventRequest } from './read-requests.ts';

export interface NewEventListenerOptions {
  readonly connection: ServerConnection;
  readonly prefix: string;
  readonly bell: NewEventNotifier;
  /** In which the server must confirm that it has taken the subscription. */
  readonly timeoutMs: number;
}

/**
 * Rings the bell when the log has new events, whoever recorded them. One subscription to the server serves all readers of
 * this process: it tells only that there is something, and they read their pages themselves, so that it may
 * break, repeat or leave out what it likes. It is taken up again until the listener is closed, and rings each time, for
 * what was missed in between.
 */
export class NewEventListener {
  readonly #options: NewEventListenerOptions;
  readonly #closing = new AbortController();
  #failures = 0;
  #listening: Promise<void> | undefined;

  constructor(options: NewEventListenerOptions) {
    this.#options = options;
  }

  /** Begins on the first call. */
  listen(): void {
    this.#listening ??= this.#listen();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#hear().catch(() => {});
      if (signal.aborted) return;
      await pause(pauseAfter(this.#failures), signal);
      this.#failures += 1;
    }
  }

  /** Until the subscription ends, by an error or without. */
  async #hear(): Promise<void> {
    const { connection, prefix, bell, timeoutMs } = this.#options;
    const session = await connection.session();
    const forAsLongAsItTakes = session.callArguments(Number.POSITIVE_INFINITY);
    const call = session.track(session.service.read(newEventRequest(prefix), ...forAsLongAsItTakes));
    const unconfirmed = setTimeout(() => cancelSoon(call), timeoutMs);
    call.on('data', (response: ReadResp) => {
      clearTimeout(unconfirmed);
      this.#failures = 0;
      connection.works(session);
      if (response.hasConfirmation() || response.hasEvent()) bell.notify();
    });
    try {
      await new Promise<void>((resolve, reject) => call.on('end', resolve).on('error', reject));
    } catch (error) {
      throw connection.failed(session, error);
    } finally {
      clearTimeout(unconfirmed);
    }
  }

  /** The subscription itself ends with the connection. */
  close(): void {
    this.#closing.abort();
  }
}
