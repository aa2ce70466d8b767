import { type RecordingTimes, recordingTimes } from '../../event-store/append-rules.ts';
import type { NewEvent } from '../../event-store/event-store.ts';

/**
 * Assigns `recordedAt` for one process of a log that other processes append to as well.
 *
 * The server orders events only after their times are assigned. So the guarantee is limited: the events of one process
 * never run backwards among themselves, nor behind any event that the process had seen when it assigned the time (its
 * own events and those that the index has followed, including those from before the start). Of two processes that
 * append at the same time, one may come after the other with an earlier time. The difference is at most that of their
 * clocks plus the time until an event is seen. A reader that needs a clock that never runs backwards takes the latest
 * time so far along the log, which is the same for all readers.
 */
export class RecordingClock {
  readonly #now: () => Date;
  #latestSeen = '';
  #latestSent = '';
  #inFlight = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** If the outcome is `in-order`, the append counts as in flight until `settled` is called. */
  stamp(events: readonly NewEvent[]): RecordingTimes {
    const last =
      this.#inFlight > 0 && this.#latestSent > this.#latestSeen ? this.#latestSent : this.#latestSeen;
    const recording = recordingTimes(events, last, this.#now().toISOString());
    if (recording.outcome !== 'in-order') return recording;
    this.#inFlight += 1;
    this.#latestSent = recording.times.at(-1) ?? last;
    return recording;
  }

  /** Must be called whatever the outcome was. Times of a failed append bind no later one once none is in flight. */
  settled(): void {
    this.#inFlight -= 1;
  }

  observe(recordedAt: string): void {
    if (recordedAt > this.#latestSeen) this.#latestSeen = recordedAt;
  }
}
