import type { Request, Response } from 'express';
import {
  type EventReader,
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import type { MountedProjection, ProjectionStop, Rebuild } from '../../projector/mounted-projection.ts';
import type { AppContext } from '../protocol/context.ts';
import { sendProblem } from '../protocol/problems.ts';
import { sendJson } from '../protocol/response.ts';

const NO_STORE = { 'Cache-Control': 'no-store' } as const;

type NameRequest = { readonly params: { readonly name: string } };

/** `GET /projections`: how each projection is doing. */
export async function listProjections(context: AppContext, _req: Request, res: Response): Promise<void> {
  const timelines = Object.values(context.projections);
  const projections = await Promise.all(timelines.map((timeline) => projectionJson(context, timeline)));
  sendJson(res, 200, JSON.stringify({ projections }), NO_STORE);
}

/** `GET /projections/{name}` */
export async function showProjection(context: AppContext, req: NameRequest, res: Response): Promise<void> {
  const timeline = findTimeline(context, req, res);
  if (timeline !== undefined) {
    sendJson(res, 200, JSON.stringify(await projectionJson(context, timeline)), NO_STORE);
  }
}

/** `POST /projections/{name}/rebuild`: makes its rows anew from the whole log, while the old ones serve. */
export function startRebuild(context: AppContext, req: NameRequest, res: Response): void {
  const timeline = findTimeline(context, req, res);
  if (timeline === undefined) return;
  const { name } = timeline;
  const headers = { ...NO_STORE, Location: rebuildPath(name) };
  if (context.rebuilds.start(name)) {
    sendJson(res, 202, JSON.stringify(rebuildJson(context.rebuilds.last(name))), headers);
  } else {
    const rebuild = rebuildJson(context.rebuilds.last(name));
    sendProblem(res, { code: 'rebuild-running', members: { rebuild }, headers });
  }
}

/** `GET /projections/{name}/rebuild`: the one under way, or the last since the start. */
export function showRebuild(context: AppContext, req: NameRequest, res: Response): void {
  const timeline = findTimeline(context, req, res);
  if (timeline === undefined) return;
  const rebuild = context.rebuilds.last(timeline.name);
  if (rebuild === undefined) sendProblem(res, { code: 'no-rebuild' });
  else sendJson(res, 200, JSON.stringify(rebuildJson(rebuild)), NO_STORE);
}

/** `DELETE /projections/{name}/rebuild`: gives up the one under way; nothing is left of it. */
export function cancelRebuild(context: AppContext, req: NameRequest, res: Response): void {
  const timeline = findTimeline(context, req, res);
  if (timeline === undefined) return;
  const { name } = timeline;
  if (!context.rebuilds.cancel(name)) {
    sendProblem(res, { code: 'no-rebuild', detail: 'None is under way.' });
    return;
  }
  const headers = { ...NO_STORE, Location: rebuildPath(name) };
  sendJson(res, 202, JSON.stringify(rebuildJson(context.rebuilds.last(name))), headers);
}

function rebuildPath(name: string): string {
  return `/projections/${name}/rebuild`;
}

/** The projection that the address names; undefined, and the problem is sent, where there is none. */
export function findTimeline(
  { projections: timelines }: AppContext,
  req: NameRequest,
  res: Response,
): MountedProjection | undefined {
  const all = Object.values(timelines);
  const found = all.find(({ name }) => name === req.params.name);
  if (found === undefined) {
    const detail = `The projections are ${all.map(({ name }) => name).join(', ')}.`;
    sendProblem(res, { code: 'unknown-projection', detail });
  }
  return found;
}

async function projectionJson(context: AppContext, timeline: MountedProjection): Promise<object> {
  const { name, version, reader, state, isAlive, eventsPerSecond, stop } = timeline;
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
    // Tells the log from another.
    lineage: checkpoint?.lineage ?? null,
    lag: await lagOf(context, timeline),
    eventsPerSecond,
    stoppedBy: stopJson(stop),
    rebuild: rebuildJson(context.rebuilds.last(name)),
  };
}

/** `events`: null where the log cannot tell. `ms`: since the first event that the rows do not hold was recorded; null while the log is away. */
async function lagOf(
  { store, clock }: AppContext,
  { reader }: MountedProjection,
): Promise<{ readonly events: number | null; readonly ms: number | null }> {
  const after = reader?.checkpoint()?.position;
  const next = await nextAfter(store, after);
  if (next === 'unknown') return { events: null, ms: null };
  if (next === undefined) return { events: 0, ms: 0 };
  const ms = Math.max(clock().getTime() - Date.parse(next.recordedAt), 0);
  return { events: (await store.countAfter(after)) ?? null, ms };
}

/** `unknown`: the log is away, or what stands there cannot be read. */
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

function stopJson(stop: ProjectionStop | undefined): object | null {
  return stop === undefined ? null : { event: stop.eventId ?? null, reason: stop.reason };
}

function rebuildJson(rebuild: Rebuild | undefined): object | null {
  if (rebuild === undefined) return null;
  const { projection, version, state, startedAt, endedAt, events, total, eventsPerSecond, stop } = rebuild;
  return {
    projection,
    version,
    state,
    startedAt,
    endedAt: endedAt ?? null,
    events,
    total: total ?? null,
    eventsPerSecond,
    stoppedBy: stopJson(stop),
  };
}
