import type { EventReader } from '../../event-store/event-store.ts';
import { type Projection, Projector } from '../../projector/projector.ts';

/**
 * Projects a log up to its present end. Rejects with an `Error` that names the projection and the event if a projection
 * stops; the other projections are up to date then.
 */
export async function projectToEnd(
  log: EventReader,
  projections: readonly Projection[],
  pageSize?: number,
): Promise<void> {
  if (projections.length === 0) return;
  const caughtUp = new AbortController();
  const stops: string[] = [];
  const projector = new Projector(
    log,
    projections,
    (signal) => {
      if (signal.kind === 'caught-up') caughtUp.abort();
      if (signal.kind === 'stopped') stops.push(formatStop(signal.projection, signal.eventId, signal.reason));
    },
    pageSize,
  );
  await projector.run(caughtUp.signal);
  if (stops.length > 0) throw new Error(stops.join('\n'));
}

function formatStop(projection: string, eventId: string | undefined, reason: string): string {
  const place = eventId === undefined ? '' : ` at event ${eventId}`;
  return `The projection ${projection} stopped${place}: ${reason}`;
}
