import { parseInstant } from '../../domain/fields/instant.ts';
import type { EventReader, Position } from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { AsOf, LogPoint } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import {
  invalidCursor,
  invalidQuery,
  type Problem,
  projectionBehind,
  projectionBuilding,
  unknownPosition,
} from '../protocol/problems.ts';
import type { ParameterError, QueryParameters } from '../protocol/query.ts';
import type { TimelineCursor } from './cursor.ts';

/**
 * Parses `asOf=<position or instant>`, which asks for the state that was known then. The `+` of a zone offset may
 * arrive as a space.
 */
export function parseAsOf(
  query: QueryParameters,
  store: Pick<EventReader, 'parsePosition'>,
): AsOf | undefined {
  return query.parsed(
    'asOf',
    (text) => {
      const position = store.parsePosition(text);
      if (position !== undefined) return { position };
      const instant = parseInstant(text.replace(' ', '+'));
      return instant === undefined ? undefined : { instant };
    },
    'Expected the position of an event, as an append or a timeline gave it, ' +
      'or an instant (RFC 3339) such as 2025-10-13T07:00:00Z.',
  );
}

export type AsOfOutcome =
  | { readonly outcome: 'resolved'; readonly logPoint: LogPoint }
  | { readonly outcome: 'refused'; readonly problem: Problem };

type ResolveContext = Pick<AppContext, 'store' | 'clock' | 'limits'>;

/**
 * Resolves to the last event at or before the position or instant. Waits up to `afterTimeoutMs` for the projection to
 * contain it. Positions and instants beyond the end of the log are refused, as later appends would change the answer.
 * @param parameter named in the errors
 */
export async function resolveAsOf(
  asOf: AsOf,
  projection: MountedProjection,
  context: ResolveContext,
  parameter = 'asOf',
): Promise<AsOfOutcome> {
  if (projection.reader === undefined) return refused(projectionBuilding(projection.name));
  const checkpoint = projection.reader.checkpoint();
  if (checkpoint === undefined || !covers(checkpoint, asOf, context.store)) {
    const problem = await waitForAsOf(asOf, projection, context, parameter);
    if (problem !== undefined) return refused(problem);
  }
  const logPoint = projection.reader?.logPointAt(asOf);
  if (logPoint !== undefined) return { outcome: 'resolved', logPoint };
  const [first] = await context.store.readAll({ direction: 'forwards', maxCount: 1 });
  const detail = `The log begins at ${first?.position}, recorded at ${first?.recordedAt}.`;
  return refused(outsideLog(parameter, 'before-log', detail));
}

/** Like `resolveAsOf`, but refuses positions that no event of this log has, such as those of another log. */
export async function resolvePosition(
  position: Position,
  projection: MountedProjection,
  context: ResolveContext,
  parameter: string,
): Promise<AsOfOutcome> {
  const resolved = await resolveAsOf({ position }, projection, context, parameter);
  const isExact = resolved.outcome === 'refused' || resolved.logPoint.position === position;
  return isExact ? resolved : refused(unknownPosition(parameter));
}

/** The page of a timeline that a request asks for. */
interface RequestedPage {
  readonly projection: MountedProjection;
  readonly key: string;
  readonly order: TimelineCursor['order'];
  readonly cursor: TimelineCursor | undefined;
  readonly asOf: AsOf | undefined;
}

/**
 * Resolves the state in which a page is shown: that of the cursor, so that all pages show the state of the first one,
 * or that of `asOf`. If both are given, they must agree. Returns undefined for the present state.
 */
export async function resolvePageState(
  { projection, key, order, cursor, asOf }: RequestedPage,
  context: ResolveContext,
): Promise<AsOfOutcome | undefined> {
  const requested = asOf && (await resolveAsOf(asOf, projection, context));
  if (requested?.outcome === 'refused' || cursor === undefined) return requested;
  const lineage = projection.reader?.checkpoint()?.lineage;
  if (lineage !== undefined && cursor.lineage !== lineage)
    return refused(invalidCursor('is from another log'));
  if (cursor.projection !== projection.name || cursor.timeline !== key || cursor.order !== order) {
    return refused(invalidCursor('is from another list or another order'));
  }
  const { position } = cursor;
  const resolved = await resolveAsOf({ position }, projection, context, 'cursor');
  if (resolved.outcome === 'refused') return resolved;
  if (resolved.logPoint.position !== position) return refused(invalidCursor('is not from this server'));
  const agrees = requested === undefined || requested.logPoint.ordinal === resolved.logPoint.ordinal;
  return agrees ? resolved : refused(invalidCursor('does not agree with asOf'));
}

/** Waits until the projection contains everything up to then; returns a problem if it cannot, or not in time. */
async function waitForAsOf(
  asOf: AsOf,
  projection: MountedProjection,
  { store, clock, limits }: ResolveContext,
  parameter: string,
): Promise<Problem | undefined> {
  const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
  if (last === undefined) return outsideLog(parameter, 'beyond-log', 'The log has no events yet.');
  if ('instant' in asOf && asOf.instant >= clock().toISOString()) {
    const detail = `It lies in the future; the last event was recorded at ${last.recordedAt}.`;
    return outsideLog(parameter, 'beyond-log', detail);
  }
  if ('position' in asOf && store.comparePositions(asOf.position, last.position) > 0) {
    const detail = `The log ends at ${last.position}, recorded at ${last.recordedAt}.`;
    return outsideLog(parameter, 'beyond-log', detail);
  }
  const needed = 'position' in asOf ? asOf.position : last.position;
  const isReached = await projection.waitFor(needed, limits.afterTimeoutMs);
  return isReached ? undefined : projectionBehind(needed);
}

/** True if rows up to this checkpoint contain everything that was recorded by then. */
function covers(checkpoint: LogPoint, asOf: AsOf, store: EventReader): boolean {
  if ('position' in asOf) return store.comparePositions(asOf.position, checkpoint.position) <= 0;
  return asOf.instant < checkpoint.instant;
}

function outsideLog(parameter: string, code: ParameterError['code'], detail: string): Problem {
  return invalidQuery([{ parameter, code, detail }]);
}

function refused(problem: Problem): AsOfOutcome {
  return { outcome: 'refused', problem };
}
