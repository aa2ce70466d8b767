import type { EventReader } from '../../event-store/event-store.ts';
import { type Projection, Projector } from '../../projector/projector.ts';

/** Brings projections to the end of a log. Throws when one of them cannot take an event. */
export async function projectToEnd(
  log: EventReader,
  projections: readonly Projection[],
  pageSize?: number,
): Promise<void> {
  const [first] = projections;
  if (first === undefined) return;
  const reached = new AbortController();
  const stops: string[] = [];
  const projector = new Projector(
    log,
    projections,
    (signal) => {
      if (signal.kind === 'caught-up') reached.abort();
      if (signal.kind === 'stopped') stops.push(stopText(signal.projection, signal.eventId, signal.reason));
    },
    pageSize,
  );
  await projector.run(reached.signal);
  if (stops.length > 0) throw new Error(stops.join('\n'));
}

function stopText(projection: string, eventId: string | undefined, reason: string): string {
  const where = eventId === undefined ? '' : ` event ${eventId}`;
  return `The projection ${projection} cannot take${where}: ${reason}`;
}
