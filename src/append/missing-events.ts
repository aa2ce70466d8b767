import { setImmediate } from 'node:timers/promises';
import { findContentType } from '../domain/event-types/registry.ts';
import { decodeEvent } from '../domain/events/event.ts';
import type { Source } from '../domain/fields/source.ts';
import type { JsonObject, JsonValue } from '../domain/values/json.ts';
import type { EventReader } from '../event-store/event-store.ts';
import type { EditionSettings } from './edition.ts';
import { uuidV5 } from './ids.ts';

const PAGE_EVENTS = 1_000;

/** An event of a data set that a later edition does not have. */
export interface MissingEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly sources: readonly Source[];
}

/** Returns the events of a data set that are not in its later edition and that nobody has retracted. */
export async function findMissingEvents(
  log: Pick<EventReader, 'readAll'>,
  dataSet: string,
  isInEdition: (id: string) => boolean,
): Promise<readonly MissingEvent[]> {
  const missing = new Map<string, MissingEvent>();
  let page = await log.readAll({ direction: 'forwards', maxCount: PAGE_EVENTS });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    for (const stored of page) {
      const isContent = findContentType(stored.type) !== undefined;
      if (isContent ? isInEdition(stored.id) : stored.type !== 'EventRetracted') continue;
      const event = decodeEvent(stored);
      if (event.type === 'EventRetracted') missing.delete(event.data.retracts);
      else if (event.correlationId === dataSet) missing.set(event.id, event);
    }
    // A large log is not read without a pause for other requests.
    await setImmediate();
    page = await log.readAll({ direction: 'forwards', after: last.position, maxCount: PAGE_EVENTS });
  }
  return [...missing.values()];
}

/** Makes the event by which an edition retracts one that it does not have. */
export function retractionOf(
  { id, stream, sources }: MissingEvent,
  { dataSet, occurred }: EditionSettings,
): JsonObject {
  return {
    id: uuidV5(id, 'retracted'),
    type: 'EventRetracted',
    stream,
    occurred,
    correlationId: dataSet,
    data: { retracts: id, reason: `It is no longer in the data set ${dataSet}.` },
    sources: sources as unknown as JsonValue,
  };
}
