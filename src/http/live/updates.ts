import { Throttle } from '../../projector/throttle.ts';
import type {
  ChangesQuery,
  Checkpoint,
  LogPoint,
  Ordinal,
  TimelineReader,
} from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { sendProblem } from '../protocol/problem-response.ts';
import { invalidQuery, type Problem, projectionBuilding, unknownPosition } from '../protocol/problems.ts';
import { parseRequestedState, type RequestedState, stateToken } from '../protocol/state-token.ts';
import { type AsOfOutcome, resolvePosition } from '../timelines/as-of.ts';
import { liveParameters, parsePageRequest } from '../timelines/query.ts';
import type { TimelineResource } from '../timelines/representation.ts';
import { requireReader } from '../timelines/require-reader.ts';
import { beginSse, type SseConnections, type SseEvent, type SseStream } from './sse.ts';

/** Changes that are counted for one update, which takes some milliseconds. If there are more, no number is sent. */
const CHANGES_MAX = 10_000;
/** Until a client whose connection is lost reconnects. */
const RETRY_MS = 2_000;

/** What a client follows. Clients that follow the same share a subscription. */
interface Subscription {
  /** Identifies what is followed. */
  readonly id: string;
  readonly path: string;
  readonly key: string;
  readonly filter: Omit<ChangesQuery, 'after' | 'upTo' | 'changesMax'>;
  readonly followers: Set<Follower>;
}

interface Follower {
  readonly stream: SseStream;
  /** The client has received all updates up to this event. */
  ordinal: Ordinal;
  /** True if there may be an update that was not sent because the stream was busy. */
  isBehind: boolean;
}

type Prepared =
  | { readonly problem: Problem }
  /** `start` is undefined if the client follows from before the first event. */
  | { readonly filter: Subscription['filter']; readonly start: LogPoint | undefined };

/**
 * Answers with the live updates of a timeline: how many entries were added or changed since the previous update. An
 * update is counted from the rows when its client can receive it. So nothing is queued for slow clients, and what a
 * client missed, also while it was disconnected, is counted once when it continues with `Last-Event-ID`. Rows are
 * never deleted, and an event has the same ordinal in all rows built from the log, so that a rebuild changes no
 * count.
 *
 * Each update costs one query per subscription, not per client, and at most one per `updateIntervalMs`.
 */
export class TimelineUpdates {
  readonly #resource: TimelineResource;
  readonly #context: AppContext;
  readonly #connections: SseConnections;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(resource: TimelineResource, context: AppContext, connections: SseConnections) {
    this.#resource = resource;
    this.#context = context;
    this.#connections = connections;
    const updates = new Throttle(() => this.#updateAll(), context.limits.updateIntervalMs);
    resource.projection.onChange(() => updates.request());
  }

