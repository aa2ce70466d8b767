import type { EventIndex } from '../../event-store/event-index.ts';
import { type RecordedEvent, StoreBusyError } from '../../event-store/event-store.ts';
import { positionToken } from '../log-position.ts';
import type { EventStoreDbEventReader } from './eventstoredb-event-reader.ts';
import type { IdIndexUpdater } from './id-index-updater.ts';

interface FinderParts {
  readonly reader: EventStoreDbEventReader;
  readonly index: EventIndex;
  readonly feed: IdIndexUpdater;
}

/** Finds events by their ids: the index tells where they are, the log what they say. */
export class EventFinder {
  readonly #parts: FinderParts;

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /** Of what the index knows. Throws when the index is that of another log. */
  async readKnown(id: string): Promise<RecordedEvent | undefined> {
    const { reader, index } = this.#parts;
    const place = index.find(id);
    if (place === undefined) return undefined;
    const { stream, revision } = place;
    const [event] = await reader.readStream(stream, { direction: 'forwards', from: revision, maxCount: 1 });
    if (event?.id !== id) {
      throw new Error(
        `The index of ids does not fit the log: it has ${id} at revision ${revision} of ${stream}.`,
      );
    }
    return event;
  }

  /** Of all that the log holds now: what another process recorded a moment ago is waited for, until the index knows it. */
  async read(id: string): Promise<RecordedEvent | undefined> {
    const { reader, index, feed } = this.#parts;
    if (!feed.isVerified || index.find(id) === undefined) {
      const [last] = await reader.reads.log({ direction: 'backwards', maxCount: 1 });
      if (last === undefined) return undefined;
      if (!(await feed.reaches(positionToken(last.position), reader.timeoutMs))) {
        throw new StoreBusyError('The index of ids does not know the whole log yet.');
      }
    }
    return this.readKnown(id);
  }
}
