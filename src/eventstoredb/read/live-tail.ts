import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Position, RecordedEvent } from '../../event-store/event-store.ts';
import { NewEventNotifier } from '../../event-store/paging.ts';
import { backoffMs } from '../../event-store/retry.ts';
import { Throttle } from '../../projector/throttle.ts';
import { isTooSlow } from '../connection/call-errors.ts';
import type { ServerConnection } from '../connection/server-connection.ts';
import { cancelSoon, type Session } from '../connection/session.ts';
import { isBefore, logPosition } from '../log-position.ts';
import { parseReadResponse, type ServerEvent, toRecordedEvent } from '../stored-event.ts';
import type { LiveEvents, LivePageRequest } from './live-events.ts';
import type { PageReader } from './page-reader.ts';
import { subscriptionRequest } from './read-requests.ts';
import { RecentEvents } from './recent-events.ts';

export interface LiveTailOptions {
  readonly connection: ServerConnection;
  readonly prefix: string;
  readonly pages: Pick<PageReader, 'prefixes' | 'takeNotice'>;
  /** How long the server may take to confirm a subscription, and to deliver an event that this process appended. */
  readonly timeoutMs: number;
}

/** Under load, the events of this interval share a page. A single event wakes its consumers at once. */
const WAKE_INTERVAL_MS = 5;

/** One attempt to follow the log, which ends with the first failure. */
interface Following {
  readonly recent: RecentEvents;
  /** Whether the server has answered the latest subscription. */
  isConfirmed: boolean;
  call?: ReturnType<Session['service']['read']>;
}

/**
 * Follows the end of the log by one subscription to the server, however many consumers there are. It starts where the
 * first consumer has reached the end. If the server drops it for being too slow, it continues after the last event.
 * After any other failure nothing is kept, and consumers read pages of the log until one of them is at the end again.
 */
export class LiveTail implements LiveEvents {
  readonly #options: LiveTailOptions;
  readonly #changes = new NewEventNotifier();
  readonly #wake = new Throttle(() => this.#changes.notify(), WAKE_INTERVAL_MS);
  #following: Following | undefined;
  #failures = 0;
  #resumeAtMs = 0;
  /** The last event that this process appended. */
  #appended: Position | undefined;
  /** Runs while the server owes a confirmation or an event, and starts again with each event. */
  #stallTimer: NodeJS.Timeout | undefined;

  constructor(options: LiveTailOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#changes.closed;
  }

  /** Notes that this process has appended an event: until it is delivered, no consumer has everything. */
  appended(position: Position): void {
    if (!isBefore(this.#appended, position)) return;
    this.#appended = position;
    if (this.#following === undefined) this.#changes.notify();
    else this.#watch(this.#following);
  }

  async page(
    { after, maxCount, isWaiting }: LivePageRequest,
    signal: AbortSignal,
  ): Promise<readonly RecordedEvent[] | undefined> {
    if (isWaiting) await this.#waitForMore(after, signal);
    const appended = this.#appended;
    while (!signal.aborted && !this.closed) {
      const { notifications } = this.#changes;
      const recent = this.#following?.recent;
      const events = recent?.after(after, maxCount);
      if (events === undefined || events.length === maxCount || !isBefore(recent?.end, appended))
        return events;
      await this.#changes.next(notifications, signal);
    }
    return [];
  }

  /** Resolves when there are events after the position, when they must be read, or when the signal is aborted. */
  async #waitForMore(after: Position | undefined, signal: AbortSignal): Promise<void> {
    const { notifications } = this.#changes;
    const following = this.#following;
    const pauseMs = this.#resumeAtMs - performance.now();
    if (following === undefined && pauseMs > 0) {
      setTimeout(() => this.#changes.notify(), pauseMs).unref();
      await this.#changes.next(notifications, signal);
      return;
    }
    const { recent } = following ?? this.#start(after);
    while (!signal.aborted && !this.closed && this.#following?.recent === recent) {
      if (recent.after(after, 1)?.length !== 0) return;
      await this.#changes.next(this.#changes.notifications, signal);
    }
  }

  #start(after: Position | undefined): Following {
    const following: Following = { recent: new RecentEvents(after), isConfirmed: false };
    this.#following = following;
    this.#watch(following);
    void this.#follow(following);
    return following;
  }

  async #follow(following: Following): Promise<void> {
    const { recent } = following;
    let start: Position | undefined;
    let error: unknown;
    do {
      start = recent.end;
      error = await this.#subscribe(following).catch((reason: unknown) => reason);
    } while (isTooSlow(error) && recent.end !== start);
    this.#stop(following);
  }

  /** Resolves or rejects when the subscription ends. */
  async #subscribe(following: Following): Promise<void> {
    const { connection, pages } = this.#options;
    const session = await connection.session();
    if (following !== this.#following) return;
    following.isConfirmed = false;
    this.#watch(following);
    const { end } = following.recent;
    const request = subscriptionRequest(end && logPosition(end), pages.prefixes);
    const withoutDeadline = session.callArguments(Number.POSITIVE_INFINITY);
    const call = session.track(session.service.read(request, ...withoutDeadline));
    following.call = call;
    call.on('data', (response: ReadResp) => {
      connection.markConnected(session);
      if (following === this.#following) this.#receive(following, response);
    });
    try {
      await new Promise<void>((resolve, reject) => call.on('end', resolve).on('error', reject));
    } catch (error) {
      // A call that was cancelled here says nothing about the server.
      if (following === this.#following) connection.handleFailure(session, error);
      throw error;
    }
  }

  /** An event that this program did not write ends the attempt: consumers meet it when they read the log. */
  #receive(following: Following, response: ReadResp): void {
    following.isConfirmed = true;
    this.#failures = 0;
    const event = parseReadResponse(response);
    try {
      if (event !== undefined) this.#add(event, following.recent);
    } catch {
      this.#stop(following);
      return;
    }
    this.#stallTimer?.refresh();
    this.#watch(following);
    if (event !== undefined) this.#wake.request();
  }

  #add(event: ServerEvent, recent: RecentEvents): void {
    const { pages, prefix } = this.#options;
    if (!pages.takeNotice(event)) recent.push(toRecordedEvent(event, prefix));
  }

  /** Gives up a subscription that the server does not confirm, or that does not deliver what was appended. */
  #watch(following: Following): void {
    if (!following.isConfirmed || isBefore(following.recent.end, this.#appended)) {
      this.#stallTimer ??= setTimeout(() => this.#stop(following), this.#options.timeoutMs).unref();
    } else {
      this.#endWatch();
    }
  }

  #endWatch(): void {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = undefined;
  }

  #stop(following: Following): void {
    if (following !== this.#following) return;
    this.#following = undefined;
    this.#endWatch();
    if (following.call !== undefined) cancelSoon(following.call);
    this.#resumeAtMs = performance.now() + backoffMs(this.#failures);
    this.#failures += 1;
    this.#changes.notify();
  }

  /** Ends all waiting. The subscription itself ends with the connection. */
  close(): void {
    this.#endWatch();
    this.#changes.close();
  }
}
