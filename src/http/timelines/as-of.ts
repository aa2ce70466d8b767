import { parseInstant } from '../../domain/fields/instant.ts';
import type { EventReader, RecordedEvent } from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { AsOf, LogPoint } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import {
  anotherHistory,
  beyondLog,
  invalidCursor,
  invalidQuery,
  type Problem,
  projectionBehind,
  projectionBuilding,
  unknownPosition,
} from '../protocol/problems.ts';
import type { QueryParameters } from '../protocol/query.ts';
import { logPointFingerprint, parseRequestedState, type RequestedState } from '../protocol/state-token.ts';
import type { TimelineCursor } from './cursor.ts';

/** A state as a request names it, or the instant at which it was known (as in `recordedAt`). */
export type RequestedAsOf = RequestedState | Extract<AsOf, { readonly instant: string }>;

/**
 * Parses `asOf=<position, state token or instant>`, which asks for the state that was known then. The `+` of a zone
 * offset may arrive as a space.
 */
export function parseAsOf(
  query: QueryParameters,
  store: Pick<EventReader, 'parsePosition'>,
  parameter = 'asOf',
): RequestedAsOf | undefined {
  return query.parsed(
    parameter,
    (text) => {
      const state = parseRequestedState(text, store);
      if (state !== undefined) return state;
      const instant = parseInstant(text.replace(' ', '+'));
      return instant === undefined ? undefined : { instant };
    },
    'Expected the position of an event or a state token, as an append or a timeline gave it, ' +
      'or an instant (RFC 3339) such as 2025-10-13T07:00:00Z.',
  );
}

export type AsOfOutcome =
  | { readonly outcome: 'resolved'; readonly logPoint: LogPoint }
  | { readonly outcome: 'refused'; readonly problem: Problem };

type ResolveContext = Pick<AppContext, 'store' | 'clock' | 'limits'>;

/**
 * Resolves to the last event at or before the position or instant. Waits up to `afterTimeoutMs` for the projection to
 * contain it. Positions and instants beyond the end of the log are refused, as later appends would change the answer,
 * and so are state tokens of other histories.
 * @param parameter named in the errors
 */
export async function resolveAsOf(
  asOf: RequestedAsOf,
  projection: MountedProjection,
  context: ResolveContext,
  parameter = 'asOf',
): Promise<AsOfOutcome> {
  if (projection.reader === undefined) return refused(projectionBuilding(projection.name));
  const checkpoint = projection.reader.checkpoint();
  const lineage = 'position' in asOf ? asOf.history?.lineage : undefined;
  if (lineage !== undefined && checkpoint !== undefined && lineage !== checkpoint.lineage) {
    return refused(anotherHistory(parameter));
  }
  if (checkpoint === undefined || !covers(checkpoint, asOf, context.store)) {
    const problem = await waitForAsOf(asOf, projection, context, parameter);
    if (problem !== undefined) return refused(problem);
  }
  const logPoint = projection.reader?.logPointAt(asOf);
  if (!isOfSameHistory(asOf, logPoint)) return refused(anotherHistory(parameter));
  if (logPoint !== undefined) return { outcome: 'resolved', logPoint };
  const [first] = await context.store.readAll({ direction: 'forwards', maxCount: 1 });
  const detail = `The log begins at ${first?.position}, recorded at ${first?.recordedAt}.`;
  return refused(invalidQuery([{ parameter, code: 'before-log', detail }]));
}

/** True if the log point is the state that the request names, as far as it names a history. */
function isOfSameHistory(asOf: RequestedAsOf, logPoint: LogPoint | undefined): boolean {
  if ('instant' in asOf || asOf.history === undefined) return true;
  const { position, history } = asOf;
  return logPoint?.position === position && logPointFingerprint(logPoint) === history.fingerprint;
}

