import {
  type EventReader,
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request, Response } from '../protocol/handler.ts';
import { NO_STORE } from '../protocol/private-response.ts';
import { sendJson } from '../protocol/response.ts';
import { rebuildJson, stopJson } from './rebuilds.ts';
import { type ProjectionParameters, requireProjection } from './require-projection.ts';

/** `GET /projections`: the state of every projection. */
export async function listProjections(context: AppContext, res: Response): Promise<void> {
  const all = Object.values(context.projections);
  const projections = await Promise.all(all.map((projection) => projectionJson(context, projection)));
  sendJson(res, 200, JSON.stringify({ projections }), NO_STORE);
}

/** `GET /projections/{name}` */
export async function showProjection(
  context: AppContext,
  req: Request<ProjectionParameters>,
  res: Response,
): Promise<void> {
  const projection = requireProjection(context, req, res);
  if (projection === undefined) return;
  sendJson(res, 200, JSON.stringify(await projectionJson(context, projection)), NO_STORE);
}

async function projectionJson(context: AppContext, projection: MountedProjection): Promise<object> {
  const { name, version, reader, state, isAlive, eventsPerSecond, stop, retryInMs } = projection;
  const checkpoint = reader?.checkpoint();
  return {
    name,
    version,
    serves: reader?.projection ?? null,
    state,
    healthy: isAlive && state !== 'stopped',
    alive: isAlive,
    events: checkpoint?.ordinal ?? 0,
    position: checkpoint?.position ?? null,
    instant: checkpoint?.instant ?? null,
    // Distinguishes the log from others.
    lineage: checkpoint?.lineage ?? null,
    lag: await lagOf(context, projection),
    eventsPerSecond,
    stoppedBy: stopJson(stop),
    retryInMs: retryInMs ?? null,
    rebuild: rebuildJson(context.rebuilds.last(name)),
  };
}

export interface Lag {
  /** Events of the log that the rows do not contain; null if the log cannot count them. */
  readonly events: number | null;
  /** Milliseconds since the first of them was recorded; null while the log is unavailable. */
  readonly ms: number | null;
}

export async function lagOf({ store, clock }: AppContext, { reader }: MountedProjection): Promise<Lag> {
  const after = reader?.checkpoint()?.position;
  const next = await nextAfter(store, after);
  if (next === 'unknown') return { events: null, ms: null };
  if (next === undefined) return { events: 0, ms: 0 };
  const ms = Math.max(clock().getTime() - Date.parse(next.recordedAt), 0);
  return { events: (await store.countAfter(after)) ?? null, ms };
}

/** Returns `unknown` if the log is unavailable, or the event at this place cannot be read. */
async function nextAfter(
  store: EventReader,
  after: Position | undefined,
): Promise<RecordedEvent | undefined | 'unknown'> {
  try {
    const from = after === undefined ? {} : { after };
    const [next] = await store.readAll({ direction: 'forwards', maxCount: 1, ...from });
    return next;
  } catch (error) {
    if (error instanceof StoreUnavailableError || error instanceof UnreadableEventError) return 'unknown';
    throw error;
  }
}
