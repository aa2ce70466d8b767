import type { LogPoint, TimelineReader } from '../../projector/timeline-store.ts';
import { RecordsAsOf } from '../events/records-as-of.ts';
import type { AppContext } from '../protocol/context.ts';
import { type Problem, projectionBehind, projectionBuilding } from '../protocol/problems.ts';
import { resolveAsOf, resolvePageState } from '../timelines/as-of.ts';
import type { PageRequest } from '../timelines/query.ts';

/** What claims are read from, in one state of the log. */
export interface ClaimsState {
  readonly records: RecordsAsOf;
  /** Rows of candidates of contradiction. */
  readonly contradictions: TimelineReader;
  readonly statements: TimelineReader;
  readonly asOf: LogPoint;
}

/** `state` is undefined while the log is empty. */
type Resolved = { readonly problem: Problem } | { readonly state: ClaimsState | undefined };

/** Resolves the state that a request names, or the present one, and waits until the projections contain it. */
export async function resolveClaimsState(
  context: AppContext,
  { after, asOf, cursor, filter }: PageRequest,
  key: string,
): Promise<Resolved> {
  const { contradictions: projection } = context.projections;
  if (after !== undefined) {
    const reached = await resolveAsOf(after, projection, context, 'after');
    if (reached.outcome === 'refused') return reached;
  }
  const pinned = await resolvePageState({ projection, key, order: filter.order, cursor, asOf }, context);
  if (pinned?.outcome === 'refused') return pinned;
  const { reader } = projection;
  if (reader === undefined) return { problem: projectionBuilding(projection.name) };
  const logPoint = pinned?.logPoint ?? reader.checkpoint();
  return logPoint === undefined ? { state: undefined } : claimsStateAt(context, logPoint);
}

/**
 * Returns what claims are read from in the last state that the rows of both projections have, without waiting.
 * Undefined while there are none.
 */
export async function presentClaimsState(context: AppContext): Promise<ClaimsState | undefined> {
  const { contradictions, statements } = context.projections;
  const [a, b] = [contradictions.reader?.checkpoint(), statements.reader?.checkpoint()];
  if (a === undefined || b === undefined) return undefined;
  const resolved = await claimsStateAt(context, a.ordinal < b.ordinal ? a : b);
  return 'state' in resolved ? resolved.state : undefined;
}

async function claimsStateAt(context: AppContext, asOf: LogPoint): Promise<Resolved> {
  const { statements: projection, contradictions } = context.projections;
  if (!(await projection.waitFor(asOf.position, context.limits.afterTimeoutMs))) {
    return { problem: projectionBehind(asOf.position) };
  }
  // A rebuild may have replaced the rows while the request was waiting.
  const [statements, reader] = [projection.reader, contradictions.reader];
  if (statements === undefined || reader === undefined)
    return { problem: projectionBuilding(projection.name) };
  const records = new RecordsAsOf(context, reader, asOf);
  return { state: { records, contradictions: reader, statements, asOf } };
}