/** Like `resolveAsOf`, but refuses positions that no event of this log has, such as those of another log. */
export async function resolvePosition(
  state: RequestedState,
  projection: MountedProjection,
  context: ResolveContext,
  parameter: string,
): Promise<AsOfOutcome> {
  const resolved = await resolveAsOf(state, projection, context, parameter);
  const isExact = resolved.outcome === 'refused' || resolved.logPoint.position === state.position;
  return isExact ? resolved : refused(unknownPosition(parameter));
}

/** The page of a timeline that a request asks for. */
interface RequestedPage {
  readonly projection: MountedProjection;
  readonly key: string;
  readonly order: TimelineCursor['order'];
  readonly cursor: Omit<TimelineCursor, 'key'> | undefined;
  readonly asOf: RequestedAsOf | undefined;
}

/**
 * Resolves the state in which a page is shown: that of the cursor, so that all pages show the state of the first one,
 * or that of `asOf`. If both are given, they must agree. Returns undefined for the present state.
 * @param parameter the one that `asOf` was given in
 */
export async function resolvePageState(
  { projection, key, order, cursor, asOf }: RequestedPage,
  context: ResolveContext,
  parameter = 'asOf',
): Promise<AsOfOutcome | undefined> {
  const requested = asOf && (await resolveAsOf(asOf, projection, context, parameter));
  if (requested?.outcome === 'refused' || cursor === undefined) return requested;
  if (cursor.projection !== projection.name || cursor.timeline !== key || cursor.order !== order) {
    return refused(invalidCursor('is from another list or another order'));
  }
  const resolved = await resolveAsOf(cursor.state, projection, context, 'cursor');
  if (resolved.outcome === 'refused') return resolved;
  const agrees = requested === undefined || requested.logPoint.ordinal === resolved.logPoint.ordinal;
  return agrees ? resolved : refused(invalidCursor(`does not agree with ${parameter}`));
}

/** Waits until the projection contains everything up to then; returns a problem if it cannot, or not in time. */
async function waitForAsOf(
  asOf: AsOf,
  projection: MountedProjection,
  { store, clock, limits }: ResolveContext,
  parameter: string,
): Promise<Problem | undefined> {
  const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
  if (last === undefined) return beyondLog(parameter, last);
  if ('instant' in asOf && isInFuture(asOf, clock) && !isHeld(asOf, last, projection)) {
    const detail = `It lies in the future; the last event was recorded at ${last.recordedAt}.`;
    return invalidQuery([{ parameter, code: 'beyond-log', detail }]);
  }
  if ('position' in asOf && store.comparePositions(asOf.position, last.position) > 0) {
    return beyondLog(parameter, last);
  }
  const needed = 'position' in asOf ? asOf.position : last.position;
  const isReached = await projection.waitFor(needed, limits.afterTimeoutMs);
  return isReached ? undefined : projectionBehind(needed);
}

/** True if the clock has not passed the instant yet, so that events recorded from now on may belong to the state. */
export function isInFuture(asOf: RequestedAsOf, clock: AppContext['clock']): boolean {
  return 'instant' in asOf && Date.parse(asOf.instant) >= clock().getTime();
}

/** True if the log goes up to the instant or beyond, which the clock need not do, as it may have been set back. */
function isHeld(
  { instant }: Extract<AsOf, { readonly instant: string }>,
  last: RecordedEvent,
  { reader }: MountedProjection,
): boolean {
  return [last.recordedAt, reader?.checkpoint()?.instant ?? last.recordedAt].some(
    (held) => Date.parse(instant) <= Date.parse(held),
  );
}

/** True if rows up to this checkpoint contain everything that was recorded by then. */
function covers(checkpoint: LogPoint, asOf: AsOf, store: EventReader): boolean {
  if ('position' in asOf) return store.comparePositions(asOf.position, checkpoint.position) <= 0;
  return Date.parse(asOf.instant) < Date.parse(checkpoint.instant);
}

function refused(problem: Problem): AsOfOutcome {
  return { outcome: 'refused', problem };
}
