import type { EventIndex } from '../../event-store/event-index.ts';
import { type RecordedEvent, StoreBusyError } from '../../event-store/event-store.ts';
import { positionToken } from '../log-position.ts';
import type { EventStoreDbEventReader } from './eventstoredb-event-reader.ts';
import type { IdIndexUpdater } from './id-index-updater.ts';
import type { RemovalTracker } from './removal-tracker.ts';

interface EventFinderOptions {
  readonly reader: EventStoreDbEventReader;
  readonly index: EventIndex;
  readonly indexUpdater: IdIndexUpdater;
  readonly removals: RemovalTracker;
}

/** Finds events by id: the index has the place of an event, and the log has the event. */
export class EventFinder {
  readonly #options: EventFinderOptions;

  constructor(options: EventFinderOptions) {
    this.#options = options;
  }

  /**
   * Searches only what the index covers. Throws EventRemovedError if the event was removed on the server, and an error
   * if the index belongs to another log.
   */
  async readIndexed(id: string): Promise<RecordedEvent | undefined> {
    const { reader, index, removals } = this.#options;
    const place = index.find(id);
    if (place === undefined) return undefined;
    const { stream, revision } = place;
    removals.removed.requireLeft(stream);
    const [event] = await reader.readStream(stream, { direction: 'forwards', from: revision, maxCount: 1 });
    if (event?.id !== id) {
      await removals.requireNotRemoved(place);
      throw new Error(
        `The index of ids does not match the log: it has ${id} at revision ${revision} of ${stream}.`,
      );
    }
    return event;
  }

  /** Searches all that the log has now: waits until the index covers what other processes have just recorded. */
  async read(id: string): Promise<RecordedEvent | undefined> {
    const { reader, index, indexUpdater } = this.#options;
    if (!indexUpdater.isVerified || index.find(id) === undefined) {
      const [last] = await reader.pages.readLog({ direction: 'backwards', maxCount: 1 });
      if (last === undefined) return undefined;
      if (!(await indexUpdater.waitFor(positionToken(last.position), reader.timeoutMs))) {
        throw new StoreBusyError('The index of ids has not caught up with the log yet.');
      }
    }
    return this.readIndexed(id);
  }
}