  /** @param key of the timeline in its projection */
  async send(key: string, req: Request<unknown>, res: Response): Promise<void> {
    if (requireReader(this.#context, this.#resource.projection, res) === undefined) return;
    const prepared = await this.#prepare(key, req);
    if (res.destroyed) return;
    if ('problem' in prepared) {
      sendProblem(res, prepared.problem);
      return;
    }
    const refusal = this.#connections.refuse(req);
    if (refusal !== undefined) sendProblem(res, refusal);
    else if (req.method === 'HEAD') {
      beginSse(res);
      res.end();
    } else this.#follow(this.#subscription(key, req.path, prepared.filter), prepared.start, req, res);
  }

  async #prepare(key: string, req: Request<unknown>): Promise<Prepared> {
    const { projection, parameters, roles, absent } = this.#resource;
    const known = liveParameters(parameters);
    const parsed = parsePageRequest(req.originalUrl, known, this.#context.store, roles?.(key));
    if (parsed.outcome === 'refused') return { problem: invalidQuery(parsed.errors) };
    const { filter, after } = parsed.request;
    const start = await this.#start(req, after);
    if (start?.outcome === 'refused') return start;
    // A rebuild may have replaced the rows while the request was waiting.
    const { reader } = projection;
    if (reader === undefined) return { problem: projectionBuilding(projection.name) };
    const problem = reader.lastChange(key) === undefined ? absent(key) : undefined;
    return problem === undefined ? { filter, start: start?.logPoint ?? reader.checkpoint() } : { problem };
  }

  /**
   * Returns the event after which changes count; undefined for the present. A position that the log does not contain is
   * refused: an `EventSource` does not reconnect after a status other than 200.
   */
  async #start(req: Request<unknown>, after: RequestedState | undefined): Promise<AsOfOutcome | undefined> {
    const { projection } = this.#resource;
    const lastEventId = req.headers['last-event-id'];
    if (!lastEventId) {
      return after === undefined ? undefined : resolvePosition(after, projection, this.#context, 'after');
    }
    const last = parseRequestedState(String(lastEventId), this.#context.store);
    if (last !== undefined) return resolvePosition(last, projection, this.#context, 'Last-Event-ID');
    return { outcome: 'refused', problem: unknownPosition('Last-Event-ID') };
  }

  #subscription(key: string, path: string, filter: Subscription['filter']): Subscription {
    const id = JSON.stringify([key, filter]);
    const subscription = this.#subscriptions.get(id) ?? { id, path, key, filter, followers: new Set() };
    this.#subscriptions.set(id, subscription);
    return subscription;
  }

  #follow(
    subscription: Subscription,
    start: LogPoint | undefined,
    req: Request<unknown>,
    res: Response,
  ): void {
    const { id, followers } = subscription;
    const stream = this.#connections.open(req, res, () => {
      if (follower.isBehind) this.#update(subscription, [follower]);
    });
    const follower: Follower = { stream, ordinal: start?.ordinal ?? (0 as Ordinal), isBehind: true };
    followers.add(follower);
    res.on('close', () => {
      followers.delete(follower);
      if (followers.size === 0) this.#subscriptions.delete(id);
    });
    const lineage = this.#resource.projection.reader?.checkpoint()?.lineage;
    stream.send({ retry: RETRY_MS, ...(start && lineage && { id: stateToken(lineage, start) }) });
  }

  #updateAll(): void {
    for (const subscription of this.#subscriptions.values()) {
      this.#update(subscription, subscription.followers);
    }
  }

  /** An exception ends the streams of the subscription. Clients that reconnect then get it as a problem. */
  #update(subscription: Subscription, followers: Iterable<Follower>): void {
    const { reader } = this.#resource.projection;
    try {
      const checkpoint = reader?.checkpoint();
      if (reader !== undefined && checkpoint !== undefined) {
        sendUpdates(reader, checkpoint, subscription, followers);
      }
    } catch (error) {
      const { path } = subscription;
      this.#context.signal({ kind: 'request-failed', method: 'GET', path, error: error as Error });
      for (const { stream } of subscription.followers) stream.end();
    }
  }
}

/** Counts once for all followers that are at the same event, as most are. */
function sendUpdates(
  reader: TimelineReader,
  checkpoint: Checkpoint,
  { key, filter }: Subscription,
  followers: Iterable<Follower>,
): void {
  const updates = new Map<Ordinal, SseEvent | undefined>();
  for (const follower of followers) {
    const { ordinal, stream } = follower;
    follower.isBehind = stream.isBusy;
    if (stream.isBusy || ordinal >= checkpoint.ordinal) continue;
    if (!updates.has(ordinal)) {
      const range = { after: ordinal, upTo: checkpoint.ordinal, changesMax: CHANGES_MAX };
      updates.set(ordinal, updateEvent(checkpoint, reader.changes(key, { ...filter, ...range })));
    }
    const update = updates.get(ordinal);
    follower.ordinal = checkpoint.ordinal;
    if (update !== undefined) stream.send(update);
  }
}

/** @param changes undefined if there are more than are counted, which is sent as null */
function updateEvent(checkpoint: Checkpoint, changes: number | undefined): SseEvent | undefined {
  if (changes === 0) return undefined;
  const { position, instant, lineage } = checkpoint;
  const data = JSON.stringify({ position, instant, new: changes ?? null });
  return { id: stateToken(lineage, checkpoint), event: 'news', data };
}
