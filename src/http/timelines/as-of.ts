import { parseInstant } from '../../domain/fields/instant.ts';
import type { EventReader } from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import type { AsOf, LogPoint } from '../../projector/timeline-store.ts';
import type { AppContext } from '../protocol/context.ts';
import { invalidQuery, type Problem, projectionBehind, projectionBuilding } from '../protocol/problems.ts';
import type { ParameterError, QueryParameters } from '../protocol/query.ts';

/** `asOf=<position or instant>`: the record as it was known then. In an address the `+` of an offset may be a blank. */
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
    'Expected the position of an event, as an append or a timeline gave it, or an instant by RFC 3339 such as 2025-10-13T07:00:00Z.',
  );
}

export type AsOfOutcome =
  | { readonly outcome: 'resolved'; readonly moment: LogPoint }
  | { readonly outcome: 'refused'; readonly problem: Problem };

/**
 * The last event that was recorded by then. The timeline must hold all that was: it is waited for, a little. A moment
 * that the log has not reached is refused, as what will have been recorded by then is not known.
 * @param parameter that names the moment, for the errors
 */
export async function resolveAsOf(
  asOf: AsOf,
  timeline: MountedProjection,
  { store, clock, limits }: Pick<AppContext, 'store' | 'clock' | 'limits'>,
  parameter = 'asOf',
): Promise<AsOfOutcome> {
  const refused = (code: ParameterError['code'], detail: string): AsOfOutcome => {
    return { outcome: 'refused', problem: invalidQuery([{ parameter, code, detail }]) };
  };
  if (timeline.reader === undefined) {
    return { outcome: 'refused', problem: projectionBuilding(timeline.name) };
  }
  const held = timeline.reader.checkpoint();
  if (held === undefined || !covers(held, asOf, store)) {
    const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
    if (last === undefined) return refused('beyond-log', 'Nothing is recorded yet.');
    if ('instant' in asOf && asOf.instant >= clock().toISOString()) {
      return refused(
        'beyond-log',
        `It lies in the future; the last event was recorded at ${last.recordedAt}.`,
      );
    }
    if ('position' in asOf && store.comparePositions(asOf.position, last.position) > 0) {
      return refused('beyond-log', `The log ends at ${last.position}, recorded at ${last.recordedAt}.`);
    }
    const needed = 'position' in asOf ? asOf.position : last.position;
    if (!(await timeline.waitFor(needed, limits.afterTimeoutMs))) {
      return { outcome: 'refused', problem: projectionBehind(needed) };
    }
  }
  const moment = timeline.reader?.momentAt(asOf);
  if (moment !== undefined) return { outcome: 'resolved', moment };
  const [first] = await store.readAll({ direction: 'forwards', maxCount: 1 });
  return refused('before-log', `The log begins at ${first?.position}, recorded at ${first?.recordedAt}.`);
}

/** Whether rows that hold the log up to here hold everything that was recorded by then. */
function covers(held: LogPoint, asOf: AsOf, store: EventReader): boolean {
  if ('position' in asOf) return store.comparePositions(asOf.position, held.position) <= 0;
  return asOf.instant < held.instant;
}
