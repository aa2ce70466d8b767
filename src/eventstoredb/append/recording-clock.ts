import { type RecordingTimes, recordingTimes } from '../../event-store/append-rules.ts';
import type { NewEvent } from '../../event-store/event-store.ts';

/**
 * Chooses `recordedAt`, which must not run backwards along a log that others write to as well.
 *
 * The server puts the events in order only after their times are chosen. So this much can be promised: the events that
 * one process records never run backwards among themselves, nor behind any event that the process has seen when it
 * chooses (its own, and those that the index has followed, before the start as well). Of two
 * processes that record at the same moment, one can come to stand behind the other with an earlier time: by the
 * difference of their clocks, plus the time that an event takes to be seen. Whoever needs a clock of the log that never
 * turns back takes the latest time so far along it: that is the same for every reader.
 */
export class RecordingClock {
  readonly #now: () => Date;
  #seen = '';
  #sent = '';
  #onTheirWay = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Where it is `in-order`, the append counts as on its way until `arrived` is called. */
  stamp(events: readonly NewEvent[]): RecordingTimes {
    const last = this.#onTheirWay > 0 && this.#sent > this.#seen ? this.#sent : this.#seen;
    const recording = recordingTimes(events, last, this.#now().toISOString());
    if (recording.outcome !== 'in-order') return recording;
    this.#onTheirWay += 1;
    this.#sent = recording.times.at(-1) ?? last;
    return recording;
  }

  /** Whatever became of it: times of an append that was refused bind nobody once none is on its way. */
  arrived(): void {
    this.#onTheirWay -= 1;
  }

  saw(recordedAt: string): void {
    if (recordedAt > this.#seen) this.#seen = recordedAt;
  }
}
